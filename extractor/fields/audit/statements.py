"""Financial statements: lines with their two amounts, from any template.

One- and two-sided statements, either order of the amount columns, names damaged by OCR. Which column is
which is read from the headings; a line's name is matched against all names such a statement may carry,
so that 流动资产合计 never becomes 非流动资产合计 by nearness.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz

from extractor.core.canonical import as_decimal
from extractor.core.page import Cell, PacketPage, Table
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.audit.amounts import amount_text
from extractor.fields.audit.repairs import propose_repairs
from extractor.fields.audit.statement_heads import StatementLine, dates_to_roles, role_of
from extractor.fields.audit.statement_ways import (
    at_most,
    better_reading,
    weighed,
    whole_without_cents,
)
from extractor.fields.audit.statement_words import word_lines
from extractor.fields.lists.grid import column_cell
from extractor.fields.make import Spot, read_fact, spot_of
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView, Extraction
from extractor.setup.catalogue import Catalogue
from extractor.setup.statements import ColumnWords, StatementLineSpec, StatementWords
from extractor.values.parse import parse_value
from extractor.values.parsed import UnitContext

#: A damaged line name is accepted from this similarity on, when no other name is as near.
NAME_SCORE = 80.0
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)]?\s*[、.．,，]?\s*")
_PREFIX = re.compile(r"^(减|加|其中|其他?中)\s*[:：]\s*")
_BRACKET = re.compile(r"[（(][^（()）]*(?:[）)]|$)")
#: An amount printed whole, with its cents.
_PRINTED_AMOUNT = re.compile(r"[-－]?\d{1,3}(?:[,，]\d{3})*[.．]\d{2}")
_UNIT = re.compile(r"单位\s*[:：]?\s*((?:人民币)?\s*(百万元|万元|千元|元))")


Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Group:
    """An item column and the amount columns that belong to it (grid columns, half open)."""

    item: Range
    current: Range | None
    prior: Range | None


def read_statement(view: DocumentView, words: StatementWords, catalogue: Catalogue) -> Extraction:
    """The statement's facts; empty for a document that is no statement."""
    spec = words.of(view.type)
    if spec is None:
        return Extraction()
    unit, unit_facts = statement_unit(view, catalogue)
    by_words = tuple(x for page in view.pages for x in word_lines(page, words.columns))
    ways = [
        _amounts(view, catalogue, lines, spec.lines, unit)
        for lines in (statement_lines(view, words.columns), by_words)
    ]
    facts = (*unit_facts, *better_reading(*ways))
    return Extraction(facts=propose_repairs(facts))


def _amounts(
    view: DocumentView,
    catalogue: Catalogue,
    lines: Sequence[StatementLine],
    known: Sequence[StatementLineSpec],
    unit: str | None,
) -> tuple[Fact, ...]:
    """The amounts of known lines, each field once: its first place counts."""
    facts: dict[str, Fact] = {}
    opposite: list[Decimal] = []
    for line in lines:
        match = match_line(line.name, known)
        if match is None:
            continue
        line_spec, score = match
        for field, cell in ((line_spec.field, line.current), (line_spec.field_prior, line.prior)):
            if field is None or cell is None or field in facts:
                continue
            fact = _amount_fact(view, catalogue, field, line, cell, unit, score)
            if fact is not None:
                facts[field] = fact
        if line_spec.field == "bs_total_liab_equity_end" and line.prior is not None:
            parsed = parse_value(
                "money",
                amount_text(line.prior.text).text,
                units=UnitContext(page=unit, default="元"),
            )
            value = None if parsed is None else as_decimal(parsed.value)
            opposite += [] if value is None else [value]
    begin = facts.get("bs_total_assets_begin")
    if begin is not None and len(opposite) == 1:
        facts[begin.field] = weighed(begin, as_decimal(begin.value) == opposite[0])
    return whole_without_cents(tuple(facts.values()))


def statement_unit(view: DocumentView, catalogue: Catalogue) -> tuple[str | None, tuple[Fact, ...]]:
    """The unit printed on the statement's first page that has one (``None``: none), a fact a page."""
    unit: str | None = None
    facts: list[Fact] = []
    for page in view.pages:
        found = _page_unit(view, page, catalogue)
        if found is not None:
            unit = unit or found[0]
            facts += found[1]
    return unit, tuple(facts)


def _page_unit(
    view: DocumentView, page: PacketPage, catalogue: Catalogue
) -> tuple[str, tuple[Fact, ...]] | None:
    """The unit words on a page, the first place counts; ``None`` where none is printed."""
    for line in page.read.lines:
        found = _UNIT.search(line.text)
        if found is None:
            continue
        a, b = found.span(1)
        spot = Spot(page, line.box_of(a, b), found.group(1), line.confidence, line.source)
        fact = read_fact(
            catalogue.fields["aud_unit_printed"], spot, document=view.id,
            method=Method.OCR_LABEL, enums=catalogue.enums, label="单位",
        )  # fmt: skip
        return found.group(2), (fact,) if fact is not None else ()
    return None


