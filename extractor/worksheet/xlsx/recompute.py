"""复算: our own live formulas over the list sheets, so that a corrected cell shows at once what it changes.

Each line holds the value at the time of writing, counted the same way from the same cells, and a
formula over the cells as they are now; a row that the reviewer marks 不采纳 is left out. The formulas
name cells, never a packet's text. Checks and verdicts change only when the corrections are imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from extractor.core.worksheet import Fact, RowSet
from extractor.worksheet.decided import is_removed
from extractor.worksheet.xlsx.book import Book
from extractor.worksheet.xlsx.index import HEAD_ROW
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    protect,
    set_up_print,
    sheet_ref,
    write_heading,
    write_table,
)

_COUNT, _RATIO = "#,##0", "0.00%"
_NAMES = {
    "staff_roster": "staff_roster.name",
    "served_list": "served_list.enterprise",
    "sample_survey": "sample_survey.enterprise",
    "equipment_list": "equipment_list.name",
    "app_partners": "app_partners.name",
}
_SATISFACTION = {
    "served_list": "served_list.satisfied",
    "sample_survey": "sample_survey.rating",
}
_SUMS = ("equipment_list.quantity", "equipment_list.price")
_CHANGED = PatternFill("solid", bgColor="FFF3D1")


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where one list stands: its sheet, its rows (from 1) and the letter of each column."""

    row_set: RowSet
    sheet: str
    first: int
    last: int
    letters: dict[str, str]
    action: str

    def range(self, letter: str) -> str:
        """The absolute range of a column."""
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${self.last}"


@dataclass(frozen=True, slots=True)
class Line:
    """One recomputed figure: its value when written (``None``: not computable) and its formula."""

    label: str
    before: Decimal | None
    formula: str
    number_format: str
    how: str
    sheet: str


def build_recompute(book: Book, places: Sequence[ListPlace]) -> None:
    """The sheet; none where no list gives a figure."""
    words = book.words
    lines = [line for place in places for line in _lines(book, place)]
    if not lines:
        return
    sheet = book.add_sheet(book.sheet_title("recompute"))
    columns = [
        Column(words("col.list"), 18, 30),
        Column(words("col.figure"), 20, 34),
        Column(words("col.as_read"), 14, 18, "right"),
        Column(words("col.now"), 14, 18, "right"),
        Column(words("col.changed"), 10, 12, "center"),
        Column(words("col.formula"), 30, 60),
    ]
    rows = [
        [
            Entry(line.sheet, link=sheet_ref(line.sheet)),
            Entry(line.label),
            Entry(words("value.not_computed"), Tone.MUTED)
            if line.before is None
            else Entry(str(line.before), Tone.PLAIN, line.before, line.number_format),
            Entry(formula=line.formula, number_format=line.number_format),
            Entry("", Tone.NOTICE, formula=_changed(number, words("recompute.changed"))),
            Entry(line.how, Tone.MUTED),
        ]
        for number, line in enumerate(lines, start=HEAD_ROW + 1)
    ]
    widths = write_table(sheet, HEAD_ROW, columns, rows, words, filtered=False)
    last = HEAD_ROW + len(lines)
    sheet.conditional_formatting.add(
        f"D{HEAD_ROW + 1}:E{last}",
        FormulaRule(formula=[f"LEN($E{HEAD_ROW + 1})>0"], fill=_CHANGED),
    )
    write_heading(sheet, words("sheet.recompute"), words("note.recompute"), widths, words)
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"
    protect(sheet)
    set_up_print(sheet, HEAD_ROW, book.worksheet.packet.name, words)


def _changed(row: int, word: str) -> str:
    """``word`` where the figure of a row is no longer the one that was written."""
    return (
        f"IF(ISNUMBER(C{row}),IF(ISNUMBER(D{row}),IF(ABS(C{row}-D{row})>0.0000001,"
        f'"{word}",""),"{word}"),IF(ISNUMBER(D{row}),"{word}",""))'
    )


