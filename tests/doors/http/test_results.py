"""What comes back: status, events, worksheets, pages, decisions, judging again, forgetting."""

from __future__ import annotations

import io
import json
import zipfile

from support.decided import CONTACT, ID_NUMBER, fact_of, filled_worksheet
from support.http_site import Site

from extractor.decisions.model import Correction
from extractor.doors.http.results import Results


def events_of(text: str) -> list[tuple[int, str, dict[str, object]]]:
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in lines:
            found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


def test_events_tell_all_and_go_on_behind_the_last_one_seen(site: Site) -> None:
    url = f"/v1/packets/{site.done_packet()}/events"
    found = events_of(site.client.get(url, headers=site.as_("hand")).text)
    assert [kind for _, kind, _ in found] == ["accepted", "started", "page", "done"]
    assert found[2][2]["total"] == 2
    seen = site.as_("hand", **{"Last-Event-ID": str(found[2][0])})
    assert [k for _, k, _ in events_of(site.client.get(url, headers=seen).text)] == ["done"]


def test_every_format_is_there_and_hides_personal_numbers(site: Site) -> None:
    packet = site.done_packet()
    starts = {"json": b"{", "xlsx": b"PK", "docx": b"PK", "html": b"<!", "csv": b"PK"}
    for fmt, start in starts.items():
        answer = site.client.get(
            f"/v1/packets/{packet}/worksheet?format={fmt}", headers=site.as_("hand")
        )
        assert answer.status_code == 200 and answer.content.startswith(start), fmt
        text = answer.content
        if fmt == "csv":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                text = b"".join(archive.read(n) for n in archive.namelist())
        if fmt in ("json", "html", "csv"):
            assert ID_NUMBER.encode() not in text and CONTACT.encode() not in text
        again = site.as_("hand", **{"If-None-Match": answer.headers["ETag"]})
        url = f"/v1/packets/{packet}/worksheet?format={fmt}"
        assert site.client.get(url, headers=again).status_code == 304


def test_a_page_comes_with_its_boxes_and_its_picture(site: Site) -> None:
    packet = site.done_packet()
    told = site.client.get(f"/v1/packets/{packet}/pages/1", headers=site.as_("hand")).json()
    area = next(f for f in told["facts"] if f["field"] == "app_premises_area_total")
    assert area["box"] and area["status"] == "doubtful" and area["label"] != area["field"]
    picture = site.client.get(told["image"], headers=site.as_("hand"))
    assert picture.headers["content-type"] == "image/jpeg" and picture.content[:2] == b"\xff\xd8"
    second = site.client.get(f"/v1/packets/{packet}/pages/2", headers=site.as_("hand")).json()
    assert second["image"] is None and second["page"]["no"] == 2
    assert (
        site.client.get(f"/v1/packets/{packet}/pages/9", headers=site.as_("hand")).status_code
        == 404
    )


def head(site: Site, packet: str) -> str:
    answer = site.client.get(f"/v1/packets/{packet}/decisions", headers=site.as_("lead"))
    return answer.headers["ETag"]


def decide(site: Site, packet: str, etag: str | None, who: str, *what: dict[str, str]) -> object:
    more = {} if etag is None else {"If-Match": etag}
    return site.client.post(
        f"/v1/packets/{packet}/decisions", json={"corrections": list(what)},
        headers=site.as_(who, **more),
    )  # fmt: skip


def correct(field: str, value: str) -> dict[str, str]:
    return {"action": "correct", "on": fact_of(filled_worksheet(), field).id, "value": value}


def test_a_decision_is_chained_named_and_judged_at_once(site: Site) -> None:
    packet = site.done_packet()
    etag = head(site, packet)
    answer = decide(site, packet, etag, "reviewer", correct("app_staff_total", "30"))
    assert answer.status_code == 200, answer.text  # type: ignore[attr-defined]
    told = answer.json()  # type: ignore[attr-defined]
    assert told["decisions"][0]["by"] == "李审核" and told["decisions"][0]["after"] == 30
    assert told["changes"]["new_findings"] or told["changes"]["verdicts"]
    assert head(site, packet) == f'"{told["head"]}"' != etag
    sheet = site.client.get(f"/v1/packets/{packet}/worksheet", headers=site.as_("hand")).json()
    fact = next(f for f in sheet["facts"] if f["field"] == "app_staff_total")
    assert (fact["value"], fact["status"]) == (30, "corrected")


