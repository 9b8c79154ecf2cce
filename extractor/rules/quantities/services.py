"""Services given: enterprises served, trends, service table, training, events."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from extractor.core.canonical import PartialDate, as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.papers import folded_name
from extractor.rules.quantities.applicant import function_id
from extractor.rules.quantities.base import Result, Workings, percent, quantity
from extractor.rules.quantities.book import Book
from extractor.rules.quantities.finance import last_years, yearly_ratios
from extractor.rules.quantities.years import latest_figure, series

EVENT_PAPER = "service_activity_evidence"
"""Rows of events out of this paper are evidence; rows out of the form are stated."""


@quantity(
    "sme_client_share_latest",
    formula="上一年度服务中小企业数量 ÷ 服务企业数量",
)
def sme_client_share_latest(book: Book, work: Workings) -> Result:
    """SMEs as share of the enterprises served in the year before filing (AMB-02: three readings)."""
    years = last_years(work, 3)
    pairs = yearly_ratios(
        work, "app_operations.served_smes", "app_operations.served_enterprises", years
    )
    ratios = {year: Fraction(a) / Fraction(b) for year, (a, b) in pairs.items()}
    for year, ratio in ratios.items():
        work.step(f"{year}年占比", percent(ratio))
    latest = None if book.latest_year is None else ratios.get(book.latest_year)
    if latest is not None:
        work.reading("A", latest)
    if years and len(ratios) == len(years):
        smes = sum(a for a, _ in pairs.values())
        clients = sum(b for _, b in pairs.values())
        work.reading("B", Fraction(smes) / Fraction(clients))
        work.reading("C", min(ratios.values()))
    return latest


@quantity("served_smes_latest", unit="家", formula="上一年度服务中小企业数量")
def served_smes_latest(book: Book, work: Workings) -> Result:
    """SMEs served in the year before filing, as stated in the operations table."""
    return _count(latest_figure(work, "app_operations.served_smes"))


@quantity("served_enterprises_latest", unit="家", formula="上一年度服务企业数量")
def served_enterprises_latest(book: Book, work: Workings) -> Result:
    """Enterprises served in the year before filing, as stated in the operations table."""
    return _count(latest_figure(work, "app_operations.served_enterprises"))


def _count(number: Decimal | None) -> int | None:
    """A count as an integer; a number with a fraction is no count."""
    return int(number) if number is not None and number == number.to_integral_value() else None


@quantity(
    "served_sme_trend_3y",
    formula="近3年服务中小企业数量，逐年比较",
)
def served_sme_trend_3y(book: Book, work: Workings) -> Result:
    """Whether the number rose every year; readings: not falling, last above first."""
    numbers = list(series(work, "app_operations.served_smes", 3).values())
    known = [n for n in numbers if n is not None]
    if len(known) < 3:
        return None
    pairs = list(itertools.pairwise(known))
    strict = all(a < b for a, b in pairs)
    work.reading("A", strict)
    work.reading("B", all(a <= b for a, b in pairs))
    work.reading("C", known[-1] > known[0])
    return strict


@quantity(
    "served_trend_2y",
    formula="上一年度服务企业数量与前一年度比较；表中只有服务中小企业数量时用该列",
)
def served_trend_2y(book: Book, work: Workings) -> Result:
    """Whether the number rose from the year before last to last year; reading B asks both years."""
    column = "app_operations.served_enterprises"
    if not book.all(column) and book.all("app_operations.served_smes"):
        column = "app_operations.served_smes"
    numbers = list(series(work, column, 3).values())
    if len(numbers) < 3 or numbers[1] is None or numbers[2] is None:
        return None
    last = numbers[2] > numbers[1]
    work.reading("A", last)
    if numbers[0] is not None:
        work.reading("B", last and numbers[1] > numbers[0])
    # The third year is only reading B's: its absence leaves nothing unknown here.
    return last


def service_row(book: Book, function: str) -> Row | None:
    """The row of a function in the service table (not a line of 其中); the first that fits."""
    for row in book.rows("app_service_content"):
        name = book.cell(row, "app_service_content.function")
        detail = book.cell(row, "app_service_content.is_detail")
        if name is None or (detail is not None and detail.value is True):
            continue
        if function_id(book, str(name.value)) == function:
            return row
    return None


def _service_figure(book: Book, work: Workings, function: str, column: str) -> int | None:
    if not work.rows("app_service_content"):
        return None
    row = service_row(book, function)
    label = book.catalogue.enums["service_function"].zh(function)
    fact = None if row is None else book.cell(row, f"app_service_content.{column}")
    if fact is None:
        work.lack(f"app_service_content.{column}")
        work.step(label, None)
        return None
    work.step(f"{label} · {book.catalogue.label(fact.field)}", fact.value, fact)
    return _count(as_decimal(fact.value))


@quantity("policy_online_smes", unit="家", formula="服务内容表：政策服务，线上服务企业数量")
def policy_online_smes(book: Book, work: Workings) -> Result:
    """Policy services online, year before filing, as stated."""
    return _service_figure(book, work, "policy", "online")


@quantity("policy_offline_smes", unit="家", formula="服务内容表：政策服务，线下服务企业数量")
def policy_offline_smes(book: Book, work: Workings) -> Result:
    """Policy services offline, year before filing, as stated."""
    return _service_figure(book, work, "policy", "offline")


@quantity("consulting_online_smes", unit="家", formula="服务内容表：咨询服务，线上服务企业数量")
def consulting_online_smes(book: Book, work: Workings) -> Result:
    """Consulting services online, year before filing, as stated."""
    return _service_figure(book, work, "consulting", "online")


@quantity("consulting_offline_smes", unit="家", formula="服务内容表：咨询服务，线下服务企业数量")
def consulting_offline_smes(book: Book, work: Workings) -> Result:
    """Consulting services offline, year before filing, as stated."""
    return _service_figure(book, work, "consulting", "offline")


@quantity("technical_online_smes", unit="家", formula="服务内容表：技术服务，线上服务企业数量")
def technical_online_smes(book: Book, work: Workings) -> Result:
    """Technical services online, year before filing, as stated."""
    return _service_figure(book, work, "technical", "online")


@quantity("technical_offline_smes", unit="家", formula="服务内容表：技术服务，线下服务企业数量")
def technical_offline_smes(book: Book, work: Workings) -> Result:
    """Technical services offline, year before filing, as stated."""
    return _service_figure(book, work, "technical", "offline")


@quantity(
    "training_person_times",
    unit="人次",
    formula="服务内容表培训服务人次；或主要服务产品中培训类的服务人次合计；或培训记录人数合计",
)
def training_person_times(book: Book, work: Workings) -> Result:
    """Person-times trained in the year before filing: as stated, else summed from the records."""
    stated = stated_training(book, work)
    return stated if stated is not None else recorded_training(book, work)


def stated_training(book: Book, work: Workings) -> int | None:
    """Person-times on the form: the training row (national), or training products (Jiangxi)."""
    row = service_row(book, "training")
    fact = None if row is None else book.cell(row, "app_service_content.served_smes")
    if fact is not None:
        work.step("培训服务（人次）", fact.value, fact)
        return _count(as_decimal(fact.value))
    found = list(_training_products(book))
    if not found:
        work.lack("app_service_content.served_smes")
        work.lack("app_service_products.person_times")
        return None
    for name, persons in found:
        work.step(f"服务人次（{name.value}）", persons.value, persons)
    counts = [_count(as_decimal(persons.value)) for _, persons in found]
    return sum(c for c in counts if c is not None) if None not in counts else None


def _training_products(book: Book) -> Iterator[tuple[Fact, Fact]]:
    for row in book.rows("app_service_products"):
        name = book.cell(row, "app_service_products.product")
        persons = book.cell(row, "app_service_products.person_times")
        if name is not None and persons is not None and "训" in str(name.value):
            yield name, persons


def recorded_training(book: Book, work: Workings) -> int | None:
    """Sum of persons over the training records of the year before filing; a record without a date
    or number is left out and named as missing."""
    total: int | None = None
    for row in book.rows("training_records"):
        persons = book.cell(row, "training_records.persons")
        day = book.cell(row, "training_records.date")
        number = None if persons is None else _count(as_decimal(persons.value))
        if number is None:
            work.lack("training_records.persons")
            continue
        if book.latest_year is None or year_of(day) is None:
            work.lack("training_records.date")
            continue
        if year_of(day) == book.latest_year:
            work.step("培训记录人数", number, persons)
            total = (total or 0) + number
    if total is None:
        work.lack("training_records")
    return total


def year_of(fact: Fact | None) -> int | None:
    """The year of a date fact; ``None`` where it is missing or no date."""
    if fact is None or not isinstance(fact.value, str):
        return None
    try:
        return PartialDate.parse(fact.value).year
    except ValueError:
        return None


def distinct_events(
    book: Book, work: Workings, rows: tuple[Row, ...]
) -> Mapping[tuple[str, str], Row]:
    """Events of the year before filing by title and date; an event without a date is left out."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        title, day = book.cell(row, "app_events.title"), book.cell(row, "app_events.date")
        if year_of(day) is None:
            work.lack("app_events.date")
        elif day is not None and year_of(day) == book.latest_year:
            name = folded_name(title.value) if title is not None else ""
            found.setdefault((name, str(day.value)), row)
    return found


