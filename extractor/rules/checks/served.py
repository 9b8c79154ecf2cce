"""The served-firm list and the recommender's survey: who was served, how satisfied, named twice or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extractor.core.worksheet import Fact, Row
from extractor.matching import (
    Duplicate,
    ListedFirm,
    Sameness,
    find_duplicates,
    firms_in_both,
    firms_renamed,
)
from extractor.rules.checks.compare import similarity
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    decimal_of,
    text_of,
)
from extractor.rules.checks.lists import (
    phone_digits,
    possible_rows,
    rows_by_name,
)
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, masked, percent, plain
from extractor.rules.papers import folded_name
from extractor.values.names import name_norm

SERVED = "served_list"
SURVEY = "sample_survey"

#: From this score on a name that is not equal to the applicant's is reported as likely its own.
OWN_LIKELY = 0.85
#: Words that names of enterprises end with or hold (formula of SL-09).
ENTERPRISE_WORDS = (
    "公司", "厂", "店", "合作社", "中心", "所", "行", "部", "社", "站", "馆", "院", "坊", "场", "园", "铺",
    "集团", "企业", "农场", "商行", "经营部", "工作室", "超市", "酒楼", "饭店", "宾馆", "矿", "堂", "吧", "屋", "庄",
)  # fmt: skip
#: Words that names of public bodies end with.
NOT_ENTERPRISE_ENDS = (
    "局", "厅", "委员会", "人民政府", "政府", "管委会", "管理委员会", "街道办事处", "办事处", "村委会", "居委会",
    "小学", "中学", "大学", "学校", "幼儿园", "医院", "卫生院", "法院", "检察院", "党校",
)  # fmt: skip
#: Words that speak for a large firm (formula of SL-10); branches of small firms carry none of them.
LARGE_WORDS = (
    "集团", "股份有限公司", "中国石油", "中国石化", "国家电网", "中国移动", "中国联通", "中国电信", "中国铁路", "中国银行",
    "中国建筑", "中国中铁", "中国铁建", "中粮", "华润", "宝武", "江铜",
)  # fmt: skip
#: What Art. 28 of the national draft does not count as service.
NOT_COUNTED = ("点击", "浏览", "访问量", "短信", "群发", "推送", "外呼", "PV", "UV")


@operation(shows="u d pairs min", flags="likely_only")
def list_distinct_enough(desk: Desk) -> Result:
    """The list still has enough firms once double entries are counted once.

    Equal names count once (the quantity). Where only entries that are likely the same, but written
    differently, bring the number below the limit, the breach carries ``likely_only``.
    """
    rows = desk.rows(SERVED)
    unique, least = desk.quantity_number("served_list_unique"), desk.threshold()
    named = desk.column(rows, f"{SERVED}.enterprise")
    pairs = _repeated(named)
    likely = {second for _, _, second, sure in pairs if not sure}
    surely = unique - sum(1 for _, _, second, sure in pairs if sure and not _equal(named, second))
    words = listed((text for text, *_ in pairs), 4) or "无"
    shown = {
        "u": plain(surely),
        "d": plain(len(named) - surely),
        "pairs": words,
        "min": plain(least),
    }
    facts = tuple(named[k][1] for _, first, second, _ in pairs for k in (first, second))
    notes = [f"疑似重复：{words}"] if pairs else []
    if renamed := _renamed(desk, rows):
        notes.append(f"疑似改名：{renamed}")
    note = "；".join(notes)
    if surely >= least:
        if surely - len(likely) >= least:
            return Result(values=shown, note=note)
        weak = Breach(shown, facts, flags=frozenset({"likely_only"}))
        return Result((weak,), shown)
    if possible_rows(desk, SERVED) - (len(named) - surely) >= least:
        return Result(values=shown, missing=(f"{SERVED}.enterprise",), note=note)
    return Result((Breach(shown, facts, plain(least - surely)),), shown)


def _renamed(desk: Desk, rows: Sequence[Row]) -> str:
    """Rows of different names with one contact and phone, for the note: they count as two firms."""
    named = desk.column(rows, f"{SERVED}.enterprise")
    firms = [
        ListedFirm(text_of(name), *(_cell(desk, row, column) for column in ("phone", "contact")))
        for row, name in named
    ]
    found = firms_renamed(firms)
    return listed((f"第{named[d.first][0].no}、{named[d.second][0].no}行" for d in found), 4)


def _cell(desk: Desk, row: Row, column: str) -> str:
    fact = desk.cell(row, f"{SERVED}.{column}")
    return text_of(fact) if fact is not None else ""


Pair = tuple[str, int, int, bool]
"""Words for a repeated entry, the places of both in the list, and whether it is surely the same."""


def _repeated(named: Sequence[tuple[Row, Fact]]) -> list[Pair]:
    found = find_duplicates([text_of(fact) for _, fact in named])
    return [
        (
            f"第{named[d.first][0].no}、{named[d.second][0].no}行{text_of(named[d.second][1])}",
            d.first,
            d.second,
            d.match.verdict is Sameness.SAME,
        )
        for d in found
    ]


def _equal(named: Sequence[tuple[Row, Fact]], second: int) -> bool:
    """Whether an entry repeats one whose normalised name is equal: the quantity left it out already."""
    name = folded_name(text_of(named[second][1]))
    return any(folded_name(text_of(fact)) == name for _, fact in named[:second])


@operation(shows="names", flags="partner_or_investor likely_only")
def applicant_not_served(desk: Desk) -> Result:
    """The applicant is not on its own list, however it is written there.

    A name that is only likely the applicant's carries ``likely_only``; investors and partners on the
    list carry ``partner_or_investor``.
    """
    applicant = desk.fact("cert_name")
    served = desk.column(desk.rows(SERVED), f"{SERVED}.enterprise")
    if not served:
        raise Missing(f"{SERVED}.enterprise")
    names = [text_of(fact) for _, fact in served]
    found = firms_in_both([text_of(applicant)], names)
    breaches = _on_list(applicant, [d for d in found if d.match.verdict is Sameness.SAME], served)
    likely = [
        d for d in found if d.match.verdict is Sameness.LIKELY and d.match.score >= OWN_LIKELY
    ]
    breaches += _on_list(applicant, likely, served, "likely_only")
    for column in ("app_investors.name", "app_partners.name"):
        others = desk.column(desk.book.rows(column.partition(".")[0]), column)
        facts = [fact for _, fact in others if len(name_norm(text_of(fact))) > 4]
        pairs = firms_in_both([text_of(fact) for fact in facts], names)
        for place, fact in enumerate(facts):
            own = [d for d in pairs if d.first == place and d.match.verdict is Sameness.SAME]
            breaches += _on_list(fact, own, served, "partner_or_investor")
    return Result(tuple(breaches))


def _on_list(
    whom: Fact, found: Sequence[Duplicate], served: Sequence[tuple[Row, Fact]], *flags: str
) -> list[Breach]:
    """One breach for the rows of the list that name ``whom``, none where there are none."""
    if not found:
        return []
    rows = [served[d.second] for d in found]
    facts = (whom, *(fact for _, fact in rows))
    why = None if found[0].match.score == 1 else found[0].match.reason
    return [Breach({"names": _with_rows(rows)}, facts, why, flags=frozenset(flags))]


def _with_rows(rows: list[tuple[Row, Fact]]) -> str:
    return f"{text_of(rows[0][1])}（第{'、'.join(str(row.no) for row, _ in rows)}行）"


@operation(shows="a s u m t")
def satisfaction_reaches_threshold(desk: Desk) -> Result:
    """Satisfaction counted from the list reaches the scheme's threshold; unmarked rows left out.

    Rows with a mark that nobody could read cannot decide: where they could turn the result, the
    check is not run.
    """
    limit = desk.threshold("satisfaction_ratio_list")
    ratio = desk.quantity_number("satisfaction_ratio_list")
    marks = [_mark(row) for row in desk.rows(SERVED)]
    satisfied, unsatisfied = marks.count("satisfied"), marks.count("unsatisfied")
    unread = sum(1 for row in desk.book.rows(SERVED) if _mark_unread(row))
    shown = {
        "a": percent(ratio),
        "s": str(satisfied),
        "u": str(unsatisfied),
        "m": str(len(marks) - satisfied - unsatisfied),
        "t": percent(limit),
    }
    if ratio >= limit:
        return Result(values=shown)
    marked = satisfied + unsatisfied
    if marked and Decimal(satisfied + unread) / (marked + unread) >= limit:
        return Result(values=shown, missing=(f"{SERVED}.satisfied",))
    facts = [f for _, f in desk.column(desk.rows(SERVED), f"{SERVED}.satisfied")]
    against = tuple(f for f in facts if f.value == "unsatisfied")
    return Result((Breach(shown, against, f"{percent(limit - ratio)} 个百分点"),), shown)


def _mark(row: Row) -> str | None:
    fact = row.cells.get(f"{SERVED}.satisfied")
    return str(fact.value) if fact is not None and fact.value is not None else None


def _mark_unread(row: Row) -> bool:
    fact = row.cells.get(f"{SERVED}.satisfied")
    return fact is not None and fact.value is None


@operation(shows="n m")
def one_tick_per_row(desk: Desk) -> Result:
    """Every row has exactly one tick; a list that is scored instead of ticked is not meant."""
    rows = desk.rows(SERVED)
    scored = any(desk.cell(row, f"{SERVED}.score") is not None for row in rows)
    cells = {row.no: row.cells.get(f"{SERVED}.satisfied") for row in rows}
    marked = [f for f in cells.values() if f is not None and f.value not in (None, "unmarked")]
    if not marked:
        raise NotApplicable("名单以分值评价") if scored else Missing(f"{SERVED}.satisfied")
    none, both = [], []
    for row in rows:
        fact = cells[row.no]
        if fact is None or fact.value == "unmarked":
            none.append(row)
        elif fact.value is None:
            both.append(row)
    if not none and not both:
        return Result()
    facts = tuple(f for r in (*none, *both) if (f := cells[r.no]) is not None)
    numbers = {"n": str(len(none)), "m": str(len(both))}
    shown = {**numbers, "行": listed((str(r.no) for r in (*none, *both)), 8)}
    return Result((Breach(shown, facts),))


@operation(shows="rows names")
def rows_are_enterprises(desk: Desk) -> Result:
    """Every name ends like an enterprise's; persons, bureaus and schools do not.

    A name that was read with doubt is not judged.
    """
    cells = desk.column(desk.rows(SERVED), f"{SERVED}.enterprise")
    if not cells:
        raise Missing(f"{SERVED}.enterprise")
    odd = [(row, fact) for row, fact in cells if not is_enterprise_name(text_of(fact))]
    if not odd:
        return Result()
    shown = {
        "rows": listed((str(row.no) for row, _ in odd), 8),
        "names": listed(text_of(fact) for _, fact in odd),
    }
    return Result((Breach(shown, tuple(f for _, f in odd)),))


def is_enterprise_name(name: str) -> bool:
    """Whether a name ends like an enterprise's. ``（某某店）`` at the end counts as part of it."""
    plain_name = re.sub(r"[\s()（）]+$", "", name)
    if plain_name.endswith(NOT_ENTERPRISE_ENDS):
        return False
    if len(name_norm(plain_name)) <= 3:
        return False
    return any(word in plain_name for word in ENTERPRISE_WORDS)


