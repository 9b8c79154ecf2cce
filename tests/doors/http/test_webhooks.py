"""Webhooks: signed so that receivers can tell, sent only where they may go, tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import httpx
import pytest
from support.http_site import Site

from extractor.doors.http.webhooks import (
    Sender,
    TargetRefused,
    WebhookTargets,
    secret_of,
    verify,
)
from extractor.jobs.records import JobState

PUBLIC = "93.184.216.34"


def look_up(*addresses: str) -> object:
    return lambda host, port: list(addresses)


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example.cn/x", "https://other.cn/x", "https://example.cn/x", "ftp://portal.example.cn",
        "https://user@portal.example.cn/", "https://portal.example.cn.evil.cn/", "https:///x",
        "https://portal.example.cn:99999/", "https://evil.cn#portal.example.cn", "https://portal.example.cn/ x",
    ],
)  # fmt: skip
def test_addresses_off_the_list_are_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        WebhookTargets(("*.example.cn",)).check(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1",
     "100.64.0.1", "0.0.0.0", "224.0.0.1"],
)  # fmt: skip
def test_names_that_lead_inside_are_refused_even_as_one_of_several(address: str) -> None:
    targets = WebhookTargets(("a.cn",))
    parts = targets.check("https://a.cn/x")
    with pytest.raises(TargetRefused):
        targets.address_of(parts, look_up(PUBLIC, address))  # type: ignore[arg-type]
    assert targets.address_of(parts, look_up(PUBLIC)) == PUBLIC  # type: ignore[arg-type]


def owed(site: Site, url: str) -> str:
    """A packet whose end is to be told; gives its id."""
    answer = site.client.post(
        "/v1/packets",
        params={"name": "a.pdf", "notify": url},
        content=b"x",
        headers=site.as_("hand"),
    )
    assert answer.status_code == 202, answer.text
    packet = str(answer.json()["id"])
    site.client.post(f"/v1/packets/{packet}/cancel", headers=site.as_("hand"))
    assert site.service.ledger.jobs.get(packet).state is JobState.CANCELLED
    return packet


def sender(site: Site, folder: Path, answers: list[int], seen: list[httpx.Request]) -> Sender:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(answers.pop(0), headers={"Location": "https://inside.cn/"})

    return Sender(
        site.service.ledger.messages, WebhookTargets(("portal.example.cn",)), folder,
        look_up(PUBLIC), transport=httpx.MockTransport(answer),  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def listed(make_site: object) -> Site:
    site: Site = make_site(webhook_targets=("portal.example.cn",), sender_seconds=3600)  # type: ignore[operator]
    return site


def test_an_end_is_told_signed_to_the_address_that_was_checked(
    listed: Site, tmp_path: Path
) -> None:
    packet = owed(listed, "https://portal.example.cn/hook?a=1")
    seen: list[httpx.Request] = []
    assert sender(listed, tmp_path, [204], seen).send_next()
    (request,) = seen
    assert request.url.host == PUBLIC and request.headers["host"] == "portal.example.cn"
    assert request.extensions["sni_hostname"] == "portal.example.cn"
    assert json.loads(request.content)["job"] == packet
    secret = secret_of(tmp_path, "city")
    at = float(request.headers["webhook-timestamp"])
    assert verify(secret, request.headers, request.content, at + 60)
    assert not verify(secret, request.headers, request.content + b" ", at)
    assert not verify(secret, request.headers, request.content, at + 3600)
    assert not verify(secret_of(tmp_path, "other"), request.headers, request.content, at)
    # As the standard says it, without our code:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    mac = hmac.new(key, signed + request.content, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_redirects_are_not_followed_and_failures_come_again(listed: Site, tmp_path: Path) -> None:
    owed(listed, "https://portal.example.cn/hook")
    seen: list[httpx.Request] = []
    sending = sender(listed, tmp_path, [302], seen)
    assert sending.send_next() and len(seen) == 1
    assert not sending.send_next()  # not due before its time
    assert listed.service.ledger.messages.counts()["waiting"] == 1


def test_who_is_gone_is_told_no_more(listed: Site, tmp_path: Path) -> None:
    owed(listed, "https://portal.example.cn/hook")
    sender(listed, tmp_path, [410], []).send_next()
    assert listed.service.ledger.messages.counts()["dead"] == 1


def test_an_address_off_the_list_is_refused_on_handing_in(listed: Site) -> None:
    answer = listed.client.post(
        "/v1/packets?name=a.pdf&notify=https://evil.cn/", content=b"x", headers=listed.as_("hand")
    )
    assert answer.status_code == 422 and "evil.cn" in answer.json()["detail_zh"]
