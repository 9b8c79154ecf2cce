"""The watch folder, turned by hand, with a stand-in for the review."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.watching import Desk

from extractor.core.errors import UsageError
from extractor.doors import watch_delivery
from extractor.doors.watch import WatchOptions, result_folder_name
from extractor.doors.watch_tickets import TicketDesk
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import JobState


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def visible(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))


def tickets(desk: Desk) -> list[str]:
    return [p.name for p in (desk.inbox / ".extractor").iterdir() if p.is_dir()]


def test_a_packet_becomes_a_result_and_its_original_is_kept(desk: Desk) -> None:
    original = desk.drop("甲公司 申报材料.txt", "一\n二\n三\n")
    (said,) = desk.turn_until("done")
    assert "甲公司 申报材料" in said
    assert visible(desk.outbox) == ["状态.html", "甲公司 申报材料"]
    assert desk.result("甲公司 申报材料")["files"] == ["甲公司 申报材料.txt"]
    assert not original.exists()
    assert (desk.inbox / "done" / original.name).read_text("utf-8") == "一\n二\n三\n"
    assert tickets(desk) == []


def test_the_scheme_is_told_by_the_folders_name_in_either_form(desk: Desk) -> None:
    desk.drop("jiangxi_2023/甲.txt", "甲\n")
    desk.drop("江西省认定管理办法/乙.txt", "乙\n")
    desk.drop("丙.txt", "丙\n")
    desk.turn_until("done", 3)
    schemes = [desk.result(name)["scheme"] for name in "甲乙丙"]
    assert schemes == ["jiangxi_2023", "jiangxi_2023", None]
    assert (desk.inbox / "jiangxi_2023").is_dir()


def test_a_folder_is_one_packet_with_all_its_files(desk: Desk) -> None:
    for name in ("乙公司/01 申请表.txt", "乙公司/附件/02.txt", "乙公司/Thumbs.db"):
        desk.drop(name, f"{name}\n")
    desk.turn_until("done")
    assert desk.result("乙公司")["files"] == ["01 申请表.txt", "附件/02.txt"]
    assert (desk.inbox / "done" / "乙公司" / "Thumbs.db").exists()


def test_names_in_gbk_are_read_as_what_they_say(desk: Desk) -> None:
    raw = os.fsencode(desk.inbox) + b"/" + "江西某公司申报材料.txt".encode("gbk")
    Path(os.fsdecode(raw)).write_text("一\n")
    (said,) = desk.turn_until("done")
    assert "江西某公司申报材料.txt" in said
    assert desk.result("江西某公司申报材料")["files"] == ["江西某公司申报材料.txt"]
    (kept,) = (desk.inbox / "done").iterdir()
    assert os.fsencode(kept.name) == "江西某公司申报材料.txt".encode("gbk")  # its own name


def test_the_same_content_is_answered_with_the_earlier_result(desk: Desk) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    desk.drop("甲 副本.txt", "一\n")
    (said,) = desk.turn_until("same")
    assert "内容完全相同" in said
    assert visible(desk.outbox) == ["状态.html", "甲"]
    note = (desk.inbox / "done" / "甲 副本.txt.说明.txt").read_text("utf-8-sig")
    assert "甲" in note and "没有重复处理" in note
    assert desk.ledger.jobs.counts()[JobState.DONE] == 1


def test_the_same_content_gets_its_result_again_where_the_first_is_gone(desk: Desk) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    (desk.outbox / "甲").rename(desk.root / "taken away")
    desk.drop("乙.txt", "一\n")
    desk.turn_until("done", 2)
    assert desk.result("乙")["sha256"]
    assert desk.ledger.jobs.counts()[JobState.DONE] == 1  # nothing was read again


def test_a_replaced_file_is_taken_again_beside_the_first_result(desk: Desk) -> None:
    desk.drop("甲.txt", "第一版\n")
    desk.turn_until("done")
    desk.drop("甲.txt", "第二版\n")
    desk.turn_until("done", 2)
    assert desk.result("甲")["sha256"] != desk.result("甲-2")["sha256"]
    assert visible(desk.inbox / "done") == ["甲-2.txt", "甲.txt"]


def test_a_failed_packet_comes_back_with_a_reason_that_can_be_acted_on(desk: Desk) -> None:
    desk.drop("甲.txt", "reject\n")
    (said,) = desk.turn_until("failed")
    assert "重新扫描" in said
    assert visible(desk.inbox / "failed") == ["甲.txt", "甲.txt.原因.txt"]
    reason = (desk.inbox / "failed" / "甲.txt.原因.txt").read_bytes()
    assert reason.startswith(b"\xef\xbb\xbf")  # Notepad reads it as what it is
    assert "原因：文件已损坏，请重新扫描" in reason.decode("utf-8-sig")
    assert visible(desk.outbox) == ["状态.html"]


def test_a_failed_packet_handed_in_again_is_tried_again(desk: Desk) -> None:
    desk.drop("甲.txt", "reject\n")
    desk.turn_until("failed")
    desk.drop("甲.txt", "reject\n")
    desk.turn_until("failed", 2)
    assert len(desk.ledger.jobs.listed()) == 1
    kinds = [e.kind for e in desk.ledger.jobs.events(desk.ledger.jobs.listed()[0].id)]
    assert kinds.count("retried") == 1


def test_an_error_of_the_program_is_a_reason_too_and_the_watcher_goes_on(desk: Desk) -> None:
    desk.drop("甲.txt", "bug\n")
    (said,) = desk.turn_until("failed")
    assert "RuntimeError" in said
    desk.drop("乙.txt", "一\n")
    desk.turn_until("done")


def test_a_cancelled_packet_comes_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.supervisor), "look", lambda _self: None)  # no runner today
    desk.drop("甲.txt", "一\n")
    desk.turn_until("taken")
    desk.ledger.jobs.cancel(desk.ledger.jobs.listed()[0].id)
    (said,) = desk.turn_until("failed")
    assert "取消" in said
    assert (desk.inbox / "failed" / "甲.txt").exists()


def test_what_is_no_packet_is_left_alone_and_said(desk: Desk) -> None:
    desk.drop("大.pdf.part", "…")
    desk.drop("packet.yaml", "scheme: x")
    desk.drop("~$表格.docx", "…")
    (desk.inbox / "捷径.txt").symlink_to(desk.root / "elsewhere")
    (desk.inbox / "空").mkdir()
    desk.turn_for(2.0)
    assert desk.said == []
    (told,) = desk.ledger.watchers.all()
    why = dict(told.waiting)
    assert set(why) == {"大.pdf.part", "packet.yaml", "捷径.txt", "空"}
    assert "链接" in why["捷径.txt"]
    assert "传输" in why["大.pdf.part"]


def test_a_link_inside_a_folder_is_never_followed(desk: Desk) -> None:
    secret = desk.root / "secret.txt"
    secret.write_text("秘密\n")
    desk.drop("甲/一.txt", "一\n")
    (desk.inbox / "甲" / "二.txt").symlink_to(secret)
    desk.turn_until("done")
    assert desk.result("甲")["files"] == ["一.txt"]  # the review sees a link to nowhere


def test_a_file_still_open_for_writing_is_not_taken_however_still_it_holds(desk: Desk) -> None:
    with (desk.inbox / "甲.txt").open("w") as out:
        out.write("一\n")
        out.flush()
        desk.turn_for(1.2)
        assert desk.said == []
        assert "写入" in desk.ledger.watchers.all()[0].waiting[0][1]
        out.write("二\n")
    desk.turn_until("done")
    assert desk.ledger.jobs.listed()[0].bytes == len("一\n二\n".encode())


def test_a_file_that_lacks_its_end_is_waited_for_and_taken_at_last(desk: Desk) -> None:
    desk.drop("甲.pdf", "%PDF-1.7\n一\n")
    desk.turn_for(1.2)
    assert desk.said == []
    desk.turn_until("done", seconds=20)


def test_a_foreign_folder_in_the_outbox_is_never_overwritten(desk: Desk) -> None:
    (desk.outbox / "甲").mkdir()
    (desk.outbox / "甲" / "意见.txt").write_text("我的意见")
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    assert (desk.outbox / "甲" / "意见.txt").read_text() == "我的意见"
    assert desk.result("甲-2")["files"] == ["甲.txt"]


def test_worksheets_in_the_outbox_may_be_written_in_without_harm_to_the_ledger(desk: Desk) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("done")
    with (desk.outbox / "甲" / "worksheet.json").open("a") as out:
        out.write("reviewer")
    (job,) = desk.ledger.jobs.listed()
    sheet = next(a for a in desk.ledger.jobs.artifacts(job.id) if a.name == "worksheet.json")
    assert desk.ledger.blobs.path(sheet.sha256).stat().st_size == sheet.bytes


def test_no_more_is_taken_than_can_be_worked_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, backlog=2)
    look = type(desk.supervisor).look
    monkeypatch.setattr(type(desk.supervisor), "look", lambda _self: None)
    for no in range(4):
        desk.drop(f"{no}.txt", f"{no}\n")
    desk.turn_until("taken", 2)
    desk.turn_for(1.0)
    assert desk.kinds() == ["taken", "taken"]
    assert visible(desk.inbox) == ["2.txt", "3.txt"]
    assert "排队" in desk.ledger.watchers.all()[0].waiting[0][1]
    monkeypatch.setattr(type(desk.supervisor), "look", look)
    desk.turn_until("done", 4)
    desk.close()


def test_two_watchers_of_one_inbox_do_not_meet(desk: Desk) -> None:
    with TicketDesk(desk.inbox).held(), pytest.raises(UsageError, match="已有另一个程序"):
        desk.watcher.run(lambda: False, lambda _seconds: None)


def test_inbox_and_outbox_must_lie_apart(desk: Desk) -> None:
    for inbox, outbox in (
        (desk.inbox, desk.inbox), (desk.inbox, desk.inbox / "out"), (desk.root, desk.outbox),
        (desk.root / "none", desk.outbox),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            WatchOptions(inbox, outbox, {}, "1").check()
    desk.options.check()


def test_an_inbox_that_is_away_is_said_and_nothing_is_taken_for_delivered(desk: Desk) -> None:
    desk.drop("甲.txt", "一\n")
    desk.turn_until("taken")
    away = desk.inbox.rename(desk.root / "away")
    desk.turn_until("trouble")
    desk.turn_for(0.5)
    assert "done" not in desk.kinds()
    away.rename(desk.inbox)
    desk.turn_until("done")
    assert (desk.inbox / "done" / "甲.txt").exists()
    assert "fine" in desk.kinds()


class Killed(BaseException):
    """The process ends here."""


def kill_at(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, *, after: bool) -> None:
    """The next call of ``method`` ends the watcher, before or after it did its work."""
    real = getattr(owner, method)

    def dies(*args: object, **named: object) -> object:
        monkeypatch.setattr(owner, method, real)
        if after:
            real(*args, **named)
        raise Killed

    monkeypatch.setattr(owner, method, dies)


STEPS = [
    (TicketDesk, "take"),
    ("jobs", "accept"),
    ("jobs", "finish"),
    (TicketDesk, "put_away"),
    ("deliveries", "delivered"),
    (TicketDesk, "close"),
    (Ledger, "release"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda s: s[1])
@pytest.mark.parametrize("text", ["一\n", "reject\n"], ids=["done", "failed"])
def test_killed_between_any_two_steps_nothing_is_lost_or_doubled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: tuple[type | str, str], after: bool,
    text: str,
) -> None:  # fmt: skip
    owner, method = step
    if method == "finish" and text != "一\n":
        method = "fail"
    place = type(getattr(desk.ledger, owner)) if isinstance(owner, str) else owner
    desk.drop("甲.txt", text)
    kill_at(monkeypatch, place, method, after=after)
    with pytest.raises(Killed):
        desk.turn_until("never", seconds=20)
    lost = desk.ledger.jobs.owners()
    for name in lost:  # the dead process's lease; ``recover`` sees to it in a new process
        desk.ledger.jobs.gone(name)
    desk.start()
    kind = "done" if text == "一\n" else "failed"
    for _ in range(60):
        desk.turn_for(0.1)
        if (desk.inbox / kind / "甲.txt").exists() and tickets(desk) == []:
            break
    assert visible(desk.inbox) == [kind]
    expected = ["甲.txt"] if kind == "done" else ["甲.txt", "甲.txt.原因.txt"]
    assert visible(desk.inbox / kind) == expected
    assert visible(desk.outbox) == (["状态.html", "甲"] if kind == "done" else ["状态.html"])
    assert tickets(desk) == []
    assert len(desk.ledger.jobs.listed()) == 1
    assert desk.ledger.deliveries.pending(str(desk.inbox)) == []
    assert not list(desk.outbox.glob(".*.part"))


def test_killed_in_the_middle_of_a_result_folder_it_is_written_anew_and_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []

    def killed(path: Path) -> None:
        synced.append(path)
        if len(synced) == 2:
            raise Killed

    desk.drop("甲.txt", "一\n")
    with monkeypatch.context() as patch:
        patch.setattr(watch_delivery, "_sync_file", killed)
        patch.setattr(watch_delivery.shutil, "rmtree", lambda *_args, **_named: None)
        with pytest.raises(Killed):
            desk.turn_until("never", seconds=20)
    (left,) = desk.outbox.glob(".*.part")
    assert visible(desk.outbox) == ["状态.html"]
    foreign = desk.outbox / ".x.part"
    foreign.mkdir()
    desk.start()
    desk.turn_until("done")
    assert sorted(p.name for p in (desk.outbox / "甲").iterdir()) == [
        ".extractor.json", "pages", "worksheet.json",
    ]  # fmt: skip
    assert not left.exists()
    assert foreign.exists()  # not ours


@pytest.mark.parametrize(
    ("name", "is_folder", "folder"),
    [
        ("甲公司.pdf", False, "甲公司"),
        ("甲公司.2024", True, "甲公司.2024"),
        ('a<b>:"c|?*.zip', False, "a_b___c___"),
        (".pdf", False, "pdf"),
        ("...", False, "packet"),
        ("长" * 200 + ".pdf", False, "长" * 50),
    ],
)
def test_result_folders_have_names_that_every_system_takes(
    name: str, is_folder: bool, folder: str
) -> None:
    assert result_folder_name(name, is_folder=is_folder) == folder
