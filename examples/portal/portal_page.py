"""The filing page both portals show, and who is signed in. Stands for what a real portal has already."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from extractor.doors.http.auth import Principal
from extractor.doors.http.keys import SCOPES_OF, Role

CSP = "default-src 'self'; style-src 'self'; script-src 'self'"

PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>申报平台</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/extractor/review/static/icon.svg">
<link rel="stylesheet" href="/portal.css"></head>
<body>
<main>
<h1>中小企业公共服务示范平台申报</h1>
<form>
<p><label>申报单位 <input name="org" data-extractor-field="app_org_name"></label></p>
<p><label>统一社会信用代码 <input name="uscc" data-extractor-field="app_uscc"></label></p>
<p><label>从业人员 <input name="staff" data-extractor-field="app_staff_total"></label></p>
</form>
<h2>申报材料</h2>
<div data-extractor-precheck data-base="/extractor" data-scheme="jiangxi_2023" data-submit></div>
</main>
<script src="/extractor/precheck.js" defer></script>
</body></html>
"""

STYLE = """
body { margin: 0; font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; color: #1c2430; background: #f4f6f8 }
main { max-width: 44rem; margin: 2rem auto; padding: 1.5rem 2rem; background: #fff; border: 1px solid #d8dee6 }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem } h3 { font-size: 1rem; margin: 1rem 0 .25rem }
form label { display: grid; grid-template-columns: 10rem 1fr; align-items: center }
input { font: inherit; padding: .35rem .5rem; border: 1px solid #8a97a8 }
.extractor-choose { display: block } .extractor-files { display: block; margin: .5rem 0; max-width: 100% }
button { font: inherit; padding: .4rem 1rem; margin: .5rem .5rem .5rem 0; cursor: pointer }
.extractor-result ul { margin: 0; padding-left: 1.3rem; overflow-wrap: anywhere }
.extractor-missing h3, .extractor-differ h3, .extractor-unreadable h3 { color: #9c2a10 }
.extractor-awaited { color: #5a6675 }
"""


def who_is_signed_in(request: HTTPConnection) -> Principal | None:
    """Whom the portal's own session names; here a cookie that the start page sets."""
    name = request.cookies.get("portal_user")
    if not name:
        return None
    role = Role.LEAD if name == "lead" else Role.PORTAL
    return Principal(name, "portal", role, SCOPES_OF[role])