def _lines(book: Book, place: ListPlace) -> Iterator[Line]:
    field = place.row_set.field
    name = _NAMES.get(field)
    if name is not None and name in place.letters:
        yield _row_count(book, place, name)
        if field in ("served_list", "app_partners"):
            yield _distinct(book, place, name)
    if field == "staff_roster" and name is not None and name in place.letters:
        yield from _qualified(book, place, name)
    rated = _SATISFACTION.get(field)
    if rated is not None and rated in place.letters:
        yield from _satisfied(book, place, rated)
    for column in _SUMS:
        if column in place.letters and column.startswith(f"{field}."):
            yield from _sum(book, place, column)
    if field == "app_operations":
        yield from _operations(book, place)


def _kept(book: Book, place: ListPlace) -> str:
    """1 for each row the reviewer did not reject."""
    return f'({place.range(place.action)}<>"{book.words("action.reject")}")'


def _filled(book: Book, place: ListPlace, column: str) -> str:
    """1 for each row with something in a column; "—" and 未读到 are nothing."""
    cells = place.range(place.letters[column])
    empty = [book.words("value.none"), book.words("value.unread")]
    return "*".join([f"(LEN({cells})>0)", *(f'({cells}<>"{word}")' for word in empty)])


def _cells(place: ListPlace, column: str) -> list[Fact]:
    found = (row.cells.get(column) for row in place.row_set.rows if not is_removed(row))
    return [fact for fact in found if fact is not None and fact.value is not None]


def _row_count(book: Book, place: ListPlace, name: str) -> Line:
    words = book.words
    return Line(
        label=words("recompute.rows"),
        before=Decimal(len(_cells(place, name))),
        formula=f"SUMPRODUCT({_kept(book, place)}*{_filled(book, place, name)})",
        number_format=_COUNT,
        how=words("recompute.rows_how").format(column=book.naming.label(name)),
        sheet=place.sheet,
    )


def _distinct(book: Book, place: ListPlace, name: str) -> Line:
    words = book.words
    kept, filled = _kept(book, place), _filled(book, place, name)
    cells, actions = place.range(place.letters[name]), place.range(place.action)
    same = f'COUNTIFS({cells},{cells},{actions},"<>{words("action.reject")}")'
    texts = {book.shown(fact).text.casefold() for fact in _cells(place, name)}
    return Line(
        label=words("recompute.distinct"),
        before=Decimal(len(texts)),
        formula=f"SUMPRODUCT({kept}*{filled}/({same}+1-{kept}*{filled}))",
        number_format=_COUNT,
        how=words("recompute.distinct_how").format(column=book.naming.label(name)),
        sheet=place.sheet,
    )


def _among(place: ListPlace, column: str, words: Iterable[str]) -> str:
    """1 for each row whose cell is one of ``words``; they are the catalogue's own."""
    cells = place.range(place.letters[column])
    return "(" + "+".join(f'({cells}="{word}")' for word in words) + ")"


def _from(labels: dict[str, str], first: str) -> list[str]:
    """The words of an ordered vocabulary from ``first`` upwards."""
    ids = list(labels)
    return [labels[i] for i in ids[ids.index(first) :]] if first in ids else []


def _qualified(book: Book, place: ListPlace, name: str) -> Iterator[Line]:
    words = book.words
    labels = book.naming.enum_labels
    titles = dict(labels.get("staff_roster.title_level", {}))
    degrees = dict(labels.get("staff_roster.education", {}))
    for level in ("college", "bachelor"):
        conditions = []
        qualified: set[int] = set()
        for column, wanted in (
            ("staff_roster.education", _from(degrees, level)),
            ("staff_roster.title_level", _from(titles, "intermediate")),
        ):
            if column not in place.letters or not wanted:
                continue
            conditions.append(_among(place, column, wanted))
            for row in place.row_set.rows:
                fact = row.cells.get(column)
                if fact is not None and book.shown(fact).text in wanted:
                    qualified.add(row.no)
        if not conditions:
            continue
        named = {
            r.no for r in place.row_set.rows if name in r.cells and r.cells[name].value is not None
        }
        kept, filled = _kept(book, place), _filled(book, place, name)
        either = f"(({'+'.join(conditions)})>0)"
        top, bottom = f"SUMPRODUCT({kept}*{filled}*{either})", f"SUMPRODUCT({kept}*{filled})"
        share = Decimal(len(qualified & named)) / len(named) if named else None
        yield Line(
            label=words(f"recompute.{level}"),
            before=share,
            formula=f'IF({bottom}=0,"{words("value.not_computed")}",{top}/{bottom})',
            number_format=_RATIO,
            how=words(f"recompute.{level}_how"),
            sheet=place.sheet,
        )


