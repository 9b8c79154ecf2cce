"""Narratives: the application report with its cover, length and sections; Jiangsu's two narratives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.core.geometry import Box, union_box
from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import Spot, build_fact
from extractor.fields.prose import seal_fact
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

#: Counted as characters of a narrative (Chinese characters, letters and digits; AMB-12).
_COUNTED = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbfA-Za-z0-9]")
_SECTION = re.compile(r"^\s*[（(]?([一二三四五六七八九十]{1,2})\s*[）)、.．]\s*(\S{2,60})")
#: Fewer lines than this: a cover or divider page, not narrative, unless narrative runs on to it.
_NARRATIVE_LINES = 8


@dataclass(frozen=True, slots=True)
class _Fields:
    """Where a narrative's length, text and sections go; ``None``: nobody asks for its sections."""

    chars: str
    text: str
    sections: str | None = None


_FIELDS = {
    "application_report": _Fields(
        "report_narrative_chars", "report_narrative", "report_sections_present"
    ),
    "operation_narrative": _Fields("ops_narrative_chars", "ops_narrative"),
    "case_narrative": _Fields("case_narrative_chars", "case_narrative"),
}


def read_narrative(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Cover seal, number of characters, sections. Pages with the report's contents are not counted."""
    facts: list[Fact] = []
    fields = _FIELDS.get(view.type)
    if fields is None:
        return Extraction()
    cover = _cover(view) if view.type == "application_report" else None
    if cover is not None:
        seals = cover.read.seals
        sealed = seal_fact(view, "report_cover_sealed", cover, seals, bool(seals))
        facts += [sealed] if sealed is not None else []
    body: list[PacketPage] = []
    for page in view.pages:
        runs_on = bool(body) and body[-1].no == page.no - 1
        if page is not cover and _is_narrative(page, 1 if runs_on else _NARRATIVE_LINES):
            body.append(page)
    if body:
        facts += _counted(view, body, fields)
    return Extraction(facts=tuple(facts))


def _cover(view: DocumentView) -> PacketPage | None:
    for page in view.pages[:2]:
        text = fold_text(page.read.text)
        if "填报日期" in text or ("申请报告" in text and "盖章" in text):
            return page
    return None


def _is_narrative(page: PacketPage, least: int) -> bool:
    lines = [line for line in page.read.lines if len(line.text) >= 12]
    listing = "申请报告的主要内容" in fold_text(page.read.text)
    return len(lines) >= least and not listing


def _counted(view: DocumentView, body: list[PacketPage], fields: _Fields) -> list[Fact]:
    count = sum(len(_COUNTED.findall(line.text)) for p in body for line in p.read.lines)
    confidence = min(p.read.quality.score for p in body)
    first = body[0]
    size = first.read.upright
    whole = Box(0, 0, size.width_pt, size.height_pt)
    spot = Spot(first, whole, f"（第{body[0].no}—{body[-1].no}页计数）", max(confidence, 0.9))
    facts = [
        build_fact(
            fields.chars,
            spot,
            count,
            document=view.id,
            method=Method.COMPUTED,
            unit="字",
        )
    ]
    passages = _passages(body)
    headings = tuple(dict.fromkeys(p.heading for p in passages if p.heading))
    if headings and fields.sections is not None:
        spot = Spot(first, whole, "；".join(headings), max(confidence, 0.9))
        facts.append(
            build_fact(fields.sections, spot, headings, document=view.id, method=Method.PROSE)
        )
    return facts + [_passage_fact(view, p, fields.text) for p in passages]


@dataclass(frozen=True, slots=True)
class _Passage:
    """A section of the narrative: its heading ("" before the first) and its lines on one page."""

    heading: str
    page: PacketPage
    lines: tuple[Line, ...]


def _passages(body: list[PacketPage]) -> list[_Passage]:
    """The narrative by section and page, so that each piece leads to its place."""
    found: list[_Passage] = []
    heading = ""
    for page in body:
        lines: list[Line] = []
        for line in page.read.lines:
            match = _SECTION.match(line.text)
            if match:
                if lines:
                    found.append(_Passage(heading, page, tuple(lines)))
                heading, lines = f"{match.group(1)}、{match.group(2)}", []
            lines.append(line)
        if lines:
            found.append(_Passage(heading, page, tuple(lines)))
    return found


def _passage_fact(view: DocumentView, passage: _Passage, field: str) -> Fact:
    text = "".join(line.text for line in passage.lines)
    box = union_box(line.box for line in passage.lines)
    assert box is not None  # a passage has lines
    confidence = min(line.confidence for line in passage.lines)
    spot = Spot(passage.page, box, text, confidence)
    return build_fact(field, spot, text, document=view.id, method=Method.PROSE)
