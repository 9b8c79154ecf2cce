"""Heads and feet of official letters and quarterly tables: number, date, year and quarter."""

from __future__ import annotations

import re
from itertools import pairwise

from extractor.core.baselines import baseline_rows
from extractor.core.page import Line, PacketPage
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import build_fact, read_fact, spot_of
from extractor.fields.prose import DATE, last_date, page_paragraphs
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

#: The head of a letter: its upper part, where the number stands under the issuer's name.
_HEAD = 0.45
_NUMBER = re.compile(
    r"[\u4e00-\u9fa5]{2,14}\s*[〔\[（(【﹝]\s*(?:19|20)\s?\d\s?\d\s*[〕\]）)】﹞]\s*第?\s*\d{1,5}\s*号"
)
_BODY = r"[\u4e00-\u9fa5（）()\s]{4,36}?(?:局|厅|委员会|委|办公室|管委会|人民政府|政府|协会|商会|中心|联合会)"
#: 某某局文件, or the name alone over the number; the name before 关于; the name alone over the date.
_RED_HEAD = re.compile(rf"\s*(?P<name>{_BODY})\s*(?:文\s*件|函|[（(]\s*函\s*[）)])?\s*$")
_TITLED_BY = re.compile(rf"\s*(?P<name>{_BODY})\s*关于")
_SIGNED = re.compile(rf"\s*(?P<name>{_BODY})\s*(?:[（(][盖公]?章[）)])?\s*$")
_DATED_ROW = re.compile(rf"\s*{DATE}\s*")
_OF_WHAT = r"[^，。；;、]{0,12}?(?:示范平台|星级平台|公共服务平台|服务平台)"
_LEVELS = (
    ("city", re.compile(rf"(?P<level>市级){_OF_WHAT}")),
    ("provincial", re.compile(rf"(?P<level>省级|自治区级){_OF_WHAT}")),
    ("national", re.compile(rf"(?P<level>国家级|国家){_OF_WHAT}")),
)
_QUARTER = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*年\s*(?:度)?\s*第?\s*(?P<quarter>[1-4一二三四])\s*季度"
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def read_letter(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Number in the head and date at the foot of a recommendation letter; absent where unread."""
    if not view.pages:
        return Extraction()
    facts: list[Fact | None] = [
        _number(view, specs, view.pages[0]),
        _recommender(view, specs),
        _level(view),
    ]
    for page in reversed(view.pages):
        date = last_date(view, specs.catalogue, "rec_letter_date", page, _foot(page))
        if date is not None:
            facts.append(date)
            break
    return Extraction(facts=tuple(f for f in facts if f is not None))


def _recommender(view: DocumentView, specs: FieldSpecs) -> Fact | None:
    """Who recommends: the red head, the name before 关于 in the title, or the name over the date."""
    first, last = view.pages[0], view.pages[-1]
    spec = specs.catalogue.fields["rec_recommender"]
    heads = [TextRun(first, tuple(row)) for row in baseline_rows(_head_lines(first))]
    feet = [TextRun(last, tuple(row)) for row in baseline_rows(_foot(last))]
    signed = [run for run, below in pairwise(feet) if _DATED_ROW.fullmatch(below.text)]
    for runs, pattern in ((heads[:4], _RED_HEAD), (heads, _TITLED_BY), (signed, _SIGNED)):
        for run in runs:
            found = pattern.match(run.text)
            spot = spot_of(run, *found.span("name")) if found else None
            if spot is not None:
                return read_fact(spec, spot, document=view.id, method=Method.PROSE)
    return None


def _level(view: DocumentView) -> Fact | None:
    """The level applied for, where title or text names one and no other: 申报市级…示范平台."""
    found: list[tuple[str, TextRun, re.Match[str]]] = []
    for page in view.pages:
        for run in page_paragraphs(page):
            for level, pattern in _LEVELS:
                found += [(level, run, m) for m in pattern.finditer(run.text)]
    if len({level for level, _run, _m in found}) != 1:
        return None
    # The sentence that recommends says it better than the title of the notice it answers.
    level, run, match = min(found, key=lambda f: _quoted(f[1].text, f[2].start()))
    spot = spot_of(run, *match.span())
    if spot is None:
        return None
    return build_fact("pkt_target_level", spot, level, document=view.id, method=Method.PROSE)


def _quoted(text: str, at: int) -> bool:
    return text.rfind("《", 0, at) > text.rfind("》", 0, at)


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
    for row in baseline_rows(_head_lines(page)):
        run = TextRun(page, tuple(row))
        match = _NUMBER.search(run.text)
        if match is None or "《" in run.text[: match.start()]:
            continue  # a number behind a title is that of another paper
        spot = spot_of(run, *match.span())
        if spot is not None:
            spec = specs.catalogue.fields["rec_letter_number"]
            return read_fact(spec, spot, document=view.id, method=Method.PROSE)
    return None


def _head_lines(page: PacketPage) -> list[Line]:
    limit = page.read.upright.height_pt * _HEAD
    return [line for line in page.read.lines if line.box.cy < limit]


def _foot(page: PacketPage) -> list[Line]:
    top = page.read.upright.height_pt * 0.3
    return [line for line in page.read.lines if line.box.cy > top]
