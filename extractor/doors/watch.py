"""The watch folder: packets in, worksheets out, and every original answered.

One turn of the watcher: see to the runner, hand over what has ended, take in what lies under tickets,
take out of the inbox what is complete, say how it goes. Each step may fail (disk full, share away,
ledger locked): then the trouble is said in plain words, the other steps go on, and the next turn tries
again. Nothing is kept in memory that a killed watcher would lose.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from extractor.core.errors import UsageError
from extractor.doors.intake import (
    LOCAL_TIMES,
    SettleTimes,
    Sighting,
    StabilityTracker,
    is_whole,
    is_written_to,
    look_into,
    remove_mark,
)
from extractor.doors.watch_delivery import DeliveryDesk
from extractor.doors.watch_status import StatusPage
from extractor.doors.watch_tickets import Ticket, TicketDesk
from extractor.jobs.database import LedgerError
from extractor.jobs.delivery_book import NewDelivery
from extractor.jobs.ledger import Ledger
from extractor.jobs.owners import this_owner
from extractor.jobs.packet_files import Look, StillChanging, fitting_name, look_at, take_in
from extractor.jobs.records import JobState, NewPacket, Request, same_work_key
from extractor.jobs.supervisor import Supervisor
from extractor.setup.case import CaseFile

#: Packets taken in that wait for their turn; more stay in the inbox, where they are safe.
BACKLOG = 50
_NAME_BYTES = 150
_SWEEP_SECONDS = 3600.0
_BEAT_SECONDS = 15.0
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_WORDS = {
    errno.ENOSPC: "磁盘已满；请清理磁盘，之后会自动继续",
    errno.EDQUOT: "磁盘配额已用完；请清理磁盘，之后会自动继续",
    errno.EROFS: "磁盘是只读的，不能写入；请检查磁盘或共享，之后会自动继续",
    errno.EACCES: "没有权限；请检查文件夹权限，之后会自动继续",
    errno.EPERM: "没有权限；请检查文件夹权限，之后会自动继续",
    errno.ENOENT: "文件夹不见了；请检查磁盘或共享是否连接，之后会自动继续",
    errno.ESTALE: "网络共享已断开；恢复连接后会自动继续",
    errno.EHOSTDOWN: "网络共享已断开；恢复连接后会自动继续",
    errno.EIO: "磁盘读写出错；请检查磁盘，之后会自动继续",
}


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """What to watch and how.

    Attributes:
        schemes: names of folders in the inbox that tell a scheme, with its id.
        case: case data told for every packet (weaker things stand in ``packet.yaml``).
        versions: program and configuration; packets reviewed under others are reviewed anew.
        reserve_bytes: free space below which nothing is taken in.
    """

    inbox: Path
    outbox: Path
    schemes: Mapping[str, str]
    versions: str
    case: CaseFile = CaseFile()
    lang: str = "zh"
    times: SettleTimes = LOCAL_TIMES
    poll_seconds: float = 1.0
    backlog: int = BACKLOG
    reserve_bytes: int = 200 << 20

    def check(self) -> None:
        """The folders can be what they are asked to be.

        Raises:
            UsageError: it says why not.
        """
        if not self.inbox.is_dir():
            raise UsageError(f"{self.inbox}：没有这个文件夹")
        inbox, outbox = self.inbox.resolve(), self.outbox.resolve()
        if inbox == outbox or inbox in outbox.parents or outbox in inbox.parents:
            raise UsageError("收件夹与结果文件夹不能相同，也不能一个在另一个里面")


Say = Callable[[str, str], None]
"""Told what happened: a kind (``taken | done | same | failed | trouble | fine``) and Chinese words."""


@dataclass(slots=True)
class Watcher:
    """One inbox. ``clock``: seconds since 1970; ``steady``: never goes back."""

    options: WatchOptions
    ledger: Ledger
    supervisor: Supervisor
    say: Say
    clock: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    trouble: dict[str, str] = field(default_factory=dict)
    _desk: TicketDesk = field(init=False)
    _delivery: DeliveryDesk = field(init=False)
    _status: StatusPage = field(init=False)
    _tracker: StabilityTracker = field(init=False)
    _held: StabilityTracker = field(init=False)
    _waiting: list[tuple[str, str]] = field(default_factory=list)
    _beat_at: float = -1e9
    _beat_said: object = None
    _swept_at: float = -1e9
    _owner: str = field(default_factory=this_owner)
    _should_stop: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self._desk = TicketDesk(self.options.inbox)
        self._delivery = DeliveryDesk(self.ledger, self._desk, self.options.outbox)
        self._status = StatusPage(self.ledger, self.options.inbox, self.options.outbox)
        self._tracker = StabilityTracker(self.options.times)
        self._held = StabilityTracker(self.options.times)

    def run(self, should_stop: Callable[[], bool], pause: Callable[[float], None]) -> None:
        """Watch until told to stop; ``pause`` waits so many seconds, or shorter where it is woken.

        Raises:
            UsageError: somebody else watches this inbox.
        """
        self._should_stop = should_stop
        with self._desk.held():
            recovered = False
            try:
                while not should_stop():
                    with self._step("台账"):
                        if not recovered:
                            self.supervisor.recover()
                            self._delivery.clear()
                            recovered = True
                    self.turn()
                    pause(self.options.poll_seconds)
            finally:
                self.supervisor.stop()
                self._beat("stopped")

    def turn(self) -> None:
        """One turn; see the module."""
        with self._step("处理"):
            self.supervisor.look()
            self._note_trouble("处理程序", self.supervisor.trouble)
        self._deliver()
        self._waiting = []
        self._ingest()
        with self._step("收件夹"):
            self._take()
        with self._step("清理"):
            if self.steady() - self._swept_at > _SWEEP_SECONDS:
                self._swept_at = self.steady()
                self.ledger.sweep()
        self._beat("trouble" if self.trouble else "running")

    def _deliver(self) -> None:
        with self._step("结果文件夹"):
            tickets = {ticket.id: ticket for ticket in self._desk.tickets()}
            failed: OSError | None = None
            for owed in self.ledger.deliveries.pending(str(self.options.inbox)):
                if self._should_stop():
                    break
                try:
                    told = self._delivery.deliver(owed, tickets.get(owed.ticket))
                except OSError as error:  # the others may be handed over all the same
                    failed = error
                    continue
                if told is not None:
                    self.say(told.kind, f"{told.name}：{told.note}")
            if failed is not None:
                raise failed

    def _ingest(self) -> None:
        """Take in what lies under tickets: what was just taken, and what a killed watcher left."""
        with self._step("收件"):
            tickets = self._desk.tickets()
            self._held.forget_all_but([t.original for t in tickets if t.original is not None])
            for ticket in tickets:
                if self._should_stop():
                    break
                known = self.ledger.deliveries.get(ticket.id)
                if known is None:
                    self._try_ingest(ticket)
                elif known.delivered:
                    self._desk.close(ticket)  # killed just before

    def _try_ingest(self, ticket: Ticket) -> None:
        """One original that cannot be read does not hold up the others."""
        try:
            self._ingest_one(ticket)
        except OSError as error:
            if error.errno in _DISK:
                raise
            self._waiting.append(
                (ticket.name, f"无法读取（{error.strerror or error}）；请检查权限")
            )

    def _ingest_one(self, ticket: Ticket) -> None:
        original = ticket.original
        if original is None:
            self._desk.close(ticket)  # killed before it arrived
            return
        looks = look_at(original)
        sighting = Sighting(original, ticket.scheme, looks, original.is_dir(), is_marked=True)
        why = self._held.why_wait(sighting, self.steady(), is_whole(original, looks))
        if why or is_written_to(original, looks):
            self._waiting.append((ticket.name, why or "仍在写入，等它写完"))
            return
        self._want_room(looks)
        try:
            content = take_in(original, ticket.name, self.ledger.blobs)
        except StillChanging:
            return
        today = dt.date.fromtimestamp(self.clock())
        case = self.options.case
        if ticket.scheme is not None:
            case = case.model_copy(update={"scheme": ticket.scheme})
        request = Request(case, today, self.options.lang)
        accepted = self.ledger.jobs.accept(
            NewPacket(
                content, request, idempotency_key=f"watch:{ticket.id}",
                same_work=same_work_key(content, request, self.options.versions),
            ),
            NewDelivery(
                ticket.id, str(self.options.inbox), str(self.options.outbox), ticket.name,
                result_folder_name(ticket.name, is_folder=content.is_folder),
            ),
        )  # fmt: skip
        self.say("taken", ticket.name)
        if accepted.fresh:
            self.supervisor.wake()

    def _take(self) -> None:
        view = look_into(self.options.inbox, self.options.schemes)
        self._tracker.forget_all_but([s.path for s in view.candidates])
        self._waiting += view.refused
        room = self.options.backlog - self.ledger.jobs.counts()[JobState.WAITING]
        for sighting in view.candidates:
            if self._should_stop():
                break
            why = self._why_not_yet(sighting)
            if not why and room <= 0:
                why = "排队中，前面的材料处理后收取"
            if not why:
                room -= 1
                why = self._take_one(sighting)
            if why:
                self._waiting.append((sighting.name, why))

    def _why_not_yet(self, sighting: Sighting) -> str:
        try:
            whole = is_whole(sighting.path, sighting.looks)
            why = self._tracker.why_wait(sighting, self.steady(), whole)
            if not why and is_written_to(sighting.path, sighting.looks):
                why = "仍有程序在写入，等它写完"
            return why
        except FileNotFoundError:
            return "刚放入或仍在变化，等它写完"
        except PermissionError:
            return "没有读取权限；请检查文件权限"

    def _take_one(self, sighting: Sighting) -> str:
        self._want_room(sighting.looks)
        try:
            ticket = self._desk.take(sighting.path, sighting.scheme)
        except PermissionError:
            return "不能移动（没有权限，或正被别的程序打开）；关闭后会自动收取"
        if ticket is None:
            return "刚放入或仍在变化，等它写完"
        if sighting.is_folder:
            remove_mark(sighting.path)
        original = ticket.original
        if original is not None and look_at(original) == sighting.looks:
            self._ingest_at_once(ticket, original, sighting)
        return ""

    def _ingest_at_once(self, ticket: Ticket, original: Path, sighting: Sighting) -> None:
        """What held still in the inbox and came over unchanged has settled already."""
        now = self.steady()
        moved = Sighting(original, sighting.scheme, sighting.looks, sighting.is_folder, True)
        self._held.why_wait(moved, now - self.options.times.unfinished - 1, True)
        self._try_ingest(ticket)

    def _want_room(self, looks: Mapping[bytes, Look]) -> None:
        state = self.ledger.place.state
        state.mkdir(parents=True, exist_ok=True)
        needed = sum(look.size for look in looks.values()) + self.options.reserve_bytes
        if shutil.disk_usage(state).free < needed:
            raise OSError(errno.ENOSPC, "too little space to take a packet in")

    def _beat(self, state: str) -> None:
        message = "；".join(self.trouble.values())
        said = (state, message, tuple(self._waiting), self._status.fingerprint())
        if said == self._beat_said and self.steady() - self._beat_at < _BEAT_SECONDS:
            return
        self._beat_said, self._beat_at = said, self.steady()
        with contextlib.suppress(LedgerError):  # the steps have said it
            self.ledger.watchers.beat(
                str(self.options.inbox), str(self.options.outbox), self._owner, state, message,
                self._waiting,
            )  # fmt: skip
        with contextlib.suppress(OSError, LedgerError):
            self._status.write(state, message, self._waiting, self.clock())

    @contextlib.contextmanager
    def _step(self, what: str) -> Iterator[None]:
        """A step that may fail: the trouble is said once, and once more that it is over."""
        try:
            yield
        except LedgerError as error:
            self._note_trouble(what, str(error))
        except OSError as error:
            words = _WORDS.get(error.errno or 0, f"读写出错（{error.strerror or error}）")
            self._note_trouble(what, f"{what}：{words}")
        else:
            self._note_trouble(what, "")

    def _note_trouble(self, what: str, words: str) -> None:
        before = self.trouble.get(what, "")
        if words == before:
            return
        if words:
            self.trouble[what] = words
            self.say("trouble", words)
        else:
            del self.trouble[what]
            self.say("fine", f"{what}已恢复正常")


def result_folder_name(name: str, *, is_folder: bool) -> str:
    """The result folder of a packet called ``name``: without suffix, safe for any file system."""
    stem = name if is_folder or "." not in name.strip(".") else name.rpartition(".")[0]
    safe = "".join("_" if c in '<>:"/\\|?*' or ord(c) < 32 else c for c in stem).strip(". ")
    return fitting_name(safe or "packet", _NAME_BYTES)
