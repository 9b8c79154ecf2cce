"""Lists without rulings whose columns touch: long names, boxes that reached too far, lines read as one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import A4, line

from extractor.core.page import Line, Table
from extractor.tables.aligned import find_aligned_tables
from extractor.tables.aligned_order import columns_in_order

XS = (60.0, 84.0, 230.0, 275.0, 340.0, 460.0)
SERVICES = ("融资对接服务", "知识产权代理咨询", "政策信息查询与申报辅导", "创业辅导")


def texts_of(no: int) -> list[str]:
    firm = "赣州" + "启航中小企业服务"[: 2 + no % 6] + "有限公司"
    return [str(no), firm, "王大明", f"139000000{no:02}", SERVICES[no % 4], str(80 + no)]


def listed(count: int, reaching: int = 0, one_line: int = 0) -> list[Line]:
    """Rows of which ``reaching`` have a service whose box begins over the phone, and ``one_line`` a
    phone and a service read as one line."""
    found: list[Line] = []
    for no in range(1, count + 1):
        y = 100 + 18.0 * no
        own = [line(t, x, y, em=10) for t, x in zip(texts_of(no), XS, strict=True)]
        if no <= one_line:
            own[3:5] = [line(texts_of(no)[3] + texts_of(no)[4], XS[3], y, em=10)]
        elif no <= one_line + reaching:
            box = own[4].box
            own[4] = Line(own[4].text, type(box)(XS[3] + 45, box.y0, box.x1, box.y1), 0.99)
        found += own
    return found


def only(lines: list[Line]) -> Table:
    (table,) = find_aligned_tables(lines, A4)
    return table


@pytest.mark.parametrize(("reaching", "one_line"), [(0, 0), (4, 0), (0, 3), (3, 3)])
def test_columns_that_touch_in_some_rows_stay_columns(reaching: int, one_line: int) -> None:
    table = only(listed(15, reaching, one_line))
    assert table.n_cols == 6
    for row in range(15):
        assert [c.text for c in table.row_cells(row)] == texts_of(row + 1)


def test_few_rows_or_columns_say_nothing() -> None:
    rows = [
        [line(t, x, 100.0 + 18 * n) for t, x in zip("甲乙丙丁", XS, strict=False)] for n in range(3)
    ]
    assert columns_in_order(rows) == []
    assert columns_in_order([row[:3] for row in rows * 3]) == []


@given(st.lists(st.lists(st.floats(0, 500), min_size=4, max_size=6), min_size=4, max_size=12))
def test_bands_never_overlap(starts: list[list[float]]) -> None:
    rows = [[line("文字", x, 18.0 * n) for x in sorted(row)] for n, row in enumerate(starts)]
    bands = columns_in_order(rows)
    assert all(a[1] < b[0] for a, b in pairwise(bands))
