"""Lists without rulings as scans give them: leaning, numbers stuck to names, headings written downwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.pages import A4, line

from extractor.core.geometry import Box
from extractor.core.page import Line, Table
from extractor.tables.aligned import find_aligned_tables

XS = (60.0, 84.0, 260.0, 330.0)
HEAD = ("序号", "企业名称", "联系人", "联系电话")


def rows(count: int, lean: float = 0.0, stuck_from: int = 1000, head: bool = True) -> list[Line]:
    found = [line(t, x, 100) for t, x in zip(HEAD, XS, strict=True)] if head else []
    for no in range(1, count + 1):
        y = 100 + 18.0 * no
        shift = lean * (y - 100)
        texts = (
            str(no),
            "赣州启航中小企业服务有限公司"[: 8 + no % 5],
            "王大明",
            f"139000000{no:02}",
        )
        own = [line(t, x + shift, y) for t, x in zip(texts, XS, strict=True)]
        if no >= stuck_from:
            both = Box(own[0].box.x0, y, own[1].box.x1, own[1].box.y1)
            edges = (*own[0].char_x[:-1], *own[1].char_x)
            own[:2] = [Line(texts[0] + texts[1], both, 0.99, char_x=edges)]
        found += own
    return found


def only(lines: list[Line]) -> Table:
    (table,) = find_aligned_tables(lines, A4)
    return table


def texts(table: Table, row: int) -> list[str]:
    return [c.text for c in table.row_cells(row)]


@pytest.mark.parametrize("lean", [-0.02, -0.008, 0.0, 0.008, 0.02])
def test_columns_that_lean_stay_columns(lean: float) -> None:
    table = only(rows(30, lean))
    assert table.n_cols == 4
    assert texts(table, 30)[0] == "30"
    assert texts(table, 30)[3] == "13900000030"


@pytest.mark.parametrize("stuck_from", [1, 5, 20])
def test_numbers_read_together_with_the_names_are_taken_apart(stuck_from: int) -> None:
    table = only(rows(24, stuck_from=stuck_from))
    assert [texts(table, r)[0] for r in range(1, 25)] == [str(n) for n in range(1, 25)]
    assert all(texts(table, r)[1].startswith("赣州启航") for r in range(1, 25))


def test_headings_written_downwards_are_the_header() -> None:
    down = [
        Line(t, Box(x + 2, 60, x + 14, 60 + 13 * len(t)), 0.98)
        for t, x in zip(HEAD, XS, strict=True)
    ]
    table = only([*down, *rows(8, head=False)])
    assert texts(table, 0) == list(HEAD)
    assert texts(table, 1)[0] == "1"


def test_the_upper_line_of_a_heading_belongs_to_its_column() -> None:
    lines = rows(8)
    lines[3] = line("电话", XS[3], 100)
    upper = line("联系", XS[3], 88)
    lines[0] = replace(lines[0])
    table = only([upper, *lines])
    assert texts(table, 0)[3] in ("联系电话", "电话")
    assert texts(table, 8)[3] == "13900000008"


def test_a_numbered_list_of_texts_is_a_table() -> None:
    found = [
        line(t, x, 100)
        for t, x in zip(("序号", "平台名称", "推荐意见"), (60.0, 90.0, 330.0), strict=True)
    ]
    for no in range(1, 7):
        own = (str(no), f"赣州第{no}服务中心", "同意推荐")
        found += [line(t, x, 100 + 18 * no) for t, x in zip(own, (60.0, 90.0, 330.0), strict=True)]
    assert only(found).n_cols == 3


def test_numbered_sentences_are_no_table() -> None:
    found = []
    for no in range(1, 9):
        found += [line(str(no), 60, 100 + 18 * no), line("本单位承诺所提供的材料真实、准确、完整。", 84, 100 + 18 * no)]  # fmt: skip
    assert find_aligned_tables(found, A4) == ()


def test_a_heading_in_the_middle_of_a_wide_column_is_that_of_the_texts_at_its_left() -> None:
    lines = rows(10)
    lines[1] = line("名称", 215, 100)
    table = only(lines)
    assert table.n_cols == 4
    assert texts(table, 0) == ["序号", "名称", "联系人", "联系电话"]
