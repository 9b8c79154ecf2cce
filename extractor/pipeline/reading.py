"""From a packet on disk to a ``Reading``: open, read pages, split, extract. No rule is asked here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from extractor.classify.cues import CuesBefore
from extractor.classify.split import FoundDocument, split_documents
from extractor.core.page import PacketPage
from extractor.core.worksheet import (
    Document,
    PacketInfo,
    PageInfo,
    Problem,
    Reading,
    SealInfo,
    SignatureInfo,
    content_id,
)
from extractor.fields.extract import ReadBefore, extract_fields
from extractor.fields.view import DocumentView
from extractor.files.model import OpenedPacket
from extractor.files.packet import open_packet
from extractor.pipeline.page_repeats import repeated_pages
from extractor.pipeline.pool import PageEngine, PageOutcome, PagePool, PageTask, TaskReader
from extractor.pipeline.reader import ReaderFactory
from extractor.pipeline.seal_owners import with_owners
from extractor.pipeline.tools import RunOptions, Tools

Progress = Callable[[int, int, PageOutcome], None]
ReaderMaker = Callable[[], TaskReader]


@dataclass(frozen=True, slots=True)
class ReadPacket:
    """A packet after the slow stages: what was opened, its read pages, what went badly."""

    opened: OpenedPacket
    pages: tuple[PacketPage, ...]
    problems: tuple[Problem, ...]


def read_packet(
    path: Path,
    workdir: Path,
    options: RunOptions,
    progress: Progress | None = None,
    make_reader: ReaderMaker | None = None,
) -> ReadPacket:
    """Open the packet and read its pages.

    Raises:
        PacketError: there is nothing at ``path`` that can be opened.
    """
    opened = open_packet(path, workdir, options.limits)
    return read_pages(opened, options, progress, make_reader)


def read_pages(
    opened: OpenedPacket,
    options: RunOptions,
    progress: Progress | None = None,
    make_reader: ReaderMaker | None = None,
    engine: PageEngine | None = None,
) -> ReadPacket:
    """Read all pages in worker processes, or by ``engine``. Slow; results are cached by content.

    Raises:
        EngineError: the engine cannot go on, for a reason that is no page's.
    """
    tasks = _tasks(opened)
    problems = list(opened.problems)
    pages: list[PacketPage] = []
    maker = make_reader or ReaderFactory(
        options.page_cache, options.pages, options.limits, options.threads
    )
    names = {file.info.id: file.info.name for file in opened.files}
    workers = max(1, min(options.workers, len(tasks)))
    with nullcontext(engine) if engine is not None else PagePool(maker, workers) as reads:
        for outcome in reads.read(tasks):
            if outcome.read is not None:
                task = outcome.task
                pages += (
                    PacketPage(task.no, task.file, task.page_in_file, sheet, at)
                    for at, sheet in enumerate(outcome.read.sheets)
                )
            else:
                problems.append(_page_problem(outcome, names))
            if progress is not None:
                progress(outcome.task.no, len(tasks), outcome)
    problems += repeated_pages(pages)
    return ReadPacket(opened, with_owners(pages), tuple(problems))


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What pages and documents gave, for who looks at one packet again and again while its pages come in."""

    cues: CuesBefore = field(default_factory=CuesBefore)
    documents: ReadBefore = field(default_factory=ReadBefore)


def interpret(
    packet: ReadPacket, tools: Tools, received_at: dt.date, before: SeenBefore | None = None
) -> Reading:
    """Documents, facts and lists of read pages. Fast: no page is read again.

    ``before``: kept by who looks at the same packet several times while its pages come in.
    """
    seen = before if before is not None else SeenBefore()
    found = _told_apart(split_documents(packet.pages, tools.catalogue, tools.cues, seen.cues))
    views = [DocumentView(d.id, d.type, d.title, d.pages) for d in found]
    facts, rows = extract_fields(views, tools.fields, seen.documents)
    # A page of two sheets belongs to the paper on its left one.
    belongs = {page.no: d.id for d in found for page in d.pages if page.sheet == 0}
    return Reading(
        packet=PacketInfo(
            id=packet.opened.id,
            name=packet.opened.name,
            received_at=received_at.isoformat(),
            files=tuple(file.info for file in packet.opened.files),
        ),
        pages=tuple(
            _page_info(page, belongs.get(page.no)) for page in packet.pages if page.sheet == 0
        ),
        documents=tuple(_document(d, tools) for d in found),
        facts=facts,
        rows=rows,
        problems=packet.problems,
    )


def _told_apart(found: Sequence[FoundDocument]) -> tuple[FoundDocument, ...]:
    """Two papers of one type may begin on the two sheets of one page: each keeps an id of its own."""
    seen: set[str] = set()
    out = []
    for document in found:
        if document.id in seen:
            document = replace(document, id=content_id("d", document.id, document.pages[0].sheet))
        seen.add(document.id)
        out.append(document)
    return tuple(out)


def _tasks(opened: OpenedPacket) -> list[PageTask]:
    tasks: list[PageTask] = []
    for file in opened.files:
        for page in range(1, file.info.pages + 1):
            tasks.append(
                PageTask(
                    len(tasks) + 1, file.info.id, str(file.path), file.info.media_type,
                    file.info.sha256, page,
                )
            )  # fmt: skip
    return tasks


def _page_problem(outcome: PageOutcome, names: dict[str, str]) -> Problem:
    task = outcome.task
    name = names.get(task.file, "")
    return Problem(
        stage="pages",
        kind=outcome.kind,
        file=task.file,
        page=task.no,
        message=f"{name} 第{task.page_in_file}页：{outcome.message}",
    )


def _page_info(page: PacketPage, document: str | None) -> PageInfo:
    read = page.read
    return PageInfo(
        no=page.no,
        file=page.file,
        page_in_file=page.page_in_file,
        width_pt=round(read.size.width_pt, 2),
        height_pt=round(read.size.height_pt, 2),
        source=read.source.value,
        rotation_deg=read.rotation_deg,
        skew_deg=round(read.skew_deg, 2),
        quality=round(read.quality.score, 3),
        quality_reasons=read.quality.reasons,
        document=document,
    )


def _document(found: FoundDocument, tools: Tools) -> Document:
    seals = [
        SealInfo(
            page=page.no, box=page.read.viewer_box(s.box).as_tuple(),
            confidence=round(s.confidence, 3), shape=s.shape, text=s.text,
            kind=s.kind, organisation=s.organisation, text_confidence=round(s.text_confidence, 3),
            printed=s.printed, edge=s.edge,
        )
        for page in found.pages
        for s in page.read.seals
    ]  # fmt: skip
    return Document(
        id=found.id,
        type=found.type,
        title=found.title or tools.catalogue.doctypes[found.type].zh,
        pages=tuple(dict.fromkeys(page.no for page in found.pages)),
        confidence=round(found.confidence, 3),
        seals=tuple(seals),
        signatures=tuple(_signatures(found.pages)),
    )


def _signatures(pages: Sequence[PacketPage]) -> list[SignatureInfo]:
    return [
        SignatureInfo(
            page=page.no, box=page.read.viewer_box(m.box).as_tuple(), confidence=m.confidence
        )
        for page in pages
        for m in page.read.marks
        if m.kind == "handwriting"
    ]
