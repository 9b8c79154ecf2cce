"""``extractor jobs`` and ``extractor watch --status`` on a ledger with a bit of everything."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.decided import filled_worksheet
from support.watching import Desk

from extractor.decisions.chain import next_decision
from extractor.jobs.records import JobState
from extractor.jobs.result_book import ResultBook
from extractor.worksheet.json_out import worksheet_bytes


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("EXTRACTOR_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("EXTRACTOR_LEDGER", raising=False)
    made = Desk(tmp_path)
    yield made
    made.close()


def job_of(desk: Desk, state: JobState) -> str:
    return desk.ledger.jobs.listed([state])[0].id


def test_the_list_names_packets_states_and_reasons(extractor: Callable, desk: Desk) -> None:
    desk.drop("甲[b]公司.txt", "一\n")
    desk.drop("乙公司.txt", "reject\n")
    desk.turn_until("done")
    desk.turn_until("failed")
    said = extractor("jobs", "list")
    assert said.code == 0
    assert "甲[b]公司.txt" in said.out  # brackets are no markup
    assert "完成" in said.out and "失败" in said.out and "请重新扫描" in said.out
    only = extractor("jobs", "list", "--only", "failed", "--json")
    (told,) = json.loads(only.out)
    assert (told["name"], told["state"]) == ("乙公司.txt", "failed")


def test_a_job_is_shown_with_what_happened_to_it(extractor: Callable, desk: Desk) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    said = extractor("jobs", "show", job_of(desk, JobState.DONE))
    for words in ("甲.txt", "收到", "开始处理", "完成", "worksheet.json", "结果见"):
        assert words in said.out
    assert extractor("jobs", "show", "nobody").code == 2


def test_a_job_whose_worksheet_holds_decisions_is_not_done_over(
    extractor: Callable, desk: Desk
) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    job = job_of(desk, JobState.DONE)
    (before,) = [a for a in desk.ledger.jobs.artifacts(job) if a.name == "worksheet.json"]
    worksheet = filled_worksheet()
    remark = next_decision(
        worksheet.packet.id, (), at="2024-05-06T08:00:00+08:00", by="王审核", on="worksheet",
        action="comment", before=None, after=None, reason="齐全",
    )  # fmt: skip
    decided = worksheet_bytes(worksheet.model_copy(update={"decisions": (remark,)}))
    with desk.ledger.blobs.writer() as out:
        out.write(decided)
        sha256, size = out.keep()
    stored = replace(before, sha256=sha256, bytes=size)
    ResultBook(desk.ledger.db).replace(job, before.sha256, stored, None)
    said = extractor("jobs", "retry", job)
    assert said.code == 2
    assert "1 条处理记录" in said.text and "extractor judge" in said.text
    assert desk.ledger.jobs.get(job).state is JobState.DONE
    assert stored in desk.ledger.jobs.artifacts(job)


def test_an_export_holds_the_result_and_its_history(
    extractor: Callable, desk: Desk, tmp_path: Path
) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    out = tmp_path / "exported"
    job = job_of(desk, JobState.DONE)
    assert extractor("jobs", "export", job, "--out", out).code == 0
    assert (out / "worksheet.json").read_bytes() == (
        desk.outbox / "甲" / "worksheet.json"
    ).read_bytes()
    told = json.loads((out / "job.json").read_text("utf-8"))
    assert [e["kind"] for e in told["events"]] == ["accepted", "started", "page", "done"]
    assert extractor("jobs", "export", job, "--out", out).code == 2  # never over something


def test_a_waiting_job_can_be_cancelled_once_and_not_retried_without_its_file(
    extractor: Callable, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = type(desk.supervisor).look
    monkeypatch.setattr(type(desk.supervisor), "look", lambda _self: None)
    desk.drop("甲.txt", "一\n")
    desk.turn_until("taken")
    job = job_of(desk, JobState.WAITING)
    assert extractor("jobs", "retry", job).code == 2  # not ended
    assert extractor("jobs", "cancel", job).code == 0
    assert extractor("jobs", "cancel", job).code == 2
    assert extractor("jobs", "retry", job).code == 0  # its file is still there
    assert extractor("jobs", "cancel", job).code == 0
    desk.turn_until("failed")
    said = extractor("jobs", "retry", job)
    assert said.code == 2
    assert "收件夹" in said.err
    monkeypatch.setattr(type(desk.supervisor), "look", look)


def test_the_status_says_how_the_watcher_is_and_what_waits(
    extractor: Callable, desk: Desk, tmp_path: Path
) -> None:
    assert extractor("watch", tmp_path / "elsewhere", "--status").code == 3
    desk.drop("大.pdf.part", "…")
    desk.turn_for(0.3)
    said = extractor("watch", desk.inbox, "--status")
    assert said.code == 0
    assert "运行正常" in said.out and "大.pdf.part：还在传输" in said.out
    away = desk.inbox.rename(tmp_path / "away")
    desk.turn_for(0.3)
    said = extractor("watch", desk.inbox, "--status")
    assert said.code == 1
    assert "文件夹不见了" in said.out
    away.rename(desk.inbox)


def test_a_watcher_that_was_not_heard_of_for_long_is_said_not_to_run(
    extractor: Callable, desk: Desk
) -> None:
    earlier = replace(desk.ledger.watchers, clock=lambda: time.time() - 7200)
    earlier.beat(str(desk.inbox), str(desk.outbox), "w", "running", "", [])
    said = extractor("watch", desk.inbox, "--status")
    assert said.code == 3
    assert "没有运行" in said.out


def test_the_status_page_shows_all_of_it_and_takes_names_for_text(desk: Desk) -> None:
    desk.drop("<b>甲.txt", "一\n")
    desk.drop("乙.txt", "reject\n")
    desk.drop("丙.txt", "一\ndone again\n")
    desk.drop("大.pdf.part", "…")
    desk.turn_until("done", 2)
    desk.turn_until("failed")
    desk.turn_for(0.2)
    page = (desk.outbox / "状态.html").read_text("utf-8")
    assert "<b>甲" not in page
    assert "&lt;b&gt;甲.txt" in page
    assert 'href="_b_%E7%94%B2/worksheet.xlsx"' in page
    assert "请重新扫描" in page
    assert "还在传输" in page
    assert "运行正常" in page
