"""Earlier recognitions: their numbers, how long they hold, which level they are of; Jiangsu's re-evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extractor.core.worksheet import Fact, Row
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    date_of,
    text_of,
    whole_of,
)
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed
from extractor.rules.side import all_read
from extractor.values.folding import fold_width
from extractor.values.identifiers import docno_norm, find_doc_number

LIST, PAPER = "recognitions", "recognition_document"
VALID_YEARS = 3
"""Years a recognition holds where its paper does not say (all measures in the catalogue say three)."""

SAME_TITLE = "示范平台"
"""A recognition of another title (星级平台, 孵化器) is not "still recognised" under this one."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """One recognition with its last day: printed (``assumed`` is false), or three years on."""

    row: Row
    level: str | None
    title: str
    number: str
    end: date | None
    assumed: bool
    facts: tuple[Fact, ...]

    @property
    def name(self) -> str:
        """How a sentence calls it."""
        return self.number or self.title or f"第 {self.row.no} 项"


def recognitions(desk: Desk) -> tuple[Recognition, ...]:
    """All recognitions read; ``Missing`` where there is none."""
    return tuple(_recognition(desk, row) for row in desk.rows(LIST))


def _recognition(desk: Desk, row: Row) -> Recognition:
    level, title, number, until, dated, year = (
        desk.cell(row, f"{LIST}.{c}")
        for c in ("level", "doc_title", "doc_number", "valid_until", "date", "year")
    )
    end, assumed = None, True
    if until is not None:
        end, assumed = date_of(until).latest(), False
    elif dated is not None:
        day = date_of(dated).latest()
        last = 28 if (day.month, day.day) == (2, 29) else day.day
        end = date(day.year + VALID_YEARS, day.month, last)
    elif year is not None:
        end = date(whole_of(year) + VALID_YEARS, 12, 31)
    return Recognition(
        row,
        text_of(level) if level is not None else None,
        text_of(title) if title is not None else "",
        text_of(number) if number is not None else "",
        end,
        assumed,
        tuple(f for f in (level, until, dated, year) if f is not None),
    )


def _target(desk: Desk) -> str:
    """The level applied for under a notice with two tracks; else ``Missing``."""
    return text_of(desk.fact("pkt_target_level"))


@operation(params="levels:mapping track:text?", shows="doc a", flags="validity_assumed")
def recognition_still_valid(desk: Desk) -> Result:
    """One recognition of a level that the scheme asks for holds at filing.

    ``levels``: scheme id to levels, separated by blanks. ``track``: a scheme for whose provincial track
    only this is asked. Without a printed end three years count, and the breach carries
    ``validity_assumed``.
    """
    if desk.scheme.id in desk.texts("track") and _target(desk) != "provincial":
        raise NotApplicable("只对申报省级的平台")
    filed = desk.filing_date()
    levels = desk.mapping("levels").get(desk.scheme.id, "").split()
    found = recognitions(desk)
    asked = [r for r in found if r.level in levels]
    if any(r.end is not None and r.end >= filed.earliest() for r in asked):
        return Result()
    if not all_read(desk.book, LIST, PAPER) or any(r.level is None for r in found):
        raise Missing(f"{LIST}.level")
    if not asked:
        raise NotApplicable("材料中没有所要求级别的认定文件，见相应条件")
    known = [r for r in asked if r.end is not None]
    if len(known) < len(asked):
        raise Missing(f"{LIST}.valid_until", f"{LIST}.date")
    latest = max(known, key=lambda r: r.end or date.min)
    flags = frozenset({"validity_assumed"}) if latest.assumed else frozenset()
    ended = latest.end.isoformat() if latest.end is not None else ""
    shown = {"doc": latest.name, "a": ended + ("（按三年计）" if latest.assumed else "")}
    return Result((Breach(shown, latest.facts, flags=flags),), shown)


@operation(params="level:mapping", shows="doc a")
def no_running_title(desk: Desk) -> Result:
    """No title of the level applied for runs beyond the filing year.

    ``level``: scheme id to the level; ``track`` stands for the level that the notice's track names.
    """
    year = desk.filing_year()
    level = desk.mapping("level").get(desk.scheme.id, "")
    level = _target(desk) if level == "track" else level
    breaches = []
    for found in recognitions(desk):
        other = bool(found.title) and SAME_TITLE not in found.title
        if found.level == level and not other and found.end is not None and found.end.year > year:
            breaches.append(Breach({"doc": found.name, "a": found.end.isoformat()}, found.facts))
    return Result(tuple(breaches))


@operation(shows="a", flags="not_found_on_scan")
def city_title_first(desk: Desk) -> Result:
    """Who is recommended for the province has a city title that holds at filing.

    ``not_found_on_scan``: no recognition paper was found, and pages were read by OCR.
    """
    if _target(desk) != "provincial":
        return Result(values={"a": "申报市级"})
    if not desk.book.rows(LIST):
        if desk.papers(PAPER) or not desk.book.documents:
            raise Missing(LIST)
        scans = desk.are_scans(page.no for page in desk.book.pages)
        flags = frozenset({"not_found_on_scan"}) if scans else frozenset()
        return Result((Breach({"a": "无认定文件"}, tuple(desk.used.values()), flags=flags),))
    found, filed = recognitions(desk), desk.filing_date()
    cities = [r for r in found if r.level == "city"]
    if any(r.end is None or r.assumed or r.end >= filed.earliest() for r in cities):
        return Result()
    if any(r.level is None for r in found) or not all_read(desk.book, LIST, PAPER):
        raise Missing(f"{LIST}.level")
    facts = tuple(f for r in found for f in r.facts)
    words = "市级认定已过期" if cities else "所附认定均非市级"
    return Result((Breach({"a": words}, facts),))


_NUMBERS = re.compile(
    r"[\u4e00-\u9fa5]{2,14}[〔\[({【（]\s*(?:19|20)\d\d\s*[〕\])}】）]\s*第?\d{1,5}号"
)


def _numbers_in(text: str) -> Iterator[str]:
    for match in _NUMBERS.finditer(fold_width(text)):
        number = find_doc_number(match.group())
        if number is not None:
            yield number


@operation(shows="a b")
def recognition_numbers_agree(desk: Desk) -> Result:
    """Each document number of a recognition on the form stands on an attached paper.

    Papers whose number could not be read may be the ones: the check then does not know.
    """
    stated = desk.fact("app_recognition_docs")
    numbers = tuple(dict.fromkeys(_numbers_in(text_of(stated))))
    if not numbers:
        raise Missing("app_recognition_docs")
    cells = [f for _, f in desk.column(desk.rows(LIST), f"{LIST}.doc_number")]
    shown_there = {docno_norm(text_of(f)) for f in cells}
    # The word before the bracket may begin inside a sentence: the paper's own number ends the stated one.
    lacking = [n for n in numbers if not any(n.endswith(own) for own in shown_there if own)]
    if not lacking:
        return Result()
    if len(cells) < max(len(desk.rows(LIST)), len(desk.papers(PAPER))):
        raise Missing(f"{LIST}.doc_number")
    shown = {"a": listed(lacking), "b": listed(text_of(f) for f in cells)}
    return Result((Breach(shown, (stated, *cells)),))


# --- Jiangsu's re-evaluation -------------------------------------------------------------------


@operation(shows="y star in_out")
def inside_scope(desk: Desk) -> Result:
    """The platform is in the scope of the re-evaluation: recognised in its years, or a window platform."""
    inside = desk.quantity("in_reevaluation_scope").value
    year, star = desk.maybe("reeval_recognition_year"), desk.maybe("reeval_star_level")
    shown = {
        "y": text_of(year) if year is not None else "未读到",
        "star": _star(desk, text_of(star)) if star is not None else "星级未读到",
        "in_out": "在" if inside is True else "不在",
    }
    if inside is True:
        return Result(values=shown)
    facts = tuple(f for f in (year, star, desk.maybe("reeval_is_window_platform")) if f is not None)
    return Result((Breach(shown, facts),), shown)


def _star(desk: Desk, value: str) -> str:
    return desk.book.catalogue.enums["star_level"].zh(value)


@operation(params="city:texts province:texts", shows="star who")
def route_is_clear(desk: Desk) -> Result:
    """All papers name star levels of one route: re-evaluated by the city, or by city and province.

    The route stands in the note of a passed check; star levels of two routes leave it open.
    """
    rows = desk.column(desk.book.rows(LIST), f"{LIST}.star")
    facts = (*desk.book.all("reeval_star_level"), *(fact for _, fact in rows))
    facts = tuple({f.id: f for f in facts}.values())
    if not facts:
        raise Missing("reeval_star_level")
    desk.take(*facts)
    routes = {_route(desk, text_of(fact)) for fact in facts}
    levels = dict.fromkeys(_star(desk, text_of(fact)) for fact in facts)
    shown = {"star": "、".join(levels), "who": " 或 ".join(sorted(routes))}
    if len(routes) == 1:
        return Result(values=shown, note=f"{shown['star']}：由{shown['who']}复评")
    return Result((Breach(shown, facts),), shown)


def _route(desk: Desk, star: str) -> str:
    if star in desk.texts("city"):
        return "设区市"
    return "设区市测评、省厅复核" if star in desk.texts("province") else "（星级不明）"