@quantity(
    "matchmaking_events_ge20",
    unit="次",
    formula="上一年度、类型为供需对接、参加中小企业不少于20家的活动，按名称和日期去重计数",
)
def matchmaking_events_ge20(book: Book, work: Workings) -> Result:
    """Matchmaking events with at least 20 SMEs attending in the year before filing."""
    return matchmaking(book, work, work.rows("app_events"))


def matchmaking(book: Book, work: Workings, rows: tuple[Row, ...]) -> int | None:
    """The count over some rows; ``None`` where there are none or the filing year is not known."""
    if not rows or book.latest_year is None:
        return None
    count, unread = 0, False
    for row in distinct_events(book, work, rows).values():
        kind, smes = book.cell(row, "app_events.kind"), book.cell(row, "app_events.smes")
        number = None if smes is None else as_decimal(smes.value)
        if kind is None or kind.value != "matchmaking":
            unread = unread or kind is None
            continue
        if number is None:
            unread = True
            work.lack("app_events.smes")
        elif number >= 20:
            count += 1
            work.step("供需对接活动，参加中小企业数", number, smes)
    # Nothing counted where kinds or attendance were not read is not "none".
    return None if unread and not count else count


@quantity(
    "large_event_count",
    unit="次",
    formula="上一年度的活动，按名称和日期去重计数；申请表所填次数并列",
)
def large_event_count(book: Book, work: Workings) -> Result:
    """Events of the year before filing; no text defines 大型, so every event listed counts."""
    rows = book.rows("app_events")
    if rows and book.latest_year is not None:
        counted = count_events(book, work, rows)
        stated = book.best("app_event_count_stated")
        if stated is not None:
            work.step("申请表所填活动次数", stated.value, stated)
        return counted
    work.lack("app_events")
    return _count(work.number("app_event_count_stated"))


