"""People and partners: the staff roster, qualified persons, institutions and experts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.papers import folded_name
from extractor.rules.quantities.base import Result, Workings, percent, quantity
from extractor.rules.quantities.book import Book


@dataclass(frozen=True, slots=True)
class Person:
    """A person on the roster. Ranks are those of the enums; ``None``: not read, or not to be ranked."""

    name: Fact
    education: int | None
    title: int | None
    facts: tuple[Fact, ...]


def roster(book: Book, work: Workings) -> tuple[Person, ...]:
    """Distinct persons of the roster, by name and (where read) age."""
    found: dict[tuple[str, str], Person] = {}
    for row in work.rows("staff_roster"):
        name = book.cell(row, "staff_roster.name")
        if name is None:
            continue
        age = book.cell(row, "staff_roster.age")
        key = (folded_name(name.value), "" if age is None else str(age.value))
        if key not in found:
            found[key] = _person(book, row, name)
    return tuple(found.values())


def _person(book: Book, row: Row, name: Fact) -> Person:
    education = book.cell(row, "staff_roster.education")
    level = book.cell(row, "staff_roster.title_level")
    title = book.cell(row, "staff_roster.title")
    return Person(
        name,
        _rank(book, "education_level", education),
        _rank(book, "title_level", level),
        tuple(f for f in (name, education, level, title) if f is not None),
    )


def _rank(book: Book, enum: str, fact: Fact | None) -> int | None:
    return None if fact is None else book.catalogue.enums[enum].rank(str(fact.value))


@quantity("staff_count_roster", unit="人", formula="人员名单按姓名（和年龄）去重计数")
def staff_count_roster(book: Book, work: Workings) -> Result:
    """Distinct persons on the roster; ``None`` where no roster was read."""
    persons = roster(book, work)
    work.step("名单人数（去重）", len(persons), *(p.name for p in persons))
    return len(persons) or None


@quantity("staff_roster_rows", unit="人", formula="人员名单中有姓名的行数")
def staff_roster_rows(book: Book, work: Workings) -> Result:
    """Rows of the roster with a name."""
    return _rows_with(book, work, "staff_roster", "staff_roster.name")


def _rows_with(book: Book, work: Workings, rows_field: str, column: str) -> int | None:
    """How many rows carry a value in ``column``; ``None`` where no such list was read."""
    rows = work.rows(rows_field)
    if not rows:
        return None
    facts = [f for f in (book.cell(row, column) for row in rows) if f is not None]
    work.step(f"{book.catalogue.label(column)}：有内容的行", len(facts), *facts)
    return len(facts)


@quantity(
    "staff_count_for_test",
    unit="人",
    formula="名单注明为全部人员时取名单人数与申请表人数中的较小者，否则取申请表人数",
)
def staff_count_for_test(book: Book, work: Workings) -> Result:
    """Staff number used for the threshold.

    The roster of a packet need not list everybody; it is complete only where it prints a total that
    its rows reach. Without a stated number the roster's count is the least that is shown.
    """
    stated = work.number("app_staff_total")
    counted = as_decimal(work.quantity("staff_count_roster").value)
    printed = book.best("app_staff_total")
    if printed is not None and printed.printed.label:
        work.step("申请表所印标签", printed.printed.label, printed)
    if stated is None:
        return None if counted is None else int(counted)
    if counted is not None and _roster_is_complete(book, int(counted)):
        work.step("名单注明为全部人员", counted)
        return int(min(stated, counted))
    return int(stated)


def _roster_is_complete(book: Book, counted: int) -> bool:
    totals = [rows.stated_total for rows in book.row_sets("staff_roster")]
    return any(total is not None and total <= counted for total in totals)


def _has(rank: int | None, least: int) -> bool | None:
    return None if rank is None else rank >= least


def _either(education: bool | None, title: bool | None) -> bool | None:
    if education or title:
        return True
    return None if education is None or title is None else False


def _both(education: bool | None, title: bool | None) -> bool | None:
    if education is False or title is False:
        return False
    return None if education is None or title is None else True


def _count_qualified(
    book: Book,
    work: Workings,
    least_education: str,
    joined: Callable[[bool | None, bool | None], bool | None],
) -> int | None:
    """Persons who qualify. A person whose education or title was not read, and whom it decides, is not
    counted and named in the trace: the count is then the least that is shown."""
    persons = roster(book, work)
    if not persons:
        return None
    education = book.catalogue.enums["education_level"].rank(least_education) or 0
    title = book.catalogue.enums["title_level"].rank("intermediate") or 0
    results = [(p, joined(_has(p.education, education), _has(p.title, title))) for p in persons]
    qualified = [p for p, ok in results if ok]
    unknown = [p for p, ok in results if ok is None]
    work.step("符合条件的人员", len(qualified), *(f for p in qualified for f in p.facts))
    if unknown:
        names = "、".join(str(p.name.value) for p in unknown)
        work.step("学历或职称未读到、未计入", names, *(f for p in unknown for f in p.facts))
        work.lack("staff_roster.education")
        work.lack("staff_roster.title_level")
        if len(unknown) == len(persons):
            return None
    return len(qualified)


def qualified_range(book: Book, kind: str) -> tuple[int, int, int]:
    """Fewest and most persons who qualify by education or title (``bachelor`` or ``college`` rule), and
    how many are listed. The two differ by the persons whom an unread cell decides."""
    persons = roster(book, Workings(book))
    education = book.catalogue.enums["education_level"].rank(kind) or 0
    title = book.catalogue.enums["title_level"].rank("intermediate") or 0
    results = [_either(_has(p.education, education), _has(p.title, title)) for p in persons]
    fewest = sum(1 for ok in results if ok)
    return fewest, fewest + sum(1 for ok in results if ok is None), len(persons)


@quantity(
    "staff_qual_bachelor_or",
    unit="人",
    formula="名单中学历本科及以上，或职称中级及以上，每人计一次",
)
def staff_qual_bachelor_or(book: Book, work: Workings) -> Result:
    """Persons with a bachelor's degree or an intermediate title, each once."""
    return _count_qualified(book, work, "bachelor", _either)


