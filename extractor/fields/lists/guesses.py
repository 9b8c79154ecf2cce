"""What a column holds, told from its cells, where its heading was lost or says it in words of its own.

A stamp over the header, a fold, or a form whose author wrote 受访企业全称: the cells below still look
like mobile numbers, persons, firms or years. What is told this way is a guess and stays doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from extractor.core.page import Table
from extractor.core.text import fold_text
from extractor.fields.lists.grid import column_cell
from extractor.setup.rowforms import RowsSpec
from extractor.values.contacts import find_phones
from extractor.values.dates import find_dates
from extractor.values.names import SURNAMES, has_org_suffix
from extractor.values.traditional import to_simplified

#: Filled cells of a column that must look alike, and the least number of them.
LOOKS_ALIKE = 0.8
LEAST_CELLS = 3
#: A column may be mostly empty: what its few cells look like says little then.
LEAST_FILLED = 0.5
#: Looks that only this one column of a list can have, whatever its heading says.
TELLING = frozenset({"org", "phone", "year"})

_POST = re.compile(
    r"(?:经理|主任|主管|厂长|总监|会计|董事长?|负责人|秘书长?|科长|部长|处长|所长|院长|校长|会长|店长|"
    r"班长|助理|专员|出纳|总裁|总工|工程师|主席|理事长?|法人|股东|文员)$"
)
_YEAR = re.compile(r"(?:19|20)\d\d\s*年?度?")


def _is_person(text: str) -> bool:
    return (
        2 <= len(text) <= 4
        and all("\u4e00" <= c <= "\u9fff" for c in text)
        and to_simplified(text[0]) in SURNAMES
        and not _POST.search(text)
    )


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "person": _is_person,
    "post": lambda t: len(t) <= 8 and _POST.search(t) is not None,
    "org": lambda t: len(t) >= 6 and has_org_suffix(t),
    "phone": lambda t: len(find_phones(t)) == 1 and sum(c.isdigit() for c in t) >= len(t) - 3,
    "year": lambda t: _YEAR.fullmatch(t) is not None,
    "date": lambda t: len(t) <= 24 and len(find_dates(t)) == 1,
}


def has_look(text: str, looks: str) -> bool:
    """Whether a folded text looks like what a column of ``ColumnSpec.looks`` holds."""
    return _LOOKS[looks](text)


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
        free: the others, ``(col0, col1, heading)``; a heading that was printed and names something
            unknown is believed over most looks.

    Returns:
        Index in ``free`` to column id. Two that look alike are left out.
    """
    wanted = [c for c in spec.columns if c.looks is not None and c.field not in taken]
    hits: dict[str, list[int]] = {}
    for index, (col0, col1, heading) in enumerate(free):
        texts = _texts(table, row0, col0, col1)
        for column in wanted:
            looks = column.looks or ""
            if fold_text(heading) and (looks not in TELLING or column.field != spec.key):
                continue
            if _look(texts, looks):
                hits.setdefault(column.field, []).append(index)
    told = {own[0]: field for field, own in hits.items() if len(own) == 1}
    left = _left_over_key(table, spec, taken | set(told.values()), free, row0)
    return told if left is None else {**told, left: spec.key}


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


def _look(texts: Sequence[str], looks: str) -> bool:
    filled = [t for t in texts if t]
    if len(filled) < LEAST_CELLS or len(filled) < LEAST_FILLED * len(texts):
        return False
    return sum(map(_LOOKS[looks], filled)) >= LOOKS_ALIKE * len(filled)
