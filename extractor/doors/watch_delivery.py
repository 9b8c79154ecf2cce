"""What a clerk gets: a result folder in the outbox, and the original in ``done`` or ``failed``.

Promises, each with a test or a drill:

1. A result folder appears whole, by one rename, or not at all; nothing of another's is ever overwritten.
2. Every step may be repeated after a kill without a second result: the folder carries its ticket.
3. The original is put away only after its result (or its reason) is there.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from extractor.doors.watch_tickets import Ticket, TicketDesk
from extractor.jobs.blobs import sync_folder
from extractor.jobs.delivery_book import Delivery
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import Job, JobState
from extractor.worksheet.safe_text import one_line

MARK = ".extractor.json"
"""In each result folder: whose it is."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was delivered. ``kind``: ``done | same | failed``."""

    kind: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class DeliveryDesk:
    """Hands results of the ledger over to one outbox."""

    ledger: Ledger
    desk: TicketDesk
    outbox: Path

    def deliver(self, owed: Delivery, ticket: Ticket | None) -> Told | None:
        """Hand over what is owed, where its job has ended; ``None``: it has not.

        Raises:
            OSError: outbox or inbox cannot be written now; nothing is lost. LedgerError.
        """
        job = self.ledger.jobs.get(owed.job)
        if job.state is JobState.DONE:
            told = self._done(owed, job)
            self._put_away(ticket, "done", told.note if told.kind == "same" else "", "说明")
        elif job.state in (JobState.FAILED, JobState.CANCELLED):
            told = Told("failed", owed.name, job.reason or "未能处理，原因不明")
            self._put_away(ticket, "failed", self._reason(owed, job), "原因")
        else:
            return None
        self.ledger.deliveries.delivered(owed.ticket, told.kind, told.note)
        if ticket is not None:
            self.desk.close(ticket)
        if all(other.delivered for other in self.ledger.deliveries.of_job(job.id)):
            self.ledger.release(job.packet)
        return told

    def _done(self, owed: Delivery, job: Job) -> Told:
        for earlier in self.ledger.deliveries.of_job(job.id):
            if earlier.ticket == owed.ticket or not earlier.delivered:
                continue
            folder = Path(earlier.outbox) / earlier.result
            if ticket_of(folder) == earlier.ticket:
                when = _when(earlier.delivered_at or earlier.accepted_at)
                return Told(
                    "same", owed.name,
                    f"{one_line(owed.name)} 与 {when} 已处理的 {one_line(earlier.name)} 内容完全相同，"
                    f"没有重复处理。\n结果见：{earlier.result}{os.sep}",
                )  # fmt: skip
        folder = self._publish(owed, job)
        extra = "（不完整，详见工作底稿）" if job.outcome == "incomplete" else ""
        return Told("done", owed.name, f"结果见：{folder.name}{os.sep}{extra}")

    def _publish(self, owed: Delivery, job: Job) -> Path:
        """The result folder, whole; made by an earlier life of ours, or now."""
        folder = self._own_folder(owed)
        if folder.exists():
            return folder
        part = self.outbox / f".{owed.ticket}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            for artifact in self.ledger.jobs.artifacts(job.id):
                target = part / artifact.name
                target.parent.mkdir(parents=True, exist_ok=True)
                # Pictures are only looked at; worksheets are written in, so they get their own bytes.
                is_picture = artifact.name.startswith("pages/")
                self.ledger.blobs.copy_out(artifact.sha256, target, may_link=is_picture)
                if target.stat().st_size != artifact.bytes:
                    raise OSError(f"{artifact.name}: {target.stat().st_size} of {artifact.bytes}")
                _sync_file(target)
            mark = {"ticket": owed.ticket, "job": job.id}
            (part / MARK).write_text(json.dumps(mark), encoding="ascii")
            _sync_file(part / MARK)
            sync_folder(part)
            part.rename(folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(self.outbox)
        return folder

    def _own_folder(self, owed: Delivery) -> Path:
        """The folder reserved for the delivery; another one where somebody else's lies there."""
        name, again = owed.result, 2
        while True:
            folder = self.outbox / name
            if ticket_of(folder) == owed.ticket or not (folder.exists() or folder.is_symlink()):
                return folder
            name, again = f"{owed.result}-{again}", again + 1
            while not self.ledger.deliveries.rename(owed.ticket, name):
                name, again = f"{owed.result}-{again}", again + 1

    def _put_away(self, ticket: Ticket | None, where: str, note: str, note_name: str) -> None:
        if ticket is not None:
            self.desk.put_away(ticket, where, note, note_name)

    def _reason(self, owed: Delivery, job: Job) -> str:
        return (
            f"材料：{one_line(owed.name)}\n"
            f"收到：{_when(owed.accepted_at)}\n"
            f"结果：未能处理\n"
            f"原因：{job.reason or '不明'}\n"
            "办法：按上面的说明处理后，把材料重新放回收件夹即可；原件就在本文件旁边，没有改动。\n"
            f"任务编号：{job.id}\n"
        )

    def clear(self) -> None:
        """Remove result folders that were being written when an earlier life of ours was killed."""
        for part in self.outbox.glob(".*.part") if self.outbox.is_dir() else ():
            if self.ledger.deliveries.get(part.name[1:-5]) is not None:
                shutil.rmtree(part, ignore_errors=True)


def ticket_of(folder: Path) -> str | None:
    """Whose result lies in the folder; ``None``: not one of ours, or nothing."""
    try:
        return str(json.loads((folder / MARK).read_bytes())["ticket"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _when(at: float) -> str:
    return dt.datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M")
