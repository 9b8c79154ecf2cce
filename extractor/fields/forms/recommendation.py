"""The recommender's opinion block: text, seal, date; and whether the panel's experts signed."""

from __future__ import annotations

import re

from extractor.core.page import PacketPage, Seal
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import build_fact, spot_of
from extractor.fields.prose import DATE, find_fact, page_paragraphs, seal_fact
from extractor.fields.runs import TextRun, cell_runs
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

_HEADING = re.compile(
    r"(?:(?:推荐单位|推荐部门|主管部门|中小企业主管部门)?(?:推荐|审核|初审|审查)意见|(?:推荐单位|推荐部门|主管部门)意见)\s*[:：]?"
)
#: Words that an opinion's last clause may hold; what follows its last full stop without them is
#: a piece of the seal.
_SAYS_SO = re.compile(r"推荐|同意|通过|合格|符合|建议|属实|申报|上报|[。；;！!]\s*$")
_TAIL = re.compile(r"[（(]?\s*(盖\s*章|公\s*章|签\s*章)\s*[）)]?.*$", re.S)


def read_recommendation(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Opinion, its date and seal from the page that carries 推荐意见; nothing where none does."""
    facts: list[Fact | None] = []
    for page in view.pages:
        run, start = _opinion_run(page)
        if run is None:
            continue
        text = run.text[start:]
        body = _TAIL.sub("", text)
        end = start + len(body)
        date = find_fact(
            view, specs.catalogue, "rec_opinion_date", [_tail_run(run)], f"({DATE})\\s*$"
        )
        if date is None:
            date = _lowest_date(view, specs, page, run)
        facts.append(date)
        trimmed = _without_seal(re.sub(DATE + r"\s*$", "", run.text[start:end]))
        if fold_text(trimmed):
            spot = spot_of(run, start, start + len(trimmed))
            if spot is not None:
                facts.append(
                    build_fact("rec_opinion", spot, spot.raw, document=view.id, method=Method.PROSE)
                )
        seals = _seals_near(page, run)
        facts.append(seal_fact(view, "rec_opinion_sealed", page, seals, bool(seals)))
    return Extraction(facts=tuple(f for f in facts if f is not None))


def _without_seal(text: str) -> str:
    """The opinion without the scraps of a seal's ring that OCR read behind its last sentence."""
    stop = max(text.rfind("。"), text.rfind("！"))
    tail = text[stop + 1 :]
    return text if stop < 0 or _SAYS_SO.search(tail) else text[: stop + 1]


def _opinion_run(page: PacketPage) -> tuple[TextRun | None, int]:
    """The cell or paragraphs that hold the opinion, and where its text begins."""
    for run in cell_runs(page):
        found = _HEADING.search(run.text)
        if found and len(fold_text(run.text[: found.start()])) <= 20:
            if fold_text(run.text[found.end() :]):
                return run, found.end()
            below = _answer(page, run)
            if below is not None:
                return below, 0
    paras = page_paragraphs(page)
    for i, run in enumerate(paras):
        found = _HEADING.search(run.text)
        if found:
            lines = [line for later in paras[i:] for line in later.lines]
            return TextRun(page, tuple(lines)), found.end()
    return None, 0


def _answer(page: PacketPage, run: TextRun) -> TextRun | None:
    cell = run.cell
    if cell is None:
        return None
    for table in page.read.tables:
        if cell not in table.cells:
            continue
        for row, col in (
            (cell.row, cell.col + cell.col_span),
            (cell.row + cell.row_span, cell.col),
        ):
            other = table.at(row, col)
            if other is not None and other.lines:
                return TextRun(page, other.lines, other)
    return None


def _tail_run(run: TextRun) -> TextRun:
    return TextRun(run.page, run.lines[-2:], run.cell)


def _lowest_date(
    view: DocumentView, specs: FieldSpecs, page: PacketPage, opinion: TextRun
) -> Fact | None:
    """The lowest date beside or below the opinion; one above it is the form's, not the opinion's."""
    found = None
    top = min((line.box.y0 for line in opinion.lines), default=0.0)
    for run in page_paragraphs(page):
        if run.lines[-1].box.cy < top:
            continue
        fact = find_fact(view, specs.catalogue, "rec_opinion_date", [run], f"({DATE})")
        found = fact or found
    return found


def _seals_near(page: PacketPage, run: TextRun) -> list[Seal]:
    area = run.cell.box if run.cell is not None else run.box_of(0, len(run.text))
    if area is None:
        return list(page.read.seals)
    reach = area.expanded(60, 60)
    return [s for s in page.read.seals if reach.contains_point(s.box.cx, s.box.cy)]
