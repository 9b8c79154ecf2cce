"""The application report: cover, length of the narrative, sections it holds."""

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
#: Fewer lines than this: a cover or divider page, not narrative.
_NARRATIVE_LINES = 8


def read_narrative(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Cover seal, number of characters, sections. Pages with the report's contents are not counted."""
    facts: list[Fact] = []
    cover = _cover(view)
    if cover is not None:
        seals = cover.read.seals
        sealed = seal_fact(view, "report_cover_sealed", cover, seals, bool(seals))
        facts += [sealed] if sealed is not None else []
    body = [p for p in view.pages if p is not cover and _is_narrative(p)]
    if body:
        facts += _counted(view, body)
    return Extraction(facts=tuple(facts))


def _cover(view: DocumentView) -> PacketPage | None:
    for page in view.pages[:2]:
        text = fold_text(page.read.text)
        if "填报日期" in text or ("申请报告" in text and "盖章" in text):
            return page
    return None


def _is_narrative(page: PacketPage) -> bool:
    lines = [line for line in page.read.lines if len(line.text) >= 12]
    listing = "申请报告的主要内容" in fold_text(page.read.text)
    return len(lines) >= _NARRATIVE_LINES and not listing


def _counted(view: DocumentView, body: list[PacketPage]) -> list[Fact]:
    count = sum(len(_COUNTED.findall(line.text)) for p in body for line in p.read.lines)
    confidence = min(p.read.quality.score for p in body)
    first = body[0]
    size = first.read.upright
    whole = Box(0, 0, size.width_pt, size.height_pt)
    spot = Spot(first, whole, f"（第{body[0].no}—{body[-1].no}页计数）", max(confidence, 0.9))
    facts = [
        build_fact(
            "report_narrative_chars",
            spot,
            count,
            document=view.id,
            method=Method.COMPUTED,
            unit="字",
        )
    ]
    passages = _passages(body)
    headings = tuple(dict.fromkeys(p.heading for p in passages if p.heading))
    if headings:
        spot = Spot(first, whole, "；".join(headings), max(confidence, 0.9))
        facts.append(
            build_fact(
                "report_sections_present", spot, headings, document=view.id, method=Method.PROSE
            )
        )
    return facts + [_passage_fact(view, p) for p in passages]


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


def _passage_fact(view: DocumentView, passage: _Passage) -> Fact:
    text = "".join(line.text for line in passage.lines)
    box = union_box(line.box for line in passage.lines)
    assert box is not None  # a passage has lines
    confidence = min(line.confidence for line in passage.lines)
    spot = Spot(passage.page, box, text, confidence)
    return build_fact("report_narrative", spot, text, document=view.id, method=Method.PROSE)
