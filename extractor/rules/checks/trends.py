"""Years compared with each other: growth, jumps, volume against income."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from extractor.core.worksheet import Fact
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, decimal_of
from extractor.rules.checks.figures import shown_number
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import percent, plain


@operation(
    params="columns:fields years:number readings:mapping",
    shows="series verdicts",
    flags="weaker_reading_passes",
)
def grows(desk: Desk) -> Result:
    """A yearly count grows over the last ``years`` years under the default reading.

    ``columns``: the first that holds enough years. ``readings``: letter to a test out of ``strict``
    (every year higher), ``not_falling``, ``last_above_first``, ``one_difference`` (last year above
    the one before), ``two_differences``. The first letter is the default; a weaker one that passes
    sets the flag (AMB-05).
    """
    count = int(desk.number("years"))
    series = _longest_series(desk, desk.texts("columns"))
    last = [series[y] for y in sorted(series)]
    numbers = [decimal_of(f) for f in last]
    readings = desk.mapping("readings")
    verdicts = {letter: _test(test, numbers, count) for letter, test in readings.items()}
    default = next(iter(readings))
    shown = {
        "series": "→".join(plain(n) for n in numbers[-3:]),
        "verdicts": "，".join(f"{k} {_word(v)}" for k, v in verdicts.items()),
    }
    if verdicts[default] is None:
        raise Missing(desk.texts("columns")[0])
    if verdicts[default]:
        return Result(values=shown)
    weaker = any(v for k, v in verdicts.items() if k != default)
    flags = frozenset({"weaker_reading_passes"}) if weaker else frozenset()
    return Result((Breach(shown, tuple(last[-3:]), flags=flags),), shown)


def _word(verdict: bool | None) -> str:
    return "年度不足" if verdict is None else "符合" if verdict else "不符合"


def _longest_series(desk: Desk, columns: tuple[str, ...]) -> dict[int, Fact]:
    """The first column with the most consecutive years up to its last."""
    best: dict[int, Fact] = {}
    for column in columns:
        try:
            found = desk.by_year(column)
        except Missing:
            continue
        year = max(found)
        run: dict[int, Fact] = {}
        while year in found:
            run[year] = found[year]
            year -= 1
        if len(run) > len(best):
            best = run
    if not best:
        raise Missing(columns[0])
    return dict(sorted(best.items()))


def _test(test: str, numbers: list[Decimal], count: int) -> bool | None:
    """Whether the last years pass a test; ``None`` where there are too few."""
    needed = {"one_difference": 2, "two_differences": 3}.get(test, count)
    if len(numbers) < needed:
        return None
    tail = numbers[-needed:]
    steps = list(pairwise(tail))
    if test == "not_falling":
        return all(b >= a for a, b in steps)
    if test == "last_above_first":
        return tail[-1] > tail[0]
    return all(b > a for a, b in steps)


@operation(params="columns:fields factor:number", shows="field y1 y2 p")
def no_jump(desk: Desk) -> Result:
    """No yearly figure changes by more than ``factor`` times from one year to the next."""
    factor = desk.number("factor")
    breaches, compared = [], 0
    for column in desk.texts("columns"):
        try:
            series = desk.by_year(column)
        except Missing:
            continue
        for year, fact in series.items():
            before = series.get(year - 1)
            if before is None:
                continue
            a, b = decimal_of(before), decimal_of(fact)
            if a <= 0 or b <= 0:
                continue
            compared += 1
            if not 1 / factor <= b / a <= factor:
                shown = {
                    "field": desk.book.catalogue.label(column),
                    "y1": f"{year - 1}年 {shown_number(desk, column, a)}",
                    "y2": f"{year}年 {shown_number(desk, column, b)}",
                    "p": percent(abs(b - a) / a),
                }
                breaches.append(Breach(shown, (before, fact)))
    if not compared:
        raise Missing(*desk.texts("columns"))
    return Result(tuple(breaches))


@operation(params="volume:fields income:field fall:number", shows="p y1 y2")
def volume_and_income_agree(desk: Desk) -> Result:
    """Service income does not fall by more than ``fall`` percent while the number served grows."""
    income = desk.by_year(desk.text("income"))
    volume = _longest_series(desk, desk.texts("volume"))
    breaches, compared = [], 0
    for year in income:
        earned, served = _pair(income, year), _pair(volume, year)
        if earned is None or served is None:
            continue
        compared += 1
        a, b = decimal_of(earned[0]), decimal_of(earned[1])
        m, n = decimal_of(served[0]), decimal_of(served[1])
        if n > m and a > 0 and (a - b) / a * 100 > desk.number("fall"):
            shown = {"p": percent((a - b) / a), "y1": str(year - 1), "y2": str(year)}
            breaches.append(Breach(shown, (*earned, *served)))
    if not compared:
        raise Missing(desk.text("income"), desk.texts("volume")[0])
    return Result(tuple(breaches))


def _pair(series: Mapping[int, Fact], year: int) -> tuple[Fact, Fact] | None:
    if year not in series or year - 1 not in series:
        return None
    return series[year - 1], series[year]
