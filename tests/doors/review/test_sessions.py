"""Who may come in, how long, and what protects the forms."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from support.config import the_tools
from support.review_site import (
    LEAD,
    ONLOOKER,
    REVIEWER,
    SECRET,
    TOKEN,
    Site,
    form_of,
    packet_of,
    send,
)

from extractor.doors.review.app import review_app
from extractor.doors.review.gate import COOKIE, Session, Sessions, Viewer

HTML = {"accept": "text/html"}
PAGES = ["/", "/p/x/", "/p/x/part/findings", "/p/x/item", "/p/x/image/1", "/p/x/export/xlsx"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_anything_without_a_session(site: Site, path: str) -> None:
    client = site.client(enter=False)
    answer = client.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert client.get(path, headers={"hx-request": "true"}).headers["hx-redirect"] == "/login"
    assert client.get(path).status_code == 401


def test_a_wrong_token_opens_nothing(site: Site) -> None:
    client = site.client(enter=False)
    for word in ("", "wrong", TOKEN + "x", "密钥"):
        answer = client.get("/enter", params={"token": word})
        assert answer.status_code == 401
        assert COOKIE not in answer.headers.get("set-cookie", "")
    assert client.post("/login", data={"key": "wrong"}).status_code == 401
    assert client.post("/login", data={"key": TOKEN}).status_code == 303


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(site: Site) -> None:
    given = site.client(enter=False).get(f"/enter?token={TOKEN}").headers["set-cookie"].lower()
    for rule in ("httponly", "samesite=strict", "path=/", "max-age="):
        assert rule in given
    assert "secure" not in given
    app = site.client(enter=False).app
    safe = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert "secure" in safe.get(f"/enter?token={TOKEN}").headers["set-cookie"].lower()


def test_a_session_altered_foreign_or_over_is_none() -> None:
    sessions = Sessions(SECRET)
    good = sessions.written(sessions.begun(REVIEWER))
    kept = sessions.read(good)
    assert kept is not None and kept.viewer == REVIEWER
    body, _, mac = good.partition(".")
    forged = Sessions(b"another secret of this length").written(sessions.begun(LEAD))
    over = sessions.written(Session(REVIEWER, "n", int(time.time()) - 1))
    for bad in ("", ".", body, good[:-1], f"{body}x.{mac}", f".{mac}", forged, over, "密钥.x"):
        assert sessions.read(bad) is None
    with pytest.raises(ValueError):
        Sessions(b"short")


def test_a_form_without_the_sessions_own_token_changes_nothing(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    form = {**form_of(client, packet), "action": "comment", "on": "worksheet", "reason": "看过"}
    other = Sessions(SECRET)
    stolen = other.csrf(other.begun(REVIEWER))
    for token in ("", "x", stolen):
        answer = client.post(f"{packet}/decide", data={**form, "csrf": token})
        assert answer.status_code == 403
    assert client.post(f"{packet}/decide", data=form).status_code == 200
    without = {k: v for k, v in form.items() if k != "csrf"} | {
        "head": form_of(client, packet)["head"]
    }
    header = {"X-CSRF-Token": form["csrf"]}
    assert client.post(f"{packet}/decide", data=without, headers=header).status_code == 200
    assert len(site.store().worksheet(packet.rpartition("/")[2]).decisions) == 2


def test_a_request_caused_by_another_site_is_refused_whatever_it_carries(site: Site) -> None:
    client = site.client()
    packet = packet_of(client)
    form = {**form_of(client, packet), "action": "comment", "on": "worksheet", "reason": "看过"}
    for elsewhere in ("cross-site", "same-site"):
        answer = client.post(f"{packet}/decide", data=form, headers={"sec-fetch-site": elsewhere})
        assert answer.status_code == 403
        assert (
            client.post(
                "/login", data={"key": TOKEN}, headers={"sec-fetch-site": elsewhere}
            ).status_code
            == 403
        )
    same = {"sec-fetch-site": "same-origin"}
    assert client.post(f"{packet}/decide", data=form, headers=same).status_code == 200


def test_an_onlooker_sees_all_and_decides_nothing(site: Site) -> None:
    client = site.client(ONLOOKER)
    packet = packet_of(client)
    assert "只读" in client.get(f"{packet}/").text
    item = client.get(f"{packet}/next").text
    assert "data-item" in item and "hx-post" not in item
    assert send(client, packet, action="comment", on="worksheet", reason="x").status_code == 403


def test_leaving_ends_the_session_and_needs_the_token(site: Site) -> None:
    client = site.client()
    assert client.post("/logout", data={"csrf": "x"}).status_code == 403
    form = form_of(client, packet_of(client))
    assert client.post("/logout", data=form).status_code == 303
    assert client.get("/", headers=HTML).status_code == 303


class HeaderGate:
    """A portal that says who is there."""

    async def known(self, request: Request) -> Viewer | None:
        name = request.headers.get("x-user")
        return Viewer(name, may_decide=name != "guest") if name else None

    def login(self, word: str) -> Viewer | None:
        return None

    def still(self, viewer: Viewer) -> bool:
        return False


def portal(site: Site) -> TestClient:
    store = site.store()
    app = review_app(lambda _: store, HeaderGate(), the_tools(), SECRET)
    return TestClient(app, follow_redirects=False)


def test_the_portal_names_the_viewer_and_a_session_of_another_name_is_not_honoured(
    site: Site,
) -> None:
    client = portal(site)
    client.headers["x-user"] = "chen"
    packet = packet_of(client)
    form = {**form_of(client, packet), "action": "comment", "on": "worksheet", "reason": "看过"}
    assert client.post(f"{packet}/decide", data=form, headers={"x-user": "wu"}).status_code == 403
    assert client.post(f"{packet}/decide", data=form).status_code == 200
    ident = packet.rpartition("/")[2]
    assert [d.by for d in site.store().worksheet(ident).decisions] == ["chen"]
    del client.headers["x-user"]
    assert client.get("/", headers=HTML).status_code == 303  # the cookie alone is not enough


def test_rights_withdrawn_at_the_portal_end_at_once(site: Site) -> None:
    sessions = Sessions(SECRET)
    client = portal(site)
    client.cookies.set(COOKIE, sessions.written(sessions.begun(Viewer("guest", may_decide=True))))
    client.headers["x-user"] = "guest"
    packet = packet_of(client)
    assert send(client, packet, action="comment", on="worksheet", reason="x").status_code == 403


def test_a_withdrawn_key_ends_its_sessions(site: Site) -> None:
    sessions = Sessions(SECRET)
    client = site.client(LEAD, enter=False)
    client.cookies.set(COOKIE, sessions.written(sessions.begun(replace(LEAD, name="旧人"))))
    assert client.get("/", headers=HTML).status_code == 303
