"""Which columns of a table are which, from its printed header.

A header may take several grid rows (``企业满意度`` over ``满意 | 不满意``), stand anywhere in a form, have
its columns in any order, and stand twice side by side (``序号 姓名 | 序号 姓名``). The result is a mapping
of column ids to grid columns and to x ranges, so that the list can be followed on the next page, where
the header may be missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extractor.core.geometry import Box
from extractor.core.page import Cell, Table
from extractor.core.text import fold_text
from extractor.fields.lists.guesses import guessed_columns
from extractor.fields.lists.headings import HEADING_SCORE, Labels, folded_label, heading_score
from extractor.setup.rowforms import ColumnSpec, RowsSpec

#: Longest header, in grid rows.
MAX_HEADER_ROWS = 4
#: A heading that fits two columns about as well (points of 100) belongs to neither of them.
UNDECIDED = 1.0
#: What a column told by its cells counts beside one told by its heading (points of 100).
GUESSED_SCORE = 60.0
#: What each half of a joined heading must fit with (points of 100).
_EXACT = 99.0
#: Characters; longer text is no two headings.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A recognised column. ``target`` is the column id; ``tick`` the value a tick in it means.

    ``col0..col1`` are grid columns (half open), ``left..right`` the x range as shares 0..1 of the
    table's width. ``heading`` is the text printed. ``guessed``: told by its cells, not by its heading.
    """

    target: str
    tick: str | None
    col0: int
    col1: int
    left: float
    right: float
    heading: str
    score: float
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in a table: its rows ``row0..row1`` (half open) and columns, left to right.

    ``panels``: where the list stands several times side by side, the columns of each; ``columns`` are
    those of the first. ``n_cols``: grid columns of the table.
    """

    row0: int
    row1: int
    panels: tuple[tuple[Column, ...], ...]
    n_cols: int = 0

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.panels[0]

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return tuple(column for panel in self.panels for column in panel)

    def has(self, target: str) -> bool:
        return any(c.target == target for c in self.columns)

    @property
    def is_folded(self) -> bool:
        """Whether columns lie over each other: a record's levels stand side by side in the grid only."""
        ordered = sorted(self.columns, key=lambda c: c.col0)
        return any(b.left < a.left for a, b in itertools.pairwise(ordered))


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
        leaves = _leaves(table, row, row + depth)
        if not _suffices(_match_columns(table, spec, leaves), spec):
            leaves = [part for leaf in leaves for part in _parted(table, spec, leaf, row + depth)]
        panels = [_match_columns(table, spec, part) for part in _side_by_side(spec, leaves)]
        if not all(_suffices(columns, spec) for columns in panels):
            panels = [_match_columns(table, spec, leaves)]
        if len(panels) == 1:
            panels = [_with_guesses(table, spec, leaves, panels[0], row + depth)]
        if not _suffices(panels[0], spec):
            continue
        header = Header(row, row + depth, tuple(panels), table.n_cols)
        if best is None or _weight(header) > _weight(best) + 0.5:
            best = header
    return best


def _suffices(columns: Sequence[Column], spec: RowsSpec) -> bool:
    # Numbers beside a firm and a telephone make no list of any table.
    targets = {c.target for c in columns if not (c.guessed and c.target == f"{spec.rows}.seq")}
    return len(targets) >= spec.least and set(spec.required) <= targets


