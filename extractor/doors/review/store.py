"""What the review page needs of whatever keeps the packets: a folder of results, or the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import FactStatus, Outcome, Severity, Worksheet
from extractor.decisions.chain import genesis
from extractor.decisions.model import Correction, Reviewer
from extractor.decisions.sealing import is_signed
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools
from extractor.worksheet.head import applicant_fact
from extractor.worksheet.telling import Telling
from extractor.worksheet.wording import Language, words_of

ExportFormat = Literal["json", "xlsx", "docx", "html", "csv"]
EXPORTS: tuple[ExportFormat, ...] = ("xlsx", "docx", "html", "csv", "json")
"""What the page offers, in this order; ``csv`` is a zip of tables."""
MEDIA_TYPES: dict[ExportFormat, str] = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "csv": "application/zip",
}


class NoSuchPacket(ExtractorError):
    """The packet is not there, or not this viewer's to see: both look alike from outside."""

    kind = "not_found"


class PacketState(StrEnum):
    """Where a packet stands in the queue."""

    WAITING = "waiting"  # accepted, not read yet
    READING = "reading"
    FAILED = "failed"
    READY = "ready"  # read, nothing decided yet
    IN_REVIEW = "in_review"
    SIGNED = "signed"


OPEN_STATES = frozenset({PacketState.READY, PacketState.IN_REVIEW, PacketState.SIGNED})
"""States in which there is a worksheet."""


@dataclass(frozen=True, slots=True)
class PacketSummary:
    """One line of the queue.

    Attributes:
        id: the store's own name of the packet; letters, digits, ``-`` and ``_`` only.
        name: as it was filed. applicant: as read; "" where it was not.
        scheme: title. as_of: evaluation date, ISO. received: ISO 8601.
        errors, warns: failed findings of that severity. materials: those neither found nor not asked.
        doubtful: values still in doubt.
        by: who decided last; "" for nobody yet.
        pages: ``None`` until its files were opened. pages_done: while it is being read. message: why it failed.
    """

    id: str
    name: str
    state: PacketState
    applicant: str = ""
    scheme: str = ""
    as_of: str = ""
    received: str = ""
    pages: int | None = None
    pages_done: int = 0
    errors: int = 0
    warns: int = 0
    materials: int = 0
    doubtful: int = 0
    decisions: int = 0
    by: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A file handed out: a page's picture or an export. ``name`` is what it is saved as."""

    content: bytes
    media_type: str
    name: str = ""


class ReviewStore(Protocol):
    """The packets one viewer may see. Methods block; they are called from worker threads.

    Every method that takes a packet raises ``NoSuchPacket`` for one that is not there.
    """

    def packets(self) -> Sequence[PacketSummary]:
        """The queue, the most urgent first."""

    def worksheet(self, packet: str) -> Worksheet:
        """The packet's worksheet as it may be shown: masked unless the site shows all."""

    def page_image(self, packet: str, page_no: int) -> Content | None:
        """The page's picture as a viewer shows it; ``None`` where there is none."""

    def decide(
        self, packet: str, corrections: Sequence[Correction], reviewer: Reviewer, expected: str
    ) -> Worksheet:
        """Carry the corrections out, judge again, keep it; the new worksheet as it may be shown.

        Args:
            expected: ``head_of`` the worksheet the reviewer saw.

        Raises:
            HeadMoved: somebody decided meanwhile. Frozen: it is signed.
            DecisionError: a correction cannot be carried out; nothing was.
        """

    def export(self, packet: str, fmt: ExportFormat, lang: Language) -> Content:
        """The worksheet in a format, as it stands now."""


def head_of(worksheet: Worksheet) -> str:
    """The hash that the next decision follows."""
    return (
        worksheet.decisions[-1].hash if worksheet.decisions else genesis(worksheet.packet.id)
    )  # fmt: skip


_SETTLED = frozenset({"found", "not_applicable", "text_not_loaded"})


def summary_of(worksheet: Worksheet, packet: str, tools: Tools) -> PacketSummary:
    """A queue line for a worksheet. ``packet``: the store's name of it."""
    telling = Telling(worksheet, words_of("zh"), naming_of(tools.catalogue))
    applicant = applicant_fact(telling)
    failed = [f for f in worksheet.findings if f.outcome is Outcome.FAILED]
    decisions = worksheet.decisions
    state = PacketState.IN_REVIEW if decisions else PacketState.READY
    return PacketSummary(
        id=packet,
        name=worksheet.packet.name,
        state=PacketState.SIGNED if is_signed(worksheet) else state,
        applicant=telling.shown(applicant).text if applicant is not None else "",
        scheme=worksheet.scheme.title,
        as_of=worksheet.scheme.as_of,
        received=worksheet.packet.received_at,
        pages=len(worksheet.pages),
        pages_done=len(worksheet.pages),
        errors=sum(f.severity is Severity.ERROR for f in failed),
        warns=sum(f.severity is Severity.WARN for f in failed),
        materials=sum(m.status not in _SETTLED for m in worksheet.materials),
        doubtful=sum(f.status is FactStatus.DOUBTFUL for f in telling.facts.values()),
        decisions=len(decisions),
        by=decisions[-1].by if decisions else "",
    )
