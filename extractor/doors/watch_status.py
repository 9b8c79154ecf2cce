"""``状态.html`` in the outbox: how it goes, for people who only see two folders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from extractor.jobs.database import LedgerError
from extractor.jobs.delivery_book import Delivery
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import Job, JobState
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.safe_text import one_line

PAGE = "状态.html"
_RESULTS = 100


def _template() -> Template:
    pages = Environment(
        loader=PackageLoader("extractor.doors"), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template("watch_status.html")


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The status page of one inbox."""

    ledger: Ledger
    inbox: Path
    outbox: Path
    _page: Template = field(default_factory=_template)

    def fingerprint(self) -> object:
        """Something that differs when the page would; ``None`` while the ledger is away."""
        try:
            pending, recent = self._pending(), self.ledger.deliveries.recent(str(self.inbox), 1)
        except LedgerError:
            return None
        return (
            [(job.id, job.state, job.pages_done, owed.name) for owed, job in pending],
            [(d.ticket, d.delivered) for d in recent],
        )

    def write(
        self, state: str, message: str, waiting: Sequence[tuple[str, str]], now: float
    ) -> None:
        """Write the page whole.

        Raises:
            OSError: the outbox cannot be written. LedgerError.
        """
        pending = self._pending()
        lines = [
            {"name": one_line(owed.name), "why": job.reason or "排队中"}
            for owed, job in pending
            if job.state is JobState.WAITING
        ]
        lines += [{"name": one_line(name), "why": why} for name, why in waiting]
        told = [d for d in self.ledger.deliveries.recent(str(self.inbox), _RESULTS) if d.delivered]
        told.sort(key=lambda d: d.delivered_at or 0.0, reverse=True)
        text = self._page.render(
            at=_when(now),
            state=state,
            message=message,
            running=[
                {"name": one_line(owed.name), "done": job.pages_done,
                 "total": job.pages_total, "at": _when(owed.accepted_at)}
                for owed, job in pending
                if job.state is JobState.RUNNING
            ],
            waiting=lines,
            results=[self._result(d) for d in told],
        )  # fmt: skip
        write_bytes_atomically(self.outbox / PAGE, text.encode("utf-8"))

    def _pending(self) -> list[tuple[Delivery, Job]]:
        owed = self.ledger.deliveries.pending(str(self.inbox))
        return [(d, self.ledger.jobs.get(d.job)) for d in owed]

    def _result(self, told: Delivery) -> dict[str, str]:
        folder = self.outbox / told.result
        has_folder = told.kind == "done" and folder.is_dir()
        return {
            "kind": "failed" if told.kind == "failed" else "done",
            "name": one_line(told.name),
            "folder": told.result,
            "href": f"{quote(told.result)}/worksheet.xlsx" if has_folder else "",
            "extra": "不完整" if "不完整" in told.note else "",
            "note": told.note,
            "at": _when(told.delivered_at or told.accepted_at),
        }


def _when(at: float) -> str:
    return dt.datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")
