"""Packets of the review page out of result folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.config import the_tools
from support.decided import CONTACT, fact_of
from support.review_site import REVIEWER, Site, doubted_worksheet

from extractor.core.errors import UsageError
from extractor.decisions.heads import HeadMoved
from extractor.decisions.model import Action, Correction, DecisionError
from extractor.doors.review import folder_store
from extractor.doors.review.folder_store import FolderStore
from extractor.doors.review.store import NoSuchPacket, PacketState, head_of
from extractor.doors.stored import write_again
from extractor.worksheet.json_out import read_json

REMARK = Correction(action=Action.COMMENT, on="worksheet", reason="看过")


def test_the_other_formats_follow_when_they_are_asked_to(site: Site) -> None:
    folder = site.root / "某平台"
    write_again(doubted_worksheet(), folder / "worksheet.json", the_tools(), ("json", "html"))
    store = site.store()
    (summary,) = store.packets()
    fact = fact_of(doubted_worksheet(), "app_total_assets_prev_year_end")
    given = Correction(action=Action.CORRECT, on=fact.id, value="47.5万元")
    store.decide(summary.id, [given], REVIEWER.reviewer, head_of(store.worksheet(summary.id)))
    assert "47.5万元" not in (folder / "worksheet.html").read_text("utf-8")
    assert store.stale() == (summary.id,)
    store.refresh(summary.id)
    assert "47.5万元" in (folder / "worksheet.html").read_text("utf-8")
    assert store.stale() == ()
    assert CONTACT not in (folder / "worksheet.json").read_text(
        "utf-8"
    )  # it was masked, and stays so
    assert store.packets()[0].state is PacketState.IN_REVIEW


def test_a_decision_on_an_older_sight_of_the_packet_is_refused(site: Site) -> None:
    store = site.store()
    ident = store.packets()[0].id
    seen = head_of(store.worksheet(ident))
    store.decide(ident, [REMARK], REVIEWER.reviewer, seen)
    with pytest.raises(HeadMoved):
        store.decide(ident, [REMARK], REVIEWER.reviewer, seen)
    assert len(store.worksheet(ident).decisions) == 1


def test_a_worksheet_that_cannot_be_written_leaves_no_decision_behind(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = site.store()
    ident = store.packets()[0].id
    head = head_of(store.worksheet(ident))

    def full(worksheet: object, path: Path) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(folder_store, "write_json", full)
        with pytest.raises(DecisionError, match="没有写入"):
            store.decide(ident, [REMARK], REVIEWER.reviewer, head)
    assert read_json(site.root / "某平台" / "worksheet.json").decisions == ()
    store.decide(ident, [REMARK], REVIEWER.reviewer, head)  # nothing stands in the way


def test_a_broken_result_is_told_in_the_queue_and_the_others_are_served(site: Site) -> None:
    broken = site.root / "坏"
    broken.mkdir()
    (broken / "worksheet.json").write_text("{", "utf-8")
    found = {summary.name: summary for summary in site.store().packets()}
    assert found["坏"].state is PacketState.FAILED and found["坏"].message
    assert found["申报材料.pdf"].state is PacketState.READY
    with pytest.raises(NoSuchPacket):
        site.store().worksheet("nothing")
    with pytest.raises(UsageError, match="没有评审结果"):
        FolderStore([broken / "empty"], the_tools())
