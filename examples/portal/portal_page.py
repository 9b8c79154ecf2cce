"""The filing page both portals show, and who is signed in. Stands for what a real portal has already."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from extractor.doors.http.auth import Principal
from extractor.doors.http.keys import SCOPES_OF, Role

CSP = "default-src 'self'; style-src 'self'; script-src 'self'"

PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>申报平台</title></head>
<body>
<h1>中小企业公共服务示范平台申报</h1>
<form>
<p><label>申报单位 <input name="org" data-extractor-field="app_org_name"></label></p>
<p><label>统一社会信用代码 <input name="uscc" data-extractor-field="app_uscc"></label></p>
<p><label>从业人员 <input name="staff" data-extractor-field="app_staff_total"></label></p>
</form>
<div data-extractor-precheck data-base="/extractor" data-scheme="jiangxi_2023"></div>
<script src="/extractor/precheck.js" defer></script>
</body></html>
"""


def who_is_signed_in(request: HTTPConnection) -> Principal | None:
    """Whom the portal's own session names; here a cookie that the start page sets."""
    name = request.cookies.get("portal_user")
    if not name:
        return None
    role = Role.LEAD if name == "lead" else Role.PORTAL
    return Principal(name, "portal", role, SCOPES_OF[role])
