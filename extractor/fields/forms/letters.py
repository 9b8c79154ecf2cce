"""Heads and feet of official letters and quarterly tables: number, date, year and quarter."""

from __future__ import annotations

import re

from extractor.core.baselines import baseline_rows
from extractor.core.page import Line, PacketPage
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import build_fact, read_fact, spot_of
from extractor.fields.prose import last_date
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

#: The head of a letter: its upper part, where the number stands under the issuer's name.
_HEAD = 0.45
_NUMBER = re.compile(
    r"[\u4e00-\u9fa5]{2,14}\s*[〔\[（(【﹝]\s*(?:19|20)\s?\d\s?\d\s*[〕\]）)】﹞]\s*第?\s*\d{1,5}\s*号"
)
_QUARTER = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*年\s*(?:度)?\s*第?\s*(?P<quarter>[1-4一二三四])\s*季度"
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def read_letter(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Number in the head and date at the foot of a recommendation letter; absent where unread."""
    if not view.pages:
        return Extraction()
    facts: list[Fact | None] = [_number(view, specs, view.pages[0])]
    for page in reversed(view.pages):
        date = last_date(view, specs.catalogue, "rec_letter_date", page, _foot(page))
        if date is not None:
            facts.append(date)
            break
    return Extraction(facts=tuple(f for f in facts if f is not None))


def read_quarter(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Year and quarter from the head of a quarterly table; absent where a blank was left."""
    facts: list[Fact] = []
    for page in view.pages:
        for row in baseline_rows(page.read.lines):
            run = TextRun(page, tuple(row))
            match = _QUARTER.search(run.text)
            if match is None:
                continue
            quarter = match["quarter"]
            for field, group, value in (
                ("q_year", "year", int(match["year"])),
                ("q_quarter", "quarter", _QUARTERS.get(quarter) or int(quarter)),
            ):
                spot = spot_of(run, *match.span(group))
                if spot is not None:
                    facts.append(
                        build_fact(field, spot, value, document=view.id, method=Method.PROSE)
                    )
            break
    return Extraction(facts=tuple(facts))


def _number(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    limit = page.read.upright.height_pt * _HEAD
    for row in baseline_rows([line for line in page.read.lines if line.box.cy < limit]):
        run = TextRun(page, tuple(row))
        match = _NUMBER.search(run.text)
        if match is None or "《" in run.text[: match.start()]:
            continue  # a number behind a title is that of another paper
        spot = spot_of(run, *match.span())
        if spot is not None:
            spec = specs.catalogue.fields["rec_letter_number"]
            return read_fact(spec, spot, document=view.id, method=Method.PROSE)
    return None


def _foot(page: PacketPage) -> list[Line]:
    top = page.read.upright.height_pt * 0.3
    return [line for line in page.read.lines if line.box.cy > top]
