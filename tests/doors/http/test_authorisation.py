"""Every route × {no key, wrong scope, other tenant's packet, right}: one table, held against the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from support.http_site import Site

from extractor.doors.http.auth import Principal
from extractor.doors.http.keys import SCOPES_OF, Role, Scope


@dataclass(frozen=True)
class Rule:
    """``wrong``: a key without the scope. ``right``: what the right key gets. ``of_packet``: another
    tenant's key must get 404."""

    method: str
    path: str
    wrong: str
    good: str
    right: int
    of_packet: bool = True
    json: object = None
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


TABLE = (
    Rule("POST", "/v1/packets?name=a.pdf", "read_only", "hand", 202, False, content=b"x"),
    Rule("PUT", "/v1/uploads/k1?name=a.pdf", "read_only", "hand", 202, False, content=b"y"),
    Rule("GET", "/v1/packets", "submit_only", "read_only", 200, False),
    Rule("GET", "/v1/packets/{packet}", "submit_only", "read_only", 200),
    Rule("GET", "/v1/packets/{packet}/events", "submit_only", "read_only", 200),
    Rule("POST", "/v1/packets/{packet}/cancel", "read_only", "hand", 409),
    Rule("POST", "/v1/packets/{packet}/retry", "read_only", "hand", 409),
    Rule("DELETE", "/v1/packets/{packet}", "lead", "boss", 204),
    Rule("GET", "/v1/packets/{packet}/worksheet", "submit_only", "read_only", 200),
    Rule("GET", "/v1/packets/{packet}/pages/{page_no}", "submit_only", "read_only", 200),
    Rule("GET", "/v1/packets/{packet}/pages/{page_no}/image", "submit_only", "read_only", 200),
    Rule("GET", "/v1/packets/{packet}/decisions", "submit_only", "read_only", 200),
    Rule("POST", "/v1/packets/{packet}/decisions", "read_only", "reviewer", 412, json={
        "corrections": [{"action": "comment", "on": "worksheet", "reason": "好"}]},
        headers={"If-Match": '"' + "0" * 64 + '"'}),
    Rule("POST", "/v1/packets/{packet}/judge", "submit_only", "read_only", 200, json={}),
    Rule("GET", "/v1/schemes", "submit_only", "read_only", 200, False),
    Rule("POST", "/v1/prechecks?name=a.pdf", "read_only", "hand", 202, False, content=b"z"),
    Rule("GET", "/v1/prechecks/{precheck}", "read_only", "hand", 200),
    Rule("GET", "/v1/prechecks/{precheck}/events", "read_only", "hand", 200),
    Rule("POST", "/v1/prechecks/{precheck}/submit", "read_only", "hand", 202),
    Rule("DELETE", "/v1/prechecks/{precheck}", "read_only", "hand", 204),
    Rule("GET", "/metrics", "lead", "boss", 200, False),
    Rule("GET", "/v1/me", "", "hand", 200, False),
)  # fmt: skip
OPEN = {("GET", "/healthz"), ("GET", "/precheck.js")}


def ended_precheck(site: Site) -> str:
    made = site.client.post("/v1/prechecks?name=b.pdf", content=b"b", headers=site.as_("hand"))
    ident = str(made.json()["id"])
    site.service.prechecks.jobs.cancel(ident)  # so that its events end
    return ident


def call(site: Site, rule: Rule, who: str | None, ids: dict[str, str]) -> int:
    headers = dict(rule.headers) | (site.as_(who) if who is not None else {})
    answer = site.client.request(
        rule.method, rule.path.format(**ids), headers=headers, json=rule.json, content=rule.content
    )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer.status_code


@pytest.mark.parametrize("rule", TABLE, ids=lambda r: f"{r.method} {r.path}")
def test_each_route_lets_in_who_may_and_nobody_else(site: Site, rule: Rule) -> None:
    ids = {"packet": site.done_packet(), "precheck": ended_precheck(site), "page_no": "1"}
    assert call(site, rule, None, ids) == 401
    site.keys["wrong"] = site.keys["hand"][:-1] + ("A" if site.keys["hand"][-1] != "A" else "B")
    assert call(site, rule, "wrong", ids) == 401
    if rule.wrong:
        assert call(site, rule, rule.wrong, ids) == 403
    if rule.of_packet:
        assert call(site, rule, "other", ids) == 404
    assert call(site, rule, rule.good, ids) == rule.right