@operation(shows="names")
def rows_not_large(desk: Desk) -> Result:
    """No name speaks for a large firm (集团, 股份有限公司, central state firms)."""
    cells = desk.column(desk.rows(SERVED), f"{SERVED}.enterprise")
    if not cells:
        raise Missing(f"{SERVED}.enterprise")
    large = [(row, f) for row, f in cells if any(word in text_of(f) for word in LARGE_WORDS)]
    if not large:
        return Result()
    names = listed(f"{text_of(f)}（第{row.no}行）" for row, f in large)
    return Result((Breach({"names": names}, tuple(f for _, f in large)),))


@operation(shows="a b")
def list_within_stated(desk: Desk) -> Result:
    """The list names no more firms than the form says were served."""
    unique = desk.quantity_number("served_list_unique")
    stated = _stated_number(desk)
    shown = {"a": plain(unique), "b": plain(stated)}
    if unique <= stated:
        return Result(values=shown)
    return Result((Breach(shown, difference=plain(unique - stated)),), shown)


def _stated_number(desk: Desk) -> Decimal:
    """The number of firms that the form says were served; else ``Missing``."""
    for ident in ("served_smes_latest", "served_enterprises_latest"):
        try:
            return desk.quantity_number(ident)
        except Missing:
            continue
    return decimal_of(desk.fact("served_list_stated_total"))