def _weight(header: Header) -> float:
    return sum(c.score for c in header.all_columns) / 100


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A lowest header cell, and the texts above and in it."""

    cell: Cell
    path: tuple[str, ...]


def _parted(table: Table, spec: RowsSpec, leaf: _Leaf, row: int) -> tuple[_Leaf, ...]:
    """The two headings that a missed ruling joined over two columns; the leaf itself where it is one.

    Only where the words fall into two headings of the list, in one way and with nothing left over.
    """
    cell = leaf.cell
    below = (
        [c for c in table.row_cells(row) if c.row == row and c.col >= cell.col]
        if row < table.n_rows
        else []
    )
    below = [c for c in below if c.col + c.col_span <= cell.col + cell.col_span]
    if len(below) != 2 or sum(c.col_span for c in below) != cell.col_span:
        return (leaf,)
    text = cell.text.replace("\n", "")
    if len(text) > _LONGEST:
        return (leaf,)
    ways: dict[tuple[str, str], tuple[str, str]] = {}
    for at in range(2, len(text) - 1):
        first, second = (best_column(spec.columns, (t,)) for t in (text[:at], text[at:]))
        if first and second and min(first[2], second[2]) >= _EXACT and first[0] is not second[0]:
            ways[first[0].field, second[0].field] = (text[:at], text[at:])
    if len(ways) != 1:
        return (leaf,)
    (words,) = ways.values()
    sides = [
        replace(
            cell,
            col=c.col,
            col_span=c.col_span,
            box=Box(c.box.x0, cell.box.y0, c.box.x1, cell.box.y1),
        )
        for c in below
    ]
    return tuple(_Leaf(c, (*leaf.path[:-1], w)) for c, w in zip(sides, words, strict=True))


def _side_by_side(spec: RowsSpec, leaves: list[_Leaf]) -> list[list[_Leaf]]:
    """The leaves of each copy of the list, where its headings stand several times in a row."""
    hits = [best_column(spec.columns, leaf.path) for leaf in leaves]
    keys = [i for i, hit in enumerate(hits) if hit is not None and hit[0].field == spec.key]
    if len(keys) < 2 or len({fold_text(leaves[i].path[-1]) for i in keys}) > 1:
        return [leaves]
    ahead = keys[0]
    bounds = [k - ahead for k in keys] + [len(leaves)]
    return [leaves[a:b] for a, b in itertools.pairwise(bounds)]


def _match_columns(table: Table, spec: RowsSpec, leaves: Sequence[_Leaf]) -> tuple[Column, ...]:
    """Columns of the leaves, each spec column at most once."""
    candidates: list[Column] = []
    for leaf in leaves:
        match = best_column(spec.columns, leaf.path)
        if match is not None:
            column, tick, score = match
            candidates.append(_column(table, leaf, column.field, tick, score))
    chosen: dict[tuple[str, str | None], Column] = {}
    for candidate in candidates:
        # Several headings may mean one rating (很满意, 满意); they are columns of their own.
        own = candidate.heading if candidate.tick is not None else None
        key = (candidate.target, own)
        if key not in chosen or candidate.score > chosen[key].score:
            chosen[key] = candidate
    return tuple(sorted(chosen.values(), key=lambda c: c.col0))


def _column(table: Table, leaf: _Leaf, target: str, tick: str | None, score: float) -> Column:
    cell = leaf.cell
    width = max(table.box.width, 1e-6)
    return Column(
        target, tick, cell.col, cell.col + cell.col_span,
        (cell.box.x0 - table.box.x0) / width, (cell.box.x1 - table.box.x0) / width,
        " ".join(leaf.path), score,
    )  # fmt: skip


def _with_guesses(
    table: Table, spec: RowsSpec, leaves: Sequence[_Leaf], known: tuple[Column, ...], row0: int
) -> tuple[Column, ...]:
    """The columns and those that only their cells tell; none where no heading was recognised."""
    if len({c.target for c in known}) < max(2, spec.least - 1):
        return known
    seen = {c.col0 for c in known}
    others = [leaf for leaf in leaves if leaf.cell.col not in seen]
    free = [(q.cell.col, q.cell.col + q.cell.col_span, "".join(q.path)) for q in others]
    found = guessed_columns(table, spec, frozenset(c.target for c in known), free, row0)
    columns = [
        replace(_column(table, others[k], field, None, GUESSED_SCORE), guessed=True)
        for k, field in found.items()
    ]
    return tuple(sorted([*known, *columns], key=lambda c: c.col0))


def _leaves(table: Table, row0: int, row1: int) -> list[_Leaf]:
    """The lowest header cells and the texts above and in them, left to right."""
    leaves: list[_Leaf] = []
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
        leaves.append(_Leaf(path[-1], tuple(t for t in (c.text for c in path) if t)))
    return leaves


def best_column(
    columns: Sequence[ColumnSpec], path: tuple[str, ...]
) -> tuple[ColumnSpec, str | None, float] | None:
    """The column a heading names, the value a tick under it means, and how well it fits.

    ``None`` where nothing fits, or two columns fit alike: an unknown column stays out.
    """
    return _best_column(_Columns(columns), path) if path else None


class _Columns:
    """The columns of a list as a key: the same ones are the same object, however they compare."""

    __slots__ = ("of",)

    def __init__(self, of: Sequence[ColumnSpec]) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Columns) and other.of is self.of


@lru_cache(maxsize=1 << 8)
def _labels_of(key: _Columns) -> Labels:
    """All labels of all columns and of their ticks."""
    ticks = (label for c in key.of for found in c.ticks.values() for label in found)
    return Labels([*(label for c in key.of for label in c.labels), *ticks])


# Each table is tried against each list, from each of its rows: the same words come again and again.
@lru_cache(maxsize=1 << 15)
def _best_column(
    key: _Columns, path: tuple[str, ...]
) -> tuple[ColumnSpec, str | None, float] | None:
    texts = ["".join(path[k:]) for k in range(len(path) - 1, -1, -1)]
    labels_of = _labels_of(key)
    near = [(t, labels_of.may_fit(t)) for t in texts]  # the last heading alone comes first
    if not any(labels for _, labels in near):
        return None
    found: list[tuple[float, int, ColumnSpec, str | None]] = []
    for column in key.of:
        fits = [
            (heading_score(label, t), len(t))
            for label in column.labels
            for t, labels in near
            if folded_label(label) in labels
        ]
        score, length = max(fits, default=(0.0, 0))
        if score >= HEADING_SCORE:
            found.append((score, length, column, None))
        for value, ticks in column.ticks.items():
            tick = max((heading_score(q, path[-1]) for q in ticks if folded_label(q) in near[0][1]), default=0.0)  # fmt: skip
            if tick >= HEADING_SCORE:
                found.append((tick, len(path[-1]), column, value))
    if not found:
        return None
    # Of equals the one that took more of the headings above into account goes first (服务人数 below
    # 开展服务活动情况), then a tick's meaning.
    found.sort(key=lambda f: (-f[0], -f[1], f[3] is None))
    best, length, chosen, meaning = found[0]
    rivals = {f[2].field for f in found if f[0] > best - UNDECIDED and f[1] == length}
    if rivals - {chosen.field} and best < 99:
        return None
    return chosen, meaning, best