def statement_lines(view: DocumentView, columns: ColumnWords) -> tuple[StatementLine, ...]:
    """All lines with a name, top to bottom, left side before right side on each page."""
    lines: list[StatementLine] = []
    carried: tuple[Table, tuple[_Group, ...]] | None = None
    for page in view.pages:
        for table in sorted(page.read.tables, key=lambda t: t.box.y0):
            header = _find_header(table, columns)
            if header is not None:
                row0, groups = header
            elif carried is not None and (moved := _carried(table, *carried)):
                row0, groups = 0, moved
            else:
                continue
            carried = (table, groups)
            for group in groups:
                lines += _group_lines(page, table, row0, group)
    return tuple(lines)


def _carried(table: Table, before: Table, groups: Sequence[_Group]) -> tuple[_Group, ...]:
    """The column groups of the table before, found again by place; empty where they do not fit."""
    found = []
    for group in groups:
        item = _same_place(table, before, group.item)
        current = _same_place(table, before, group.current)
        prior = _same_place(table, before, group.prior)
        lost = (current is None) != (group.current is None) or (prior is None) != (
            group.prior is None
        )
        if item is None or lost:
            return ()
        found.append(_Group(item, current, prior))
    return tuple(found)


def _same_place(table: Table, before: Table, columns: Range | None) -> Range | None:
    """Grid columns of ``table`` whose middle lies where ``columns`` of ``before`` stood."""
    if columns is None:
        return None
    spans = [
        c.box for c in before.cells if c.col >= columns[0] and c.col + c.col_span <= columns[1]
    ]
    if not spans:
        return None
    left, right = min(b.x0 for b in spans), max(b.x1 for b in spans)
    inside = [
        c.col for c in table.cells if c.col_span == 1 and left < c.box.cx < right
    ]  # fmt: skip
    return (min(inside), max(inside) + 1) if inside else None


def _find_header(table: Table, columns: ColumnWords) -> tuple[int, tuple[_Group, ...]] | None:
    """The row below the header and the column groups; ``None`` where there is no such header."""
    parted = _parted_header(table, columns)
    if parted is not None:
        return parted
    for row in range(min(table.n_rows, 6)):
        roles = [_role(table.at(row, col), columns) for col in range(table.n_cols)]
        roles = dates_to_roles(roles)
        if roles.count("current") >= 1 and ("item" in roles or "prior" in roles):
            depth = max(
                (c.row + c.row_span for c in table.row_cells(row) if _role(c, columns)),
                default=row + 1,
            )
            return depth, _groups(roles, [_range(table, row, c) for c in range(table.n_cols)])
    return None


def _parted_header(table: Table, columns: ColumnWords) -> tuple[int, tuple[_Group, ...]] | None:
    """非限定性 | 限定性 | 合计 below 本年累计数 (and 上年数): the amounts are those below 合计."""
    for row in range(1, min(table.n_rows, 6)):
        cells = [c for c in table.row_cells(row) if c.lines]
        words = [fold_text(c.text) for c in cells]
        totals = [c for c, word in zip(cells, words, strict=True) if word == "合计"]
        if not totals or "限定性" not in words or "非限定性" not in words:
            continue
        heads = [
            (c.text_box.cx, role)
            for above in range(row)
            for c in table.row_cells(above)
            if c.row == above and (role := _role(c, columns)) in ("current", "prior")
        ]
        item = next(
            (
                (c.col, c.col + c.col_span)
                for r in range(row + 1)
                for c in table.row_cells(r)
                if _role(c, columns) == "item"
            ),
            (0, 1),
        )
        if len(heads) != len(totals) or len({role for _x, role in heads}) != len(heads):
            return None
        places = dict(
            zip(
                (role for _x, role in sorted(heads)),
                ((c.col, c.col + c.col_span) for c in sorted(totals, key=lambda c: c.col)),
                strict=True,
            )
        )
        return row + 1, (_Group(item, places.get("current"), places.get("prior")),)
    return None


def _range(table: Table, row: int, col: int) -> Range:
    """The grid columns that the header cell at (row, col) covers."""
    cell = table.at(row, col)
    return (col, col + 1) if cell is None else (cell.col, cell.col + cell.col_span)


def _role(cell: Cell | None, columns: ColumnWords) -> str | None:
    return None if cell is None or not cell.lines else role_of(cell.text, columns)