def test_the_table_holds_every_route(site: Site) -> None:
    described = {
        (method.upper(), path.replace("/prechecks/{packet}", "/prechecks/{precheck}"))
        for path, methods in site.app.openapi()["paths"].items()
        for method in methods
    }
    held = {(r.method, r.path.partition("?")[0].replace("k1", "{key}")) for r in TABLE}
    assert described == held | OPEN


def test_a_revoked_or_expired_key_is_no_key(site: Site) -> None:
    text, _ = site.service.gate.keys.make("旧", Role.PORTAL, "city", expires="2020-01-01")
    answer = site.client.get("/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    text, record = site.service.gate.keys.make("新", Role.PORTAL, "city")
    assert site.client.get("/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    assert site.service.gate.keys.revoke(record.id)
    assert site.client.get("/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_keys_are_kept_as_hashes_only(site: Site) -> None:
    kept = site.service.settings.keys_file.read_text(encoding="utf-8")
    for key in site.keys.values():
        assert key.split("_", 2)[2] not in kept
    assert site.service.settings.keys_file.stat().st_mode & 0o077 == 0


def test_the_header_of_the_sign_on_counts_from_the_trusted_proxy_only(
    make_site: Callable[..., Site],
) -> None:
    told = {"X-Remote-User": "%E5%88%98", "X-Remote-Role": "lead", "X-Remote-Tenant": "city"}
    foreign = make_site(peer="10.9.9.9", trusted_proxies=("127.0.0.0/8",))
    assert foreign.client.get("/v1/me", headers=told).status_code == 401
    near = make_site(trusted_proxies=("127.0.0.0/8",))
    me = near.client.get("/v1/me", headers=told).json()
    assert (me["name"], me["role"], me["tenant"]) == ("刘", "lead", "city")
    assert near.client.get("/v1/me", headers=told | {"X-Remote-Role": "king"}).status_code == 401


def test_a_signed_on_browser_changes_nothing_without_the_services_own_header(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(trusted_proxies=("127.0.0.1",))
    told = {"X-Remote-User": "liu", "X-Remote-Role": "lead", "X-Remote-Tenant": "city"}
    url = "/v1/packets?name=a.pdf"
    assert site.client.post(url, content=b"1", headers=told).status_code == 403
    own = told | {"X-Extractor": "1"}
    crossed = own | {"Sec-Fetch-Site": "cross-site"}
    assert site.client.post(url, content=b"1", headers=crossed).status_code == 403
    assert site.client.post(url, content=b"1", headers=own).status_code == 202


def test_a_portals_own_authentication_is_asked_first(make_site: Callable[..., Site]) -> None:
    async def who(request: object) -> Principal | None:
        cookie = request.cookies.get("portal")  # type: ignore[attr-defined]
        return Principal(cookie, "city", Role.PORTAL, frozenset({Scope.READ})) if cookie else None

    site = make_site(authenticate=who)
    assert site.client.get("/v1/me").status_code == 401
    assert site.client.get("/v1/me", headers={"Cookie": "portal=anna"}).json()["name"] == "anna"
    assert site.client.get("/v1/me", headers=site.as_("lead")).json()["name"] == "王组长"


def test_who_asks_too_often_waits_and_others_do_not(make_site: Callable[..., Site]) -> None:
    site = make_site(requests_per_minute=5)
    codes = [site.client.get("/v1/me", headers=site.as_("hand")).status_code for _ in range(7)]
    assert codes[:5] == [200] * 5 and codes[5:] == [429] * 2
    refused = site.client.get("/v1/me", headers=site.as_("hand"))
    assert int(refused.headers["Retry-After"]) >= 1
    assert site.client.get("/v1/me", headers=site.as_("lead")).status_code == 200


def test_a_portals_coroutine_names_the_viewer_of_the_review_page(
    make_site: Callable[..., Site],
) -> None:
    async def who(request: object) -> Principal | None:
        name = request.cookies.get("portal")  # type: ignore[attr-defined]
        if not name:
            return None
        role = Role.PORTAL if name == "applicant" else Role.LEAD
        return Principal(name, "city", role, SCOPES_OF[role])

    site = make_site(authenticate=who)
    site.client.cookies.set("portal", "wang")
    page = site.client.get("/review/")
    assert page.status_code == 200 and "wang" in page.text
    site.client.cookies.clear()
    site.client.cookies.set("portal", "applicant")  # a portal's applicant is no reviewer
    asked = site.client.get("/review/", headers={"Accept": "text/html"}, follow_redirects=False)
    assert asked.status_code == 303
