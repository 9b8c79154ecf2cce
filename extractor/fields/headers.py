"""Which columns of a table are which, from its printed header.

A header may take several grid rows (``企业满意度`` over ``满意 | 不满意``), stand anywhere in a form, and
have its columns in any order. The result is a mapping of column ids to grid columns and to x ranges, so
that the list can be followed on the next page, where the header may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from extractor.core.page import Cell, Table
from extractor.core.text import fold_text
from extractor.setup.rowforms import ColumnSpec, RowsSpec

#: A heading matches a label from this similarity on (0..100): one slip in six characters.
HEADING_SCORE = 82
#: Longest header, in grid rows.
MAX_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A recognised column. ``target`` is the column id; ``tick`` the value a tick in it means.

    ``col0..col1`` are grid columns (half open), ``left..right`` the x range as shares 0..1 of the
    table's width. ``heading`` is the text printed.
    """

    target: str
    tick: str | None
    col0: int
    col1: int
    left: float
    right: float
    heading: str
    score: float


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in a table: its rows ``row0..row1`` (half open) and columns, left to right."""

    row0: int
    row1: int
    columns: tuple[Column, ...]

    def has(self, target: str) -> bool:
        return any(c.target == target for c in self.columns)


def find_headers(table: Table, spec: RowsSpec) -> tuple[Header, ...]:
    """All headers of ``spec`` in the table, top to bottom (a repeated header counts each time)."""
    found: list[Header] = []
    row = 0
    while row < table.n_rows:
        header = _header_at(table, spec, row)
        if header is None:
            row += 1
        else:
            found.append(header)
            row = header.row1
    return tuple(found)


def _header_at(table: Table, spec: RowsSpec, row: int) -> Header | None:
    top = [c for c in table.row_cells(row) if c.row == row and c.lines]
    if len(top) < min(2, spec.least):
        return None
    best: Header | None = None
    for depth in range(1, MAX_HEADER_ROWS + 1):
        if row + depth > table.n_rows:
            break
        columns = _match_columns(table, spec, row, row + depth)
        targets = {c.target for c in columns}
        if len(targets) < spec.least or not set(spec.required) <= targets:
            continue
        header = Header(row, row + depth, columns)
        if best is None or _weight(header) > _weight(best) + 0.5:
            best = header
    return best


def _weight(header: Header) -> float:
    return sum(c.score for c in header.columns) / 100


def _match_columns(table: Table, spec: RowsSpec, row0: int, row1: int) -> tuple[Column, ...]:
    """Columns of the leaves of the header rows ``row0..row1``, each spec column at most once."""
    candidates: list[Column] = []
    for leaf, path in _leaves(table, row0, row1):
        match = _best_column(spec.columns, path)
        if match is None:
            continue
        column, tick, score = match
        candidates.append(
            Column(
                column.field, tick, leaf.col, leaf.col + leaf.col_span,
                (leaf.box.x0 - table.box.x0) / max(table.box.width, 1e-6),
                (leaf.box.x1 - table.box.x0) / max(table.box.width, 1e-6),
                " ".join(path), score,
            )
        )  # fmt: skip
    chosen: dict[tuple[str, str | None], Column] = {}
    for candidate in candidates:
        key = (candidate.target, candidate.tick)
        if key not in chosen or candidate.score > chosen[key].score:
            chosen[key] = candidate
    return tuple(sorted(chosen.values(), key=lambda c: c.col0))


def _leaves(table: Table, row0: int, row1: int) -> list[tuple[Cell, tuple[str, ...]]]:
    """The lowest header cells and the texts above and in them, top to bottom."""
    leaves: list[tuple[Cell, tuple[str, ...]]] = []
    seen: set[tuple[int, int]] = set()
    for col in range(table.n_cols):
        path: list[Cell] = []
        for row in range(row0, row1):
            cell = table.at(row, col)
            if cell is not None and cell.row >= row0 and (not path or path[-1] is not cell):
                path.append(cell)
        if not path or (path[-1].row, path[-1].col) in seen:
            continue
        if any(cell.row + cell.row_span > row1 for cell in path):
            continue
        seen.add((path[-1].row, path[-1].col))
        leaves.append((path[-1], tuple(t for t in (c.text for c in path) if t)))
    return leaves


def _best_column(
    columns: Sequence[ColumnSpec], path: tuple[str, ...]
) -> tuple[ColumnSpec, str | None, float] | None:
    if not path:
        return None
    texts = [fold_text(path[-1]), fold_text("".join(path))]
    best: tuple[ColumnSpec, str | None, float] | None = None
    for column in columns:
        score = max((heading_score(label, t) for label in column.labels for t in texts), default=0)
        if score >= HEADING_SCORE and (best is None or score > best[2]):
            best = (column, None, score)
        for value, labels in column.ticks.items():
            tick = max((heading_score(label, texts[0]) for label in labels), default=0)
            if tick >= HEADING_SCORE and (best is None or tick >= best[2]):
                best = (column, value, tick)
    return best


@lru_cache(maxsize=1 << 16)
def heading_score(label: str, text: str) -> float:
    """How well a folded heading fits a label, 0..100.

    Units and remarks behind a heading (``资产总额（万元）``) cost little, other words much.
    """
    wanted = fold_text(label)
    if not wanted or not text:
        return 0.0
    if wanted == text:
        return 100.0
    for unit in _UNITS:
        if text == wanted + unit or wanted == text + unit:
            return 99.0
    if len(wanted) >= 4 and wanted in text and len(text) <= 2 * len(wanted):
        return 90.0 + 8.0 * len(wanted) / len(text)
    if len(wanted) <= 2:
        return 0.0
    return fuzz.ratio(wanted, text)


_UNITS = (
    "万元", "元", "家", "户", "人", "人次", "次", "%", "台套", "套", "台", "年", "岁", "平方米",
    "打√", "打√或填写分值", "填编号",
)  # fmt: skip
