"""Errors in both languages, whatever part of the product they come from."""

from __future__ import annotations

import re

import pytest
from support.http_site import Site

from extractor.jobs.database import LedgerError

HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = {"Accept-Language": "en-GB, zh;q=0.5"}
WRONG = {
    "worksheet signed twice": [{"action": "sign_off", "on": "worksheet"}] * 2,
    "unknown fact": [{"action": "correct", "on": "f_none", "value": "1"}],
    "empty comment": [{"action": "comment", "on": "worksheet", "reason": " "}],
    "unclear opinion": [{"action": "verdict", "on": "criterion:none", "value": "met"}],
    "unknown page": [
        {"action": "add", "on": "app_uscc", "value": "91360106MA35F1AB2X", "page": 99}
    ],
    "unknown field": [{"action": "add", "on": "nothing", "value": "1", "page": 1}],
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_decision_that_cannot_be_carried_out_says_so_in_english_too(
    site: Site, wrong: list[dict[str, object]]
) -> None:
    done = site.done_packet()
    url = f"/v1/packets/{done}/decisions"
    head = site.client.get(url, headers=site.as_("lead")).headers["ETag"]
    asked = site.as_("lead") | ENGLISH | {"If-Match": head}
    told = site.client.post(url, json={"corrections": wrong}, headers=asked)
    assert told.status_code in (409, 412, 422, 423), told.text
    body = told.json()
    assert told.headers["Content-Language"] == "en"
    assert HAN.search(body["detail_zh"]) and not HAN.search(body["detail"])
    assert body["detail"] != f"{body['title']}."  # what happened, not only of what kind it is


def test_an_unknown_scheme_and_a_ledger_that_is_away_are_told_in_english(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "/v1/packets?name=a.pdf&scheme=nowhere"
    told = site.client.post(url, content=b"x", headers=site.as_("hand") | ENGLISH).json()
    assert "jiangxi_2023" in told["detail"] and not HAN.search(told["detail"])

    def away(*_args: object) -> None:
        raise LedgerError("full", "台账所在磁盘已满；请清理磁盘，之后会自动继续")

    monkeypatch.setattr(type(site.service.ledger.jobs), "listed", away)
    told = site.client.get("/v1/packets", headers=site.as_("hand") | ENGLISH)
    assert told.status_code == 507
    assert told.json()["detail"].startswith("The disk of the ledger is full")


def test_the_review_page_tells_its_errors_in_its_language(site: Site) -> None:
    signed_in = site.client.post("/review/login", data={"key": site.keys["lead"]})
    assert signed_in.status_code == 200
    gone = site.client.get("/review/p/j_none/?lang=en")
    assert gone.status_code == 404 and "There is no such packet" in gone.text


def test_pre_checks_have_figures_of_their_own(site: Site) -> None:
    site.client.post("/v1/prechecks?name=a.pdf", content=b"x", headers=site.as_("hand"))
    told = site.client.get("/metrics", headers=site.as_("boss")).text
    assert 'extractor_precheck_jobs{state="waiting"} 1.0' in told
    assert 'extractor_jobs{state="waiting"} 0.0' in told
    assert "extractor_precheck_disk" not in told and "extractor_precheck_pages" in told