def _groups(roles: Sequence[str | None], ranges: Sequence[Range]) -> tuple[_Group, ...]:
    items = [c for c, r in enumerate(roles) if r == "item" and ranges[c][0] == c] or [0]
    if "current" in roles[: items[0]]:
        items.insert(0, 0)  # the heading over the names of the first side was not read
    groups = []
    for i, item in enumerate(items):
        end = items[i + 1] if i + 1 < len(items) else len(roles)
        stretch = _one_side(roles, range(item + 1, end))
        current = next((ranges[c] for c in stretch if roles[c] == "current"), None)
        prior = next((ranges[c] for c in stretch if roles[c] == "prior"), None)
        groups.append(_Group(ranges[item], current, prior))
    return tuple(g for g in groups if g.current is not None or g.prior is not None)


def _one_side(roles: Sequence[str | None], stretch: range) -> range:
    """The columns up to where a second side begins whose item heading was lost: 行次 behind an amount."""
    for col in stretch:
        before = [roles[c] for c in stretch if c < col]
        behind = [roles[c] for c in stretch if c > col]
        if roles[col] == "skip" and "current" in before and "current" in behind:
            return range(stretch.start, col)
    return stretch


def _group_lines(page: PacketPage, table: Table, row0: int, group: _Group) -> list[StatementLine]:
    lines = []
    for row in range(row0, table.n_rows):
        name = column_cell(table, row, *group.item)
        if name is None or name.row != row or not fold_text(name.text):
            continue
        current, prior = _amount_cells(table, row, group)
        if _goes_on(name, current, prior):
            below = None if row + 1 >= table.n_rows else column_cell(table, row + 1, *group.item)
            if below is not None and not below.lines:  # printed between the two lines of its name
                current, prior = _amount_cells(table, row + 1, group)
        same = {id(name)}
        lines.append(
            StatementLine(
                name.text.strip(),
                page,
                None if id(current) in same else current,
                None if id(prior) in same else prior,
                name,
            )
        )
    return lines


def _amount_cells(table: Table, row: int, group: _Group) -> tuple[Cell | None, Cell | None]:
    current, prior = (
        None if columns is None else column_cell(table, row, *columns)
        for columns in (group.current, group.prior)
    )
    return current, prior


def _goes_on(name: Cell, current: Cell | None, prior: Cell | None) -> bool:
    """A name whose bracket is still open, without an amount on its line."""
    opened = sum(name.text.count(c) for c in "(（") > sum(name.text.count(c) for c in ")）")
    return opened and not any(cell is not None and cell.lines for cell in (current, prior))


def clean_name(name: str) -> str:
    """A line name without numbering, 减：/加：/其中：, brackets; folded."""
    text = name.strip()
    for _ in range(2):
        text = _NUMBERING.sub("", text, count=1)
        text = _PREFIX.sub("", text, count=1)
    bare = _BRACKET.sub("", text)
    return fold_text(bare) or fold_text(text)


def match_line(
    name: str, lines: Sequence[StatementLineSpec]
) -> tuple[StatementLineSpec, float] | None:
    """The line a printed name means and how surely (0..1); ``None`` for a name nobody knows."""
    wanted = {fold_text(name), clean_name(name)} - {""}
    best: tuple[float, StatementLineSpec | None] = (0.0, None)
    second = 0.0
    for line in lines:
        score = max(
            (
                fuzz.ratio(text, spelled)
                for spelling in (line.name, *line.also)
                for spelled in {fold_text(spelling), clean_name(spelling)}
                for text in wanted
            ),
            default=0.0,
        )
        if score > best[0]:
            second, best = best[0], (score, line)
        else:
            second = max(second, score)
    if best[1] is None or best[0] < NAME_SCORE or (best[0] < 100 and best[0] - second < 1e-6):
        return None
    return best[1], best[0] / 100


def _whole_amount(page: PacketPage, cell: Cell) -> TextRun:
    """The amount of a cell; the whole printed one where a false ruling tore it: 27,13 of 27,135.12."""
    text = "".join(cell.text.split())
    for line in page.read.lines:
        printed = line.text.strip()
        if (
            len(text) < len(printed)
            and text in printed
            and _PRINTED_AMOUNT.fullmatch(printed)
            and line.box.intersection(cell.box) is not None
        ):
            return TextRun(page, (line,))
    return TextRun(page, cell.lines, cell)


def _amount_fact(
    view: DocumentView,
    catalogue: Catalogue,
    field: str,
    line: StatementLine,
    cell: Cell,
    unit: str | None,
    score: float,
) -> Fact | None:
    units = UnitContext(page=unit, default="元")
    run = _whole_amount(line.page, cell)
    amount = amount_text(run.text)
    if not amount.text or parse_value("money", amount.text, units=units) is None:
        return None
    spot = spot_of(run, 0, len(run.text))
    if spot is None:
        return None
    fact = read_fact(
        catalogue.fields[field], replace(spot, raw=amount.text), document=view.id,
        method=Method.OCR_CELL, units=units, enums=catalogue.enums, label=line.name,
    )  # fmt: skip
    if fact is None:
        return None
    fact = fact.model_copy(update={"raw": spot.raw})
    return at_most(fact, min(amount.ceiling, round(fact.confidence * min(score, 1.0), 4)))