def count_events(book: Book, work: Workings, rows: tuple[Row, ...]) -> int | None:
    """Distinct events among some rows, each noted; ``None`` where there are none."""
    if not rows or book.latest_year is None:
        return None
    events = distinct_events(book, work, rows)
    for (_, day), row in events.items():
        work.step("活动", day, *row.cells.values())
    return len(events)


@quantity(
    "bureau_activity_count",
    unit="次",
    formula="主办单位为中小企业主管部门的活动计数",
)
def bureau_activity_count(book: Book, work: Workings) -> Result:
    """Events organised by an SME authority; ``None`` where no organiser was read."""
    count: int | None = None
    for row in work.rows("app_events"):
        organizer = book.cell(row, "app_events.organizer")
        if organizer is None:
            work.lack("app_events.organizer")
            continue
        count = count or 0
        if any(
            w in str(organizer.value)
            for w in ("工业和信息化", "工信", "中小企业", "经信", "经发局")
        ):
            count += 1
            work.step("主管部门组织的活动", str(organizer.value), organizer)
    return count


@quantity(
    "service_evidence_count",
    unit="份",
    formula="活动、合同、培训记录份数之和",
)
def service_evidence_count(book: Book, work: Workings) -> Result:
    """Items of service evidence read; ``None`` where no list of any kind was read."""
    lists = {
        name: book.rows(name, *papers)
        for name, papers in (
            ("app_events", (EVENT_PAPER,)),
            ("contracts", ()),
            ("training_records", ()),
        )
    }
    for name, rows in lists.items():
        if rows:
            work.step(book.catalogue.label(name), len(rows))
        else:
            work.lack(name)
    count = sum(len(rows) for rows in lists.values())
    return count or None