def _satisfied(book: Book, place: ListPlace, column: str) -> Iterator[Line]:
    words = book.words
    labels = book.naming.enum_labels.get(column, {})
    good = [word for key, word in labels.items() if key != "unsatisfied"]
    if not good or "unsatisfied" not in labels:
        return
    kept = _kept(book, place)
    top = f"SUMPRODUCT({kept}*{_among(place, column, good)})"
    bottom = f"SUMPRODUCT({kept}*{_among(place, column, labels.values())})"
    shown = [book.shown(fact).text for fact in _cells(place, column)]
    marked = sum(text in labels.values() for text in shown)
    yield Line(
        label=words("recompute.satisfied"),
        before=Decimal(sum(text in good for text in shown)) / marked if marked else None,
        formula=f'IF({bottom}=0,"{words("value.not_computed")}",{top}/{bottom})',
        number_format=_RATIO,
        how=words("recompute.satisfied_how"),
        sheet=place.sheet,
    )


def _one_unit(book: Book, facts: Iterable[Fact]) -> str | None:
    """The number format all of them share but for decimals; ``None`` where units differ or text is in."""
    formats = set()
    decimals = 0
    for fact in facts:
        shown = book.shown(fact)
        if shown.number is None:
            return None
        number, _, unit = shown.number_format.partition('"')
        decimals = max(decimals, len(number.partition(".")[2].rstrip("%")))
        formats.add(unit)
    if len(formats) != 1:
        return None
    (unit,) = formats
    places = "." + "0" * decimals if decimals else ""
    return f"#,##0{places}" + (f'"{unit}' if unit else "")


def _sum(book: Book, place: ListPlace, column: str) -> Iterator[Line]:
    words = book.words
    facts = _cells(place, column)
    number_format = _one_unit(book, facts)
    if number_format is None:
        return  # 元 and 万元 in one column: their sum would be a wrong figure
    numbers = [book.shown(fact).number for fact in facts]
    cells, actions = place.range(place.letters[column]), place.range(place.action)
    yield Line(
        label=words("recompute.sum").format(column=book.naming.label(column)),
        before=sum((n for n in numbers if n is not None), Decimal(0)),
        formula=f'SUMIFS({cells},{actions},"<>{words("action.reject")}")',
        number_format=number_format,
        how=words("recompute.sum_how"),
        sheet=place.sheet,
    )


def _operations(book: Book, place: ListPlace) -> Iterator[Line]:
    """政府委托专项收入 ÷ 服务收入, the mean of the years (AMB-03, reading A)."""
    words = book.words
    top_id, bottom_id = "app_operations.gov_sme_service_income", "app_operations.service_income"
    if top_id not in place.letters or bottom_id not in place.letters:
        return
    pairs = [
        (book.shown(row.cells[top_id]), book.shown(row.cells[bottom_id]))
        for row in place.row_set.rows
        if top_id in row.cells and bottom_id in row.cells
    ]
    facts = [f for row in place.row_set.rows for f in row.cells.values()]
    wanted = [f for f in facts if f.field in (top_id, bottom_id)]
    if not pairs or _one_unit(book, wanted) is None:
        return
    ratios = [a.number / b.number for a, b in pairs if a.number is not None and b.number]
    complete = len(ratios) == len(place.row_set.rows)
    tops, bottoms = place.range(place.letters[top_id]), place.range(place.letters[bottom_id])
    years = len(place.row_set.rows)
    numbers = f"AND(COUNT({tops})={years},COUNT({bottoms})={years},MIN({bottoms})>0)"
    yield Line(
        label=words("recompute.gov_share"),
        before=sum(ratios, Decimal(0)) / years if complete else None,
        formula=f'IF({numbers},SUMPRODUCT({tops}/{bottoms})/{years},"{words("value.not_computed")}")',
        number_format=_RATIO,
        how=words("recompute.gov_share_how"),
        sheet=place.sheet,
    )