@quantity(
    "staff_qual_bachelor_and",
    unit="人",
    formula="名单中学历本科及以上，且职称中级及以上",
)
def staff_qual_bachelor_and(book: Book, work: Workings) -> Result:
    """Persons with both a bachelor's degree and an intermediate title."""
    return _count_qualified(book, work, "bachelor", _both)


@quantity(
    "staff_qual_college_or",
    unit="人",
    formula="名单中学历大专及以上，或职称中级及以上，每人计一次",
)
def staff_qual_college_or(book: Book, work: Workings) -> Result:
    """Persons with a college education or an intermediate title, each once."""
    return _count_qualified(book, work, "college", _either)


@quantity(
    "staff_qual_college_and",
    unit="人",
    formula="名单中学历大专及以上，且职称中级及以上",
)
def staff_qual_college_and(book: Book, work: Workings) -> Result:
    """Persons with both a college education and an intermediate title."""
    return _count_qualified(book, work, "college", _both)


def _qualified_ratio(book: Book, work: Workings, kind: str) -> Fraction | None:
    """Qualified persons over all persons of the roster; reading B asks education and title both."""
    persons = as_decimal(work.quantity("staff_count_roster").value)
    either = as_decimal(work.quantity(f"staff_qual_{kind}_or").value)
    both = as_decimal(book.quantity(f"staff_qual_{kind}_and").value)
    if not persons or either is None:
        return None
    ratio = Fraction(either) / Fraction(persons)
    work.step("比例", percent(ratio))
    stated = as_decimal(fact.value) if (fact := book.best("app_staff_total")) is not None else None
    if stated is not None and persons < stated:
        work.step("名单少于申请表所填人数，只反映名单上的人员", f"{persons} / {stated}", fact)
    work.reading("A", ratio)
    if both is not None:
        work.reading("B", Fraction(both) / Fraction(persons))
    return ratio


@quantity(
    "staff_qual_ratio_bachelor",
    formula="（本科及以上学历或中级及以上职称的人数）÷ 名单人数，每人计一次",
)
def staff_qual_ratio_bachelor(book: Book, work: Workings) -> Result:
    """Qualified share of the roster, bachelor rule (AMB-08: union; reading B both)."""
    return _qualified_ratio(book, work, "bachelor")


@quantity(
    "staff_qual_ratio_college",
    formula="（大专及以上学历或中级及以上职称的人数）÷ 名单人数，每人计一次",
)
def staff_qual_ratio_college(book: Book, work: Workings) -> Result:
    """Qualified share of the roster, college rule (AMB-08: union; reading B both)."""
    return _qualified_ratio(book, work, "college")


