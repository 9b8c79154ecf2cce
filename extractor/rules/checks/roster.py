"""The staff roster: who is on it, twice or not, qualified or not, and how it fits the form."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.matching import ListedPerson, Sameness, people_twice
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, decimal_of, text_of
from extractor.rules.checks.lists import phone_digits, possible_rows, rows_by_name
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, masked, percent, plain
from extractor.values.names import name_norm

ROSTER = "staff_roster"

#: Titles that are no 职称 by themselves (title_edge_cases): occupational qualifications, skill grades.
NOT_A_TITLE = (
    "注册会计师", "律师", "税务师", "咨询工程师", "专利代理师", "专利代理人", "技师", "高级技师",
    "造价工程师", "建造师", "评估师", "资格证", "内审员", "培训师", "咨询师",
)  # fmt: skip
#: Posts that end like titles.
JOB_NAMES = (
    "软件工程师",
    "售后工程师",
    "开发工程师",
    "测试工程师",
    "运维工程师",
    "经理",
    "主管",
    "总监",
    "专员",
    "主任",
)
#: Real titles that contain one of the words above.
REAL_TITLES = ("一级律师", "二级律师", "三级律师", "四级律师")

#: Schools that grant no bachelor's degree. 职业技术大学 and 职业大学 do, and are not meant.
BELOW_BACHELOR_SCHOOLS = (
    "职业技术学院", "职业学院", "高等专科学校", "专科学校", "中等专业学校", "技工学校", "职业中学", "中专", "技师学院",
)  # fmt: skip


def person_key(desk: Desk, row: Row) -> str | None:
    """The normalised name of a row; ``None`` where it could not be read."""
    fact = desk.cell(row, f"{ROSTER}.name")
    return name_norm(text_of(fact)) if fact is not None else None


@operation(params="complete:texts", shows="a b")
def roster_fits_total(desk: Desk) -> Result:
    """The roster has as many persons as the form says (schemes in ``complete``), or not more.

    Rows that nobody could read count as persons that may be there.
    """
    total = desk.fact("app_staff_total")
    a, b = desk.quantity_number("staff_count_roster"), decimal_of(total)
    shown = {"a": plain(a), "b": plain(b)}
    complete = desk.scheme.id in desk.texts("complete")
    if a == b or (a < b and not complete):
        return Result(values=shown)
    if a < b <= possible_rows(desk, ROSTER) and _has_unread_name(desk):
        return Result(values=shown, missing=(f"{ROSTER}.name",))
    return Result((Breach(shown, difference=plain(abs(a - b))),), shown)


def _has_unread_name(desk: Desk) -> bool:
    rows = desk.book.rows(ROSTER)
    return any(person_key(desk, row) is None for row in rows) or len(rows) < possible_rows(
        desk, ROSTER
    )


@operation(shows="i j name why", flags="name_only")
def persons_distinct(desk: Desk) -> Result:
    """No two rows are one person: same name and same age, school or phone.

    The same name alone carries the flag ``name_only``, and so does a name in which one character differs
    beside the same phone; different ages, schools and phones clear it.
    """
    cells = desk.column(desk.rows(ROSTER), f"{ROSTER}.name")
    if not cells:
        raise Missing(f"{ROSTER}.name")
    people = [
        ListedPerson(text_of(name), *(_printed(desk, row, c) for c in ("age", "school", "phone")))
        for row, name in cells
    ]
    breaches = []
    for pair in people_twice(people):
        (row, first), (other, second) = cells[pair.first], cells[pair.second]
        shown = {
            "i": str(row.no),
            "j": str(other.no),
            "name": text_of(second),
            "why": pair.match.reason,
        }
        sure = pair.match.verdict is Sameness.SAME
        flags = frozenset() if sure else frozenset({"name_only"})
        breaches.append(Breach(shown, (first, second), flags=flags))
    return Result(tuple(breaches))


def _printed(desk: Desk, row: Row, column: str) -> str:
    fact = desk.cell(row, f"{ROSTER}.{column}")
    return text_of(fact) if fact is not None else ""


@operation(params="ratio:field persons:number", shows="a c b d")
def stated_ratio_fits_roster(desk: Desk) -> Result:
    """The stated share of qualified staff fits the roster under one reading, within ``persons``.

    A roster that lists fewer than the form's total cannot refute the stated share.
    """
    stated, total = desk.facts(("app_staff_qualified_ratio", "app_staff_total"))
    roster = desk.quantity_number("staff_count_roster")
    ident = desk.text("ratio")
    union = desk.quantity_number(ident)
    both = desk.reading(ident, "B")
    b = decimal_of(stated)
    shown = {
        "a": percent(union),
        "c": percent(both) if both is not None else "—",
        "b": percent(b),
        "d": f"{percent(abs(union - b))} 个百分点",
    }
    if roster < decimal_of(total):
        return Result(values=shown)
    slack = desk.number("persons") / max(roster, Decimal(1))
    if any(abs(r - b) <= slack for r in (union, both) if r is not None):
        return Result(values=shown)
    columns = (f"{ROSTER}.education", f"{ROSTER}.title_level")
    # Persons whose education or title nobody could read may be qualified or not.
    unread = sum(1 for r in desk.book.rows(ROSTER) if _unread(r, columns))
    if unread and abs(union - b) <= slack + Decimal(unread) / max(roster, Decimal(1)):
        return Result(values=shown, missing=columns)
    return Result((Breach(shown, difference=shown["d"]),), shown)


def _unread(row: Row, columns: tuple[str, ...]) -> bool:
    return any(c in row.cells and row.cells[c].value is None for c in columns)


@operation(params="quantities:mapping", shows="a b min")
def readings_agree_on_threshold(desk: Desk) -> Result:
    """Both readings of the qualified share (union, both needed) fall on one side of the threshold.

    ``quantities``: the quantity by scheme id.
    """
    ident = desk.mapping("quantities").get(desk.scheme.id)
    if ident is None:
        raise Missing(*desk.mapping("quantities").values())
    limit = desk.threshold(ident)
    union, both = desk.quantity_number(ident), desk.reading(ident, "B")
    if both is None:
        raise Missing(ident)
    shown = {"a": percent(union), "b": percent(both), "min": percent(limit)}
    if (union >= limit) == (both >= limit):
        return Result(values=shown)
    return Result((Breach(shown),), shown)


@operation(params="youngest:number oldest:number retired:number", shows="name age", flags="retired")
def ages_plausible(desk: Desk) -> Result:
    """Every age lies in the limits; one above ``retired`` but within them carries the flag."""
    cells = desk.column(desk.rows(ROSTER), f"{ROSTER}.age")
    if not cells:
        raise Missing(f"{ROSTER}.age")
    breaches = []
    for row, fact in cells:
        age = decimal_of(fact)
        if desk.number("youngest") <= age <= desk.number("retired"):
            continue
        retired = desk.number("retired") < age <= desk.number("oldest")
        shown = {"name": _name(desk, row), "age": plain(age)}
        flags = frozenset({"retired"}) if retired else frozenset()
        breaches.append(Breach(shown, (fact,), flags=flags))
    return Result(tuple(breaches))


def _name(desk: Desk, row: Row) -> str:
    fact = desk.cell(row, f"{ROSTER}.name")
    return text_of(fact) if fact is not None else f"第{row.no}行"


@operation(params="slack:number working_age:number", shows="name y o")
def years_on_platform_possible(desk: Desk) -> Result:
    """Nobody worked on the platform longer than it exists or than their age allows."""
    existed = desk.quantity_number("operating_years_at_filing")
    cells = desk.column(desk.rows(ROSTER), f"{ROSTER}.years_on_platform")
    if not cells:
        raise Missing(f"{ROSTER}.years_on_platform")
    slack = desk.number("slack")
    breaches = []
    for row, fact in cells:
        years = decimal_of(fact)
        age = desk.cell(row, f"{ROSTER}.age")
        number = as_decimal(age.value) if age is not None else None
        too_young = number is not None and years > number - desk.number("working_age") + slack
        if years > existed + slack or too_young:
            shown = {"name": _name(desk, row), "y": plain(years), "o": plain(existed)}
            facts = (fact, age) if age is not None and too_young else (fact,)
            breaches.append(Breach(shown, facts))
    return Result(tuple(breaches))


@operation(shows="name title")
def titles_are_titles(desk: Desk) -> Result:
    """No title in the 职称 column is a qualification, a skill grade or a post."""
    cells = desk.column(desk.rows(ROSTER), f"{ROSTER}.title")
    if not cells:
        raise Missing(f"{ROSTER}.title")
    breaches = []
    for row, fact in cells:
        title = text_of(fact).strip()
        odd = any(word in title for word in NOT_A_TITLE) and title not in REAL_TITLES
        if odd or title in JOB_NAMES or title == "高级":
            breaches.append(Breach({"name": _name(desk, row), "title": title}, (fact,)))
    return Result(tuple(breaches))


@operation(shows="name where")
def roster_and_experts_apart(desk: Desk) -> Result:
    """Nobody on the roster is also listed as an outside expert."""
    experts: dict[str, Fact] = {}
    for _, fact in desk.column(desk.book.rows("expert_letters"), "expert_letters.expert"):
        experts.setdefault(name_norm(text_of(fact)), fact)
    for row in desk.book.rows("app_partners"):
        kind, name = desk.cell(row, "app_partners.kind"), desk.cell(row, "app_partners.name")
        if name is not None and kind is not None and kind.value == "expert":
            experts.setdefault(name_norm(text_of(name)), name)
    if not experts:
        raise Missing("expert_letters.expert")
    staff = rows_by_name(desk, desk.rows(ROSTER), f"{ROSTER}.name")
    breaches = [
        Breach(
            {"name": text_of(fact), "where": desk.book.catalogue.label(fact.field)},
            (fact, staff[key][0][1]),
        )
        for key, fact in experts.items()
        if key in staff
    ]
    return Result(tuple(breaches))


@operation(shows="name a b")
def education_fits_school(desk: Desk) -> Result:
    """Nobody with a bachelor's degree or more names a school that grants none."""
    enum = desk.book.catalogue.enums["education_level"]
    bachelor = enum.rank("bachelor") or 3
    breaches, compared = [], 0
    for row in desk.rows(ROSTER):
        level, school = desk.cell(row, f"{ROSTER}.education"), desk.cell(row, f"{ROSTER}.school")
        if level is None or school is None:
            continue
        compared += 1
        rank = enum.rank(text_of(level))
        if rank is not None and rank >= bachelor:
            name = text_of(school)
            if any(word in name for word in BELOW_BACHELOR_SCHOOLS):
                shown = {"name": _name(desk, row), "a": enum.zh(text_of(level)), "b": name}
                breaches.append(Breach(shown, (level, school)))
    if not compared:
        raise Missing(f"{ROSTER}.education", f"{ROSTER}.school")
    return Result(tuple(breaches))


@operation(params="shared:number", shows="n phone names wrong")
def roster_phones(desk: Desk) -> Result:
    """No phone number of the roster belongs to more than ``shared`` persons, and each is a number."""
    from_phones: dict[str, list[tuple[Fact, str]]] = {}
    cells = desk.column(desk.rows(ROSTER), f"{ROSTER}.phone")
    if not cells:
        raise Missing(f"{ROSTER}.phone")
    for row, fact in cells:
        digits = phone_digits(text_of(fact))
        if len(digits) >= 7 and "*" not in text_of(fact):
            from_phones.setdefault(digits, []).append((fact, _name(desk, row)))
    breaches = [
        Breach(
            {
                "n": str(len(owners)),
                "phone": masked(digits),
                "names": listed(name for _, name in owners),
                "wrong": "",
            },
            tuple(f for f, _ in owners),
        )
        for digits, owners in from_phones.items()
        if len({name for _, name in owners}) > desk.number("shared")
    ]
    return Result(tuple(breaches))