@operation(shows="word where")
def no_excluded_services(desk: Desk) -> Result:
    """No word that Art. 28 excludes stands beside a served count (list, contents, narrative)."""
    looked, breaches = False, []
    columns = (f"{SERVED}.service", "app_service_content.function")
    for column in columns:
        for row, fact in desk.column(desk.book.rows(column.partition(".")[0]), column):
            looked = True
            word = next((w for w in NOT_COUNTED if w in text_of(fact)), None)
            if word:
                shown = {"word": word, "where": f"{desk.book.catalogue.label(column)}第{row.no}行"}
                breaches.append(Breach(shown, (fact,)))
    for fact in desk.book.all("report_narrative"):
        looked = True
        for word in NOT_COUNTED:
            if re.search(rf"{word}[^。；]{{0,20}}\d+[^。；]{{0,6}}[家次户]", text_of(fact)):
                where = desk.book.catalogue.label(fact.field)
                breaches.append(Breach({"word": word, "where": where}, (fact,)))
    if not looked:
        raise Missing(f"{SERVED}.service")
    return Result(tuple(breaches))


@operation(params="alike:number", shows="name", flags="list_partial")
def surveyed_are_on_list(desk: Desk) -> Result:
    """Every surveyed firm is on the served list, by names alike by ``alike`` or more.

    ``list_partial``: the list names fewer firms than the form says were served, so it need not
    hold the surveyed one.
    """
    served = rows_by_name(desk, desk.rows(SERVED), f"{SERVED}.enterprise")
    surveyed = desk.column(desk.rows(SURVEY), f"{SURVEY}.enterprise")
    if not served or not surveyed:
        raise Missing(f"{SERVED}.enterprise", f"{SURVEY}.enterprise")
    flags = frozenset({"list_partial"}) if _is_partial(desk, len(served)) else frozenset()
    breaches = [
        Breach({"name": text_of(fact)}, (fact,), flags=flags)
        for _, fact in surveyed
        if name_norm(text_of(fact)) not in served
        and not any(similarity(text_of(fact), name) >= desk.number("alike") for name in served)
    ]
    return Result(tuple(breaches))


