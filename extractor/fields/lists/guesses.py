"""What a column holds, told from its cells, where its heading was lost or says it in words of its own.

A stamp over the header, a fold, or a form whose author wrote 受访企业全称 or 取得日期: the cells below still
look like mobile numbers, persons, firms or days. What is told this way is a guess and stays doubtful.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.core.page import Table
from extractor.core.text import fold_text
from extractor.fields.lists.grid import column_cell
from extractor.fields.lists.looks import LOOKS, look_alike
from extractor.setup.rowforms import ColumnSpec, RowsSpec

#: Looks that only this one column of a list can have, whatever its heading says.
TELLING = frozenset({"org", "phone", "year"})


def guessed_columns(
    table: Table,
    spec: RowsSpec,
    taken: frozenset[str],
    free: Sequence[tuple[int, int, str]],
    row0: int,
) -> dict[int, str]:
    """Which columns of a list unrecognised grid columns are, by their cells from ``row0`` on.

    Args:
        taken: columns of the list that were recognised by their headings.
        free: the others, ``(col0, col1, heading)``. A heading that was printed must name the sort of
            thing its cells look like, and nothing of the same sort that is no column of this list.

    Returns:
        Index in ``free`` to column id. Two that look alike are left out, and one that looks like two.
    """
    wanted = [c for c in spec.columns if c.looks is not None and c.field not in taken]
    hits: dict[str, list[int]] = {}
    for index, (col0, col1, heading) in enumerate(free):
        texts = _texts(table, row0, col0, col1)
        for column in wanted:
            if _may_be(column, spec, col0, heading) and look_alike(texts, column.looks or ""):
                hits.setdefault(column.field, []).append(index)
    sole = [(own[0], field) for field, own in hits.items() if len(own) == 1]
    told = {k: field for k, field in sole if sum(k == other for other, _ in sole) == 1}
    left = _left_over_key(table, spec, taken | set(told.values()), free, row0)
    return told if left is None else {**told, left: spec.key}


def _may_be(column: ColumnSpec, spec: RowsSpec, col0: int, heading: str) -> bool:
    """Whether a column of the list may stand at a place and under a heading."""
    looks = column.looks or ""
    look = LOOKS[looks]
    folded = fold_text(heading)
    if any(c.isdigit() for c in folded):
        return False  # no heading, but a row of the list taken for one
    if not any("\u4e00" <= c <= "\u9fff" for c in folded):
        # Running numbers lead; elsewhere they count something.
        return look.bare and (looks != "number" or col0 == 0)
    if column.field == spec.key and looks in TELLING:
        return not look.against.search(folded)
    return look.may_stand_under(folded) and (looks != "number" or col0 == 0)


def _left_over_key(
    table: Table,
    spec: RowsSpec,
    taken: frozenset[str],
    free: Sequence[tuple[int, int, str]],
    row0: int,
) -> int | None:
    """The one column without a heading, where only the list's key column was not recognised.

    Its cells must hold words; under a stamp the heading is lost and some of the cells.
    """
    if spec.key in taken or len(taken) < max(2, spec.least):
        return None
    bare = [k for k, (_, _, heading) in enumerate(free) if not fold_text(heading)]
    if len(bare) != 1:
        return None
    texts = [t for t in _texts(table, row0, *free[bare[0]][:2]) if t]
    worded = sum(any("\u4e00" <= c <= "\u9fff" for c in t) for t in texts)
    return bare[0] if texts and 2 * worded > len(texts) else None


def _texts(table: Table, row0: int, col0: int, col1: int) -> list[str]:
    cells = [column_cell(table, row, col0, col1) for row in range(row0, table.n_rows)]
    own = [c for c in cells if c is not None and c.col >= col0 and c.col + c.col_span <= col1]
    return [fold_text(c.text) for c in own]
