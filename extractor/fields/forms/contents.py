"""The packet's table of contents: which papers it says are there.

A contents page is a run of numbered lines, each with a name and often a page number behind dots. Where
fewer than three lines are numbered one after the other nothing is taken: a cover says other things.
"""

from __future__ import annotations

import re

from extractor.core.baselines import baseline_rows
from extractor.core.page import Line
from extractor.core.worksheet import Method
from extractor.fields.make import build_fact, spot_of
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

_LEAST = 3
_DIGITS = "一二三四五六七八九"
_ENTRY = re.compile(
    r"\s*[（(]?(?P<no>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）、.．:：]?\s*"
    r"(?P<name>[\u4e00-\u9fa5《“（(\d][^…]{1,40}?)[\s….·。—\-_]*(?P<page>\d{1,3})?\s*"
)
_HAN = re.compile("[\u4e00-\u9fa5]{2}")


def read_contents(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """The names listed, as one fact on the first page that lists some; none where nothing is listed."""
    for page in view.pages:
        names: list[str] = []
        lines: list[Line] = []
        for row in baseline_rows(page.read.lines):
            run = TextRun(page, tuple(row))
            found = _ENTRY.fullmatch(run.text)
            if found is None or not _HAN.search(found["name"]):
                continue
            if _number(found["no"]) == len(names) + 1:
                names.append(found["name"].strip())
                lines.extend(row)
        listed = TextRun(page, tuple(lines)) if len(names) >= _LEAST else None
        spot = spot_of(listed, 0, len(listed.text)) if listed is not None else None
        if spot is not None:
            fact = build_fact(
                "pkt_contents", spot, tuple(names), document=view.id, method=Method.PROSE
            )
            return Extraction(facts=(fact,))
    return Extraction()


def _number(text: str) -> int:
    """A row number in digits or in Chinese up to 99; 0 for what is none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if any(len(part) > 1 for part in (tens, ones)) or (not ten and len(tens) != 1):
        return 0
    units = ones if ten else tens
    return (10 * (_DIGITS.index(tens) + 1 if tens else 1) if ten else 0) + (
        _DIGITS.index(units) + 1 if units else 0
    )