def _is_partial(desk: Desk, listed_firms: int) -> bool:
    try:
        return _stated_number(desk) > listed_firms
    except Missing:
        return True


@operation(shows="page")
def last_rows_complete(desk: Desk) -> Result:
    """The last row of each page of the list holds as many cells as rows of the list usually do."""
    rows = desk.rows(SERVED)
    sizes = sorted(len(row.cells) for row in rows)
    usual = sizes[len(sizes) // 2]
    last: dict[int, Row] = {}
    for row in rows:
        pages = [f.page for f in row.cells.values() if f.page is not None]
        if pages:
            last[max(pages)] = row
    if not last:
        raise Missing(f"{SERVED}.seq")
    breaches = [
        Breach({"page": str(page)}, tuple(row.cells.values()), pages=(page,))
        for page, row in sorted(last.items())
        if len(row.cells) < min(usual - 1, 4)
    ]
    return Result(tuple(breaches))


@operation(shows="names")
def surveyed_distinct(desk: Desk) -> Result:
    """No firm was surveyed twice."""
    named = desk.column(desk.rows(SURVEY), f"{SURVEY}.enterprise")
    if not named:
        raise Missing(f"{SURVEY}.enterprise")
    pairs = _repeated(named)
    if not pairs:
        return Result()
    facts = tuple(named[k][1] for _, first, second, _ in pairs for k in (first, second))
    return Result((Breach({"names": listed(text for text, *_ in pairs)}, facts),))


@operation(shows="name a b")
def survey_phones_match(desk: Desk) -> Result:
    """A surveyed firm has the same phone or respondent as on the served list."""
    served = rows_by_name(desk, desk.rows(SERVED), f"{SERVED}.enterprise")
    breaches, compared = [], 0
    for row, name in desk.column(desk.rows(SURVEY), f"{SURVEY}.enterprise"):
        phone = desk.cell(row, f"{SURVEY}.phone")
        for other, _ in served.get(name_norm(text_of(name)), ()):
            other_phone = desk.cell(other, f"{SERVED}.phone")
            if phone is None or other_phone is None:
                continue
            compared += 1
            a, b = text_of(phone), text_of(other_phone)
            if phone_digits(a) == phone_digits(b) or _same_respondent(desk, row, other):
                continue
            shown = {"name": text_of(name), "a": masked(a), "b": masked(b)}
            breaches.append(Breach(shown, (phone, other_phone)))
    if not compared:
        raise Missing(f"{SURVEY}.phone", f"{SERVED}.phone")
    return Result(tuple(breaches))


def _same_respondent(desk: Desk, survey: Row, served: Row) -> bool:
    a, b = desk.cell(survey, f"{SURVEY}.respondent"), desk.cell(served, f"{SERVED}.contact")
    return a is not None and b is not None and name_norm(text_of(a)) == name_norm(text_of(b))
