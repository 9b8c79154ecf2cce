"""Lists that go on over the page with their numbers close before the names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import Entry, grid, line, page
from support.reading import column, rows_of

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Table
from extractor.fields.lists.numbered import with_number_column

SERVED = "served_enterprise_list_form"
HEAD: list[Entry] = ["序号", "服务企业名称", "联系人", "联系电话", "满意度"]
NAMES = ["赣州甲有限公司", "赣州乙家具厂", "赣州丙物流有限公司", "赣州丁食品有限公司", "赣州戊厂"]


def firms(first: int) -> list[list[Entry]]:
    return [
        [str(first + k), name, "王大明", f"139000000{first + k:02}", "满意"]
        for k, name in enumerate(NAMES)
    ]


def together(table: Table, stuck: bool) -> Table:
    """The table with its first two columns as one; ``stuck``: their texts read as one line."""
    cells: list[Cell] = []
    for row in range(table.n_rows):
        number, name = table.at(row, 0), table.at(row, 1)
        assert number is not None and name is not None
        lines: tuple[Line, ...] = (*number.lines, *name.lines)
        if stuck:
            a, b = lines
            edges = (*a.char_x[:-1], *b.char_x)
            both = Box(a.box.x0, a.box.y0, b.box.x1, b.box.y1)
            lines = (replace(a, text=a.text + b.text, box=both, char_x=edges, char_confidence=()),)
        box = Box(number.box.x0, number.box.y0, name.box.x1, name.box.y1)
        cells.append(replace(number, box=box, lines=lines))
        cells += [replace(c, col=c.col - 1) for c in table.row_cells(row) if c.col > 1]
    return replace(table, cells=tuple(cells), n_cols=table.n_cols - 1, method="aligned")


@pytest.mark.parametrize("stuck", [True, False])
def test_numbers_in_the_column_of_the_names_on_the_next_page_are_taken_off(stuck: bool) -> None:
    first = replace(grid([HEAD, *firms(1)]), method="aligned")
    second = together(grid(firms(6)), stuck)
    rows = rows_of(SERVED, "served_list", page(first, no=1), page(second, no=2))
    assert column(rows, "seq") == list(range(1, 11))
    assert column(rows, "enterprise") == [*NAMES, *NAMES]
    assert column(rows, "phone") == [f"139000000{n:02}" for n in range(1, 11)]


def test_a_column_of_names_alone_is_not_parted() -> None:
    assert with_number_column(grid([["赣州甲有限公司", "满意"], ["360实业", "满意"]])) is None


def test_digits_that_begin_a_name_stay_with_it() -> None:
    names = ["1甲公司", "2乙公司", "3丙公司", "3601实业公司", "5戊公司", "6己厂", "7庚厂", "8辛厂"]
    rows: list[list[Entry]] = [[name] for name in names]
    parted = with_number_column(grid([[*r, "满意"] for r in rows]))
    assert parted is not None
    assert [parted.row_cells(r)[1].text for r in range(5)][3] == "3601实业公司"
    assert [parted.row_cells(r)[0].text for r in range(3)] == ["1", "2", "3"]


@given(st.lists(st.integers(0, 9999), min_size=3, max_size=12))
def test_no_text_is_lost_by_parting(numbers: list[int]) -> None:
    table = grid([[f"{n}赣州公司", "满意"] for n in numbers])
    parted = with_number_column(table)
    if parted is None:
        return
    for row in range(table.n_rows):
        cells = parted.row_cells(row)
        assert cells[0].text + cells[1].text == f"{numbers[row]}赣州公司"


def test_the_number_column_takes_its_place_beside_the_others() -> None:
    table = grid([[f"{n}赣州公司", "满意"] for n in range(1, 6)])
    table = replace(
        table,
        cells=tuple(replace(c, lines=(line(c.text, c.box.x0, c.box.y0),)) for c in table.cells),
    )
    parted = with_number_column(table)
    assert parted is not None and parted.n_cols == 3
    for row in range(5):
        a, b, c = parted.row_cells(row)
        assert a.box.x1 == b.box.x0 and b.box.x1 == c.box.x0