def distinct_partners(
    book: Book, work: Workings, kind: str, *, signed_only: bool
) -> dict[str, Fact]:
    """Distinct partners of the form by folded name. A partner whose kind was not read counts as an
    institution: the forms list institutions unless they say expert."""
    found: dict[str, Fact] = {}
    for row in work.rows("app_partners"):
        name = book.cell(row, "app_partners.name")
        stated = book.cell(row, "app_partners.kind")
        signed = book.cell(row, "app_partners.signed")
        if name is None or (signed_only and signed is not None and signed.value is False):
            continue
        if (str(stated.value) if stated is not None else "institution") == kind:
            found.setdefault(folded_name(name.value), name)
    return found


def distinct_names(book: Book, work: Workings, column: str) -> dict[str, Fact]:
    """Distinct names in a column of evidence papers, by folded name."""
    found: dict[str, Fact] = {}
    for row in book.rows(column.partition(".")[0]):
        name = book.cell(row, column)
        if name is not None:
            found.setdefault(folded_name(name.value), name)
    return found


def _stated_or_proven(
    book: Book, work: Workings, stated: dict[str, Fact], proven: dict[str, Fact]
) -> int | None:
    if stated:
        work.step("申请表所列（去重）", len(stated), *stated.values())
    if proven:
        work.step("协议或聘书（去重）", len(proven), *proven.values())
        return len(proven)
    return len(stated) if stated else None


@quantity(
    "partner_institution_count",
    unit="家",
    formula="协议上的合作单位去重计数；没有读到协议时用申请表所列签订协议的单位",
)
def partner_institution_count(book: Book, work: Workings) -> Result:
    """Institutions with a signed agreement: by the agreements, else as stated (AMB-25: signed only)."""
    stated = distinct_partners(book, work, "institution", signed_only=True)
    proven = distinct_names(book, work, "agreements.partner")
    if not proven:
        work.lack("agreements.partner")
    if stated:
        work.reading("A", len(proven) if proven else len(stated), "签订协议的单位")
        everyone = distinct_partners(book, work, "institution", signed_only=False)
        if len(everyone) != len(stated):
            work.reading("B", len(everyone), "连同其他合作单位")
    return _stated_or_proven(book, work, stated, proven)


@quantity(
    "expert_count",
    unit="人",
    formula="聘书或聘用协议上的专家去重计数；没有读到聘书时用申请表所列专家",
)
def expert_count(book: Book, work: Workings) -> Result:
    """Outside experts appointed: by the letters, else as stated."""
    stated = distinct_partners(book, work, "expert", signed_only=True)
    proven = distinct_names(book, work, "expert_letters.expert")
    if not proven:
        work.lack("expert_letters.expert")
    return _stated_or_proven(book, work, stated, proven)


@quantity(
    "partner_or_expert_rows_ok",
    formula="申请表第四部分所列单位不少于10家，或专家不少于20人",
)
def partner_or_expert_rows_ok(book: Book, work: Workings) -> Result:
    """Whether part four of the national form is filled as asked; the form's own rows count."""
    if not work.rows("app_partners"):
        return None
    institutions = distinct_partners(book, work, "institution", signed_only=True)
    experts = distinct_partners(book, work, "expert", signed_only=True)
    work.step("所列单位（去重）", len(institutions), *institutions.values())
    work.step("所列专家（去重）", len(experts), *experts.values())
    return len(institutions) >= 10 or len(experts) >= 20


@quantity("expert_panel_rows", unit="人", formula="专家组评审意见中有姓名的行数")
def expert_panel_rows(book: Book, work: Workings) -> Result:
    """Experts named on the panel page."""
    return _rows_with(book, work, "expert_panel", "expert_panel.name")


@quantity("survey_rows", unit="家", formula="测评情况中有企业名称的行数")
def survey_rows(book: Book, work: Workings) -> Result:
    """Enterprises in the recommender's survey."""
    return _rows_with(book, work, "sample_survey", "sample_survey.enterprise")


@quantity("served_list_rows", unit="家", formula="服务名单中有企业名称的行数")
def served_list_rows(book: Book, work: Workings) -> Result:
    """Rows of the served list with an enterprise name."""
    return _rows_with(book, work, "served_list", "served_list.enterprise")
