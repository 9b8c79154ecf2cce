"""The served list, its ratings, the recommender's survey, the equipment list."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.papers import folded_name
from extractor.rules.quantities.base import Result, Workings, percent, quantity, total
from extractor.rules.quantities.book import Book

SCORE_CUT = Fraction(60, 100)
"""A score of this share of the highest counts as satisfied (product choice: no text sets a cut)."""


@quantity(
    "served_list_unique",
    unit="家",
    formula="服务名单企业名称（去除空格、标点、全半角差异后）去重计数",
)
def served_list_unique(book: Book, work: Workings) -> Result:
    """Distinct enterprises on the served list; ``None`` where no list was read."""
    rows = work.rows("served_list")
    if not rows:
        return None
    found: dict[str, Fact] = {}
    repeated: list[Fact] = []
    for row in rows:
        name = book.cell(row, "served_list.enterprise")
        if name is None:
            continue
        if folded_name(name.value) in found:
            repeated.append(name)
        found.setdefault(folded_name(name.value), name)
    work.step("不重复的企业", len(found), *found.values())
    if repeated:
        work.step("重复的企业", "、".join(str(f.value) for f in repeated), *repeated)
    return len(found)


@quantity(
    "satisfaction_ratio_list",
    formula="满意户数 ÷（满意户数 + 不满意户数），未勾选的不计入",
)
def satisfaction_ratio_list(book: Book, work: Workings) -> Result:
    """Satisfied share of the rated rows of the served list (AMB-07).

    A score counts as satisfied from 60% of the highest score on, and the trace says so.
    """
    rows = work.rows("served_list")
    highest = _highest_score(book, rows)
    rated = [(row, _satisfied(book, work, row, highest)) for row in rows]
    named = [(row, ok) for row, ok in rated if book.cell(row, "served_list.enterprise") or ok]
    satisfied = sum(1 for _, ok in named if ok)
    unsatisfied = sum(1 for _, ok in named if ok is False)
    unmarked = sum(1 for _, ok in named if ok is None)
    if not satisfied + unsatisfied:
        work.lack("served_list.satisfied")
        return None
    for label, wanted, count in (
        ("满意", True, satisfied),
        ("不满意", False, unsatisfied),
        ("未勾选", None, unmarked),
    ):
        work.step(label, count, *(_mark_or_name(book, row) for row, ok in named if ok is wanted))
    ratio = Fraction(satisfied, satisfied + unsatisfied)
    work.reading("A", ratio)
    work.reading("B", Fraction(satisfied, satisfied + unsatisfied + unmarked))
    return ratio


def _mark_or_name(book: Book, row: Row) -> Fact | None:
    """The cell that shows a row's rating; the enterprise where it has none."""
    for column in ("satisfied", "score", "enterprise"):
        fact = book.cell(row, f"served_list.{column}")
        if fact is not None:
            return fact
    return None


def _highest_score(book: Book, rows: tuple[Row, ...]) -> Decimal:
    """The highest score that can be given, guessed from the scores: 5, 10 or 100."""
    scores = [as_decimal(f.value) for r in rows if (f := book.cell(r, "served_list.score"))]
    top = max((s for s in scores if s is not None), default=Decimal(0))
    return Decimal(5) if top <= 5 else Decimal(10) if top <= 10 else Decimal(100)


def _satisfied(book: Book, work: Workings, row: Row, highest: Decimal) -> bool | None:
    mark = book.cell(row, "served_list.satisfied")
    if mark is not None:
        return {"satisfied": True, "unsatisfied": False}.get(str(mark.value))
    score = book.cell(row, "served_list.score")
    number = None if score is None else as_decimal(score.value)
    if number is None:
        return None
    if not any("分值" in step.label for step in work.steps):
        work.step("分值按满分的60%及以上计为满意（办法未规定）", f"满分按{highest}", score)
    return Fraction(number) / Fraction(highest) >= SCORE_CUT


@quantity(
    "satisfaction_ratio_survey",
    formula="评价为很满意、基本满意、满意的户数 ÷ 有评价的户数",
)
def satisfaction_ratio_survey(book: Book, work: Workings) -> Result:
    """Satisfied share of the rated rows of the recommender's survey."""
    ratings = [
        f for row in work.rows("sample_survey") if (f := book.cell(row, "sample_survey.rating"))
    ]
    if not ratings:
        work.lack("sample_survey.rating")
        return None
    good = [f for f in ratings if f.value in ("very_satisfied", "basically_satisfied", "satisfied")]
    top = [f for f in ratings if f.value in ("very_satisfied", "satisfied")]
    work.step("有评价的户数", len(ratings), *ratings)
    work.step("满意的户数", len(good), *good)
    ratio = Fraction(len(good), len(ratings))
    work.reading("A", ratio)
    work.reading("B", Fraction(len(top), len(ratings)))
    return ratio


@quantity(
    "satisfaction_stated",
    formula="主要服务产品表：服务满意度按服务企业户数加权平均",
)
def satisfaction_stated(book: Book, work: Workings) -> Result:
    """Stated satisfaction, weighted by enterprises served; rows without either figure are left out."""
    weighted, weights = Fraction(0), Fraction(0)
    for row in work.rows("app_service_products"):
        share = book.cell(row, "app_service_products.satisfaction")
        served = book.cell(row, "app_service_products.served_enterprises")
        ratio = None if share is None else as_decimal(share.value)
        count = None if served is None else as_decimal(served.value)
        if ratio is None or count is None:
            continue
        work.step("满意度", percent(ratio), share, served)
        weighted += Fraction(ratio) * Fraction(count)
        weights += Fraction(count)
    if not weights:
        work.lack("app_service_products.satisfaction")
        return None
    return weighted / weights


@quantity("equipment_qty_sum", unit="台（套）", formula="设备清单数量合计")
def equipment_qty_sum(book: Book, work: Workings) -> Result:
    """Sum of quantities on the equipment list; rows without a quantity are left out and named."""
    numbers = []
    for row in work.rows("equipment_list"):
        fact = book.cell(row, "equipment_list.quantity")
        number = None if fact is None else as_decimal(fact.value)
        if number is None:
            work.lack("equipment_list.quantity")
            continue
        numbers.append(number)
        work.step("数量", number, fact)
    return int(total(numbers)) if numbers else None


@quantity("equipment_price_sum", unit="元", formula="设备清单购买价格合计")
def equipment_price_sum(book: Book, work: Workings) -> Result:
    """Sum of prices on the equipment list; reading B takes prices for one piece (AMB-23)."""
    lines, pieces, whole = Decimal(0), Decimal(0), True
    known = False
    for row in work.rows("equipment_list"):
        price = book.cell(row, "equipment_list.price")
        amount = None if price is None else as_decimal(price.value)
        if amount is None:
            work.lack("equipment_list.price")
            continue
        known = True
        lines += amount
        work.step("购买价格", amount, price)
        quantity_fact = book.cell(row, "equipment_list.quantity")
        count = None if quantity_fact is None else as_decimal(quantity_fact.value)
        whole = whole and count is not None
        pieces += amount * (count or 0)
    if not known:
        return None
    work.reading("A", lines)
    if whole:
        work.reading("B", pieces)
    return lines