def test_who_saw_an_older_chain_overwrites_nobody(site: Site) -> None:
    packet = site.done_packet()
    etag = head(site, packet)
    assert decide(site, packet, etag, "lead", correct("app_staff_total", "30")).status_code == 200  # type: ignore[attr-defined]
    late = decide(site, packet, etag, "reviewer", correct("app_staff_total", "31"))
    assert late.status_code == 412 and late.json()["kind"] == "outdated"  # type: ignore[attr-defined]
    assert decide(site, packet, None, "lead", correct("app_staff_total", "31")).status_code == 428  # type: ignore[attr-defined]


def test_a_wrong_correction_changes_nothing(site: Site) -> None:
    packet = site.done_packet()
    etag = head(site, packet)
    answer = decide(
        site, packet, etag, "lead", correct("app_staff_total", "30"),
        {"action": "correct", "on": "f_none", "value": "1"},
    )  # fmt: skip
    assert answer.status_code == 422 and head(site, packet) == etag  # type: ignore[attr-defined]


def test_what_is_signed_is_frozen_until_a_lead_opens_it(site: Site) -> None:
    packet = site.done_packet()
    sign = {"action": "sign_off", "on": "worksheet"}
    assert decide(site, packet, head(site, packet), "reviewer", sign).status_code == 200  # type: ignore[attr-defined]
    change = correct("app_staff_total", "30")
    assert decide(site, packet, head(site, packet), "reviewer", change).status_code == 423  # type: ignore[attr-defined]
    keep = site.as_("lead", **{"If-Match": head(site, packet)})
    kept = site.client.post(f"/v1/packets/{packet}/judge", json={"keep": True}, headers=keep)
    assert kept.status_code == 423
    again = {"action": "reopen", "on": "worksheet", "reason": "补充材料"}
    assert decide(site, packet, head(site, packet), "reviewer", again).status_code in (403, 422)  # type: ignore[attr-defined]
    assert decide(site, packet, head(site, packet), "lead", again).status_code == 200  # type: ignore[attr-defined]


def test_another_scheme_is_looked_at_or_kept(site: Site) -> None:
    packet = site.done_packet()
    url = f"/v1/packets/{packet}/judge"
    schemes = site.client.get("/v1/schemes", headers=site.as_("hand")).json()["schemes"]
    other = next(s["id"] for s in schemes if s["id"] != "jiangxi_2023")
    looked = site.client.post(url, json={"scheme": other}, headers=site.as_("hand")).json()
    assert looked["scheme"] == other and not looked["kept"] and looked["changes"]["verdicts"]
    sheet = f"/v1/packets/{packet}/worksheet"
    assert site.client.get(sheet, headers=site.as_("hand")).json()["scheme"]["id"] == "jiangxi_2023"
    asked = {"scheme": other, "keep": True}
    assert site.client.post(url, json=asked, headers=site.as_("lead")).status_code == 428
    keep = site.as_("lead", **{"If-Match": head(site, packet)})
    assert site.client.post(url, json=asked, headers=keep).json()["kept"]
    assert site.client.get(sheet, headers=site.as_("hand")).json()["scheme"]["id"] == other
    nowhere = site.client.post(url, json={"scheme": "nowhere"}, headers=site.as_("hand"))
    assert nowhere.status_code == 422


def test_a_forgotten_packet_leaves_nothing(site: Site) -> None:
    packet = site.done_packet()
    decide(site, packet, head(site, packet), "lead", correct("app_staff_total", "30"))
    ledger = site.service.ledger
    known = filled_worksheet().packet.id
    assert ledger.heads("city").get_head(known) is not None
    gone = site.client.delete(f"/v1/packets/{packet}", headers=site.as_("boss"))
    assert gone.status_code == 204
    assert site.client.get(f"/v1/packets/{packet}", headers=site.as_("boss")).status_code == 404
    assert ledger.heads("city").get_head(known) is None


def test_a_worksheet_and_its_head_change_together_or_not_at_all(site: Site) -> None:
    """Two services on one ledger: the second's worksheet is older, so it writes neither."""
    packet = site.done_packet()
    job = site.service.ledger.jobs.get(packet)
    one: Results = site.service.results
    other = Results(site.service.ledger, one.tools, one.key)
    stale = other.worksheet(job)
    change = Correction.model_validate(correct("app_staff_total", "30"))
    from extractor.decisions.model import Reviewer

    _, after = one.decide(job, [change], Reviewer("甲"), stale.head)
    answer = decide(site, packet, f'"{stale.head}"', "lead", correct("app_staff_total", "31"))
    assert answer.status_code == 412  # type: ignore[attr-defined]
    assert other.worksheet(job).head == after.head
