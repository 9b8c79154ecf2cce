"""What a runner does with a packet: the real review around scripted pages, and its results."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image
from support.config import the_tools
from support.readers import ScriptedReaders

from extractor.core.errors import EngineError, ModelError
from extractor.decisions.chain import next_decision
from extractor.doors import packet_work
from extractor.doors.packet_work import PacketReviewer, ReviewWork, versions_of
from extractor.doors.stored import ResultDecided
from extractor.jobs.records import Request
from extractor.jobs.runner import PacketFailed, WorkOrder
from extractor.pipeline.pool import PageOutcome, PageTask, ReadingStopped
from extractor.rules.choosing import SchemeUndecided
from extractor.setup.case import CaseFile
from extractor.worksheet.json_out import read_json, write_json

TITLE = "江西省中小企业公共服务示范平台推荐表"


class Scripted:
    """Reads every page as a form's title, or as nothing where told so."""

    def __init__(self, kind: str = "") -> None:
        self._kind = kind

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        reader = ScriptedReaders((TITLE, "申报单位：某公司"))()
        for task in tasks:
            if self._kind == "stopped":
                raise ReadingStopped("…")
            lost = PageOutcome(task, None, self._kind, "该页已损坏，请重新扫描")
            yield lost if self._kind else reader.read(task)


def order(tmp_path: Path, engine: Scripted, scheme: str | None = "jiangxi_2023") -> WorkOrder:
    packet = tmp_path / "某公司.png"
    if not packet.exists():
        Image.new("RGB", (600, 800), "white").save(packet)
    for name in ("work", "out"):
        (tmp_path / name).mkdir()
    told: list[tuple[int, int]] = []
    return WorkOrder(
        packet, Request(CaseFile(scheme=scheme), dt.date(2024, 5, 6)), tmp_path / "work",
        tmp_path / "out", engine, lambda no, total, _outcome: told.append((no, total)),
    )  # fmt: skip


@pytest.fixture
def reviewer() -> PacketReviewer:
    return PacketReviewer(ReviewWork(), the_tools())


def test_the_result_is_what_every_door_leaves_behind(
    tmp_path: Path, reviewer: PacketReviewer
) -> None:
    how = reviewer(order(tmp_path, Scripted()))
    assert (how.outcome, how.pages) == ("complete", 1)
    written = json.loads((tmp_path / "out" / "worksheet.json").read_bytes())
    assert written["scheme"]["id"] == "jiangxi_2023"
    assert written["packet"]["name"] == "某公司.png"
    assert written["packet"]["received_at"].startswith("2024-05-06")
    assert (tmp_path / "out" / "worksheet.xlsx").is_file()


def test_a_packet_of_which_nothing_can_be_read_fails_with_its_reasons(
    tmp_path: Path, reviewer: PacketReviewer
) -> None:
    with pytest.raises(PacketFailed, match="该页已损坏，请重新扫描"):
        reviewer(order(tmp_path, Scripted("damaged")))


def test_a_packet_without_pages_fails_with_its_reasons_whatever_the_scheme(
    tmp_path: Path, reviewer: PacketReviewer
) -> None:
    (tmp_path / "某公司.png").write_bytes(b"%PDF-1.7 and nothing more")
    with pytest.raises(PacketFailed) as failed:
        reviewer(order(tmp_path, Scripted(), scheme=None))
    assert "办法" not in str(failed.value)
    assert "某公司.png" in str(failed.value)


def test_a_scheme_that_nobody_told_and_that_cannot_be_chosen_is_the_reason(
    tmp_path: Path, reviewer: PacketReviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(*_args: object) -> None:
        raise SchemeUndecided("有两个办法都合适；请放进以办法编号命名的文件夹")

    monkeypatch.setattr("extractor.pipeline.review.fitting_scheme", undecided)
    with pytest.raises(SchemeUndecided):
        reviewer(order(tmp_path, Scripted(), scheme=None))


def test_what_is_no_fault_of_the_packet_is_not_its_failure(
    tmp_path: Path, reviewer: PacketReviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(ReadingStopped):
        reviewer(order(tmp_path / "a", Scripted("stopped")))

    def no_models(*_args: object, **_named: object) -> None:
        raise ModelError("模型缺失；请运行 extractor models install")

    monkeypatch.setattr(packet_work, "review", no_models)
    (tmp_path / "b").mkdir()
    with pytest.raises(EngineError, match="models install"):
        reviewer(order(tmp_path / "b", Scripted()))


def test_a_result_that_holds_decisions_is_never_written_over(
    tmp_path: Path, reviewer: PacketReviewer
) -> None:
    given = order(tmp_path, Scripted())
    reviewer(given)
    reviewer(given)  # nothing was decided yet
    target = given.out / "worksheet.json"
    worksheet = read_json(target)
    remark = next_decision(
        worksheet.packet.id, (), at="2024-05-06T08:00:00+08:00", by="王审核", on="worksheet",
        action="comment", before=None, after=None, reason="齐全",
    )  # fmt: skip
    write_json(worksheet.model_copy(update={"decisions": (remark,)}), target)
    decided = target.read_bytes()
    with pytest.raises(ResultDecided, match=r"1 条处理记录.*extractor carry"):
        reviewer(given)
    assert target.read_bytes() == decided


def test_other_rules_make_other_versions() -> None:
    assert the_tools().config.sha256() in versions_of(the_tools())
