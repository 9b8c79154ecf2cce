"""Lists in shapes of an office's own: two headings in a cell, records over two rows, groups without
numbers, words to choose from in every cell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.pages import A4, Entry, Span, cell_box, grid, line, page
from support.reading import column, rows_of

from extractor.core.geometry import Box
from extractor.core.page import Mark, Table
from extractor.core.worksheet import FactStatus, RowSet
from extractor.imaging.lost_words import CONFIDENCE
from extractor.tables.aligned import find_aligned_tables

ROSTER = "staff_roster_form"
SERVED = "served_enterprise_list_form"
EQUIPMENT = "equipment_list_form"
RECOMMENDATION = "recommendation_form"
EVENTS = "service_activity_evidence"

PEOPLE = [("王大明", "本科", "工程师"), ("李小红", "大专", "无"), ("陈志远", "硕士", "高级经济师")]
FIRMS = [
    "赣州泰驿印务有限公司",
    "赣州诚维装备有限公司",
    "赣州明达科技有限公司",
    "赣州远航物流有限公司",
]


def phone(no: int) -> str:
    return f"1390000{no:0>4}"


# -- groups and totals in lists without numbers ----------------------------------------------------


@pytest.mark.parametrize("between", [
    "上半年小计：42家", "一季度小计 12家", "高新区", "2022年度合计：30家", "章贡区小计：3 家", "3月份合计",
])  # fmt: skip
def test_a_row_over_all_columns_does_not_end_a_list_whose_rows_go_on_below(between: str) -> None:
    head: list[Entry] = ["联系电话", "服务企业名称", "联系人"]
    wide: list[Entry] = [Span(between, cols=3), None, None]
    rows = [[phone(n), firm, "王大明"] for n, firm in enumerate(FIRMS)]
    table = grid([head, *rows[:2], wide, *rows[2:]])
    assert column(rows_of(SERVED, "served_list", page(table)), "enterprise") == FIRMS


def test_another_table_below_such_a_row_is_none_of_the_list() -> None:
    head: list[Entry] = ["联系电话", "服务企业名称", "联系人"]
    wide: list[Entry] = [Span("主要服务人员", cols=3), None, None]
    table = grid([head, [phone(1), FIRMS[0], "王大明"], wide, ["姓名", "学历", "职称"], ["李小红", "本科", "工程师"]])  # fmt: skip
    assert column(rows_of(SERVED, "served_list", page(table)), "enterprise") == FIRMS[:1]


# -- two headings in one cell ----------------------------------------------------------------------


@pytest.mark.parametrize(("heading", "between"), [
    ("学历\n职称", "\n"), ("学历/职称", "/"), ("学历及职称", " / "), ("学历、职称", "\n"), ("学历和职称", "、"),
])  # fmt: skip
@pytest.mark.parametrize("repeated", [True, False])
def test_two_headings_in_one_cell_are_two_columns(
    heading: str, between: str, repeated: bool
) -> None:
    head: list[Entry] = ["姓名", heading, "毕业学校", "年龄"]
    rows: list[list[Entry]] = [[n, f"{e}{between}{t}", "江西大学", "33"] for n, e, t in PEOPLE]
    more: list[list[Entry]] = [
        [f"{n}甲", f"{e}{between}{t}", "江西大学", "33"] for n, e, t in PEOPLE
    ]
    second = grid([head, *more] if repeated else more, y=60)
    found = rows_of(ROSTER, "staff_roster", page(grid([head, *rows])), page(second, no=2))
    assert column(found, "education") == ["bachelor", "college", "master"] * 2
    assert column(found, "title") == ["工程师", "无", "高级经济师"] * 2


def test_the_name_and_the_telephone_in_one_cell_are_told_apart() -> None:
    head: list[Entry] = ["序号", "服务企业名称", "联系人及联系电话", "服务内容"]
    rows = [[str(n), f, f"王大明{phone(n)}", "质量辅导"] for n, f in enumerate(FIRMS, 1)]
    found = rows_of(SERVED, "served_list", page(grid([head, *rows])))
    assert column(found, "phone") == [phone(n) for n in range(1, 5)]
    assert column(found, "contact") == ["王大明"] * 4


def test_an_answer_that_does_not_fall_in_two_is_not_believed() -> None:
    head: list[Entry] = ["姓名", "学历\n职称", "毕业学校", "年龄"]
    rows: list[list[Entry]] = [[n, f"{e}\n{t}", "江西大学", "33"] for n, e, t in PEOPLE]
    odd: list[Entry] = ["周明", "硕士", "江西大学", "33"]
    found = rows_of(ROSTER, "staff_roster", page(grid([head, *rows, odd])))
    assert found is not None
    last = found.rows[3].cells
    assert last["staff_roster.education"].status is FactStatus.DOUBTFUL
    assert "staff_roster.title" not in last


def test_a_heading_of_two_words_for_one_thing_is_one_column() -> None:
    head: list[Entry] = ["姓名", "毕业院校/专业", "学历/学位", "年龄"]
    rows: list[list[Entry]] = [[n, "江西大学\n机械", f"{e}\n学士", "33"] for n, e, _ in PEOPLE]
    found = rows_of(ROSTER, "staff_roster", page(grid([head, *rows])))
    assert column(found, "school") == ["江西大学机械"] * 3


# -- records over several rows ---------------------------------------------------------------------


def spanned() -> Table:
    rows: list[list[Entry]] = [
        [Span("序号", rows=2), "服务企业名称", "联系人"],
        [None, "服务内容", "联系电话"],
    ]
    for n, firm in enumerate(FIRMS, 1):
        rows += [[Span(str(n), rows=2), firm, "王大明"], [None, "质量辅导", phone(n)]]
    return grid(rows)


def bare(first: int, header: bool) -> Table:
    rows: list[list[Entry]] = []
    if header:
        rows = [["序号", "服务企业名称", "联系人"], ["", "服务内容", "联系电话"]]
    for n, firm in enumerate(FIRMS, first):
        rows += [[str(n), firm, "王大明"], ["", "质量辅导", phone(n)]]
    return grid(rows)


def told(found: RowSet | None) -> list[tuple[object, ...]]:
    assert found is not None
    names = ("seq", "enterprise", "contact", "service", "phone")
    return [tuple(r.cells[f"served_list.{n}"].value for n in names) for r in found.rows]


@pytest.mark.parametrize("table", [spanned(), bare(1, header=True)])
def test_a_record_over_two_rows_is_one_row(table: Table) -> None:
    found = rows_of(SERVED, "served_list", page(table))
    assert told(found) == [(n, f, "王大明", "质量辅导", phone(n)) for n, f in enumerate(FIRMS, 1)]


def test_records_over_two_rows_go_on_on_the_next_page_without_a_header() -> None:
    found = rows_of(
        SERVED, "served_list", page(bare(1, header=True)), page(bare(5, header=False), no=2)
    )
    assert [row[0] for row in told(found)] == list(range(1, 9))
    assert [row[4] for row in told(found)] == [phone(n) for n in range(1, 9)]


def test_a_header_of_two_levels_over_plain_rows_stays_a_header() -> None:
    rows: list[list[Entry]] = [
        [Span("序号", rows=2), Span("服务企业名称", rows=2), Span("联系方式", cols=2), None],
        [None, None, "联系人", "联系电话"],
    ]
    rows += [[str(n), firm, "王大明", phone(n)] for n, firm in enumerate(FIRMS, 1)]
    found = rows_of(SERVED, "served_list", page(grid(rows)))
    assert column(found, "enterprise") == FIRMS
    assert column(found, "phone") == [phone(n) for n in range(1, 5)]


# -- words to choose from --------------------------------------------------------------------------


def circle(table: Table, row: int, col: int, left: bool) -> Mark:
    box = cell_box(table, row, col)
    x = box.x0 + (8 if left else 50)
    return Mark("circle", Box(x - 8, box.cy - 8, x + 8, box.cy + 8), 0.9)


def leading(read: list[str]) -> Table:
    """Equipment whose last column prints 是 / 否 in every cell; ``read``: what OCR left of it."""
    head: list[Entry] = ["序号", "设备名称", "数量", "是否处于行业领先水平"]
    names = ["服务器", "打印机", "投影仪", "测量仪", "试验机", "扫描仪"]
    table = grid([head, *([str(n), names[n - 1], "1", ""] for n in range(1, len(read) + 1))])
    cells = []
    for cell in table.cells:
        if cell.col == 3 and cell.row:
            said = read[cell.row - 1]
            at = {"是": cell.box.x0 + 2.7, "否": cell.box.x0 + 44.7}
            words = tuple(line(w, at[w], cell.box.y0 + 6) for w in said)
            cell = replace(cell, lines=words)
        cells.append(cell)
    return replace(table, cells=tuple(cells))


def test_a_circled_word_of_two_is_the_answer() -> None:
    table = leading(["是否"] * 4)
    marks = [circle(table, n, 3, left=n % 2 == 0) for n in range(1, 5)]
    found = rows_of(EQUIPMENT, "equipment_list", page(table, *marks))
    assert column(found, "industry_leading") == ["no", "yes", "no", "yes"]


def test_a_circled_word_that_only_the_other_cells_told_is_never_certain() -> None:
    table = leading(["是否"] * 4)
    own = cell_box(table, 2, 3)
    lost = replace(line("否", own.x0 + 44.7, own.y0 + 6), confidence=CONFIDENCE)
    cells = tuple(
        replace(c, lines=(line("是", own.x0 + 2.7, own.y0 + 6), lost)) if (c.row, c.col) == (2, 3) else c
        for c in table.cells
    )  # fmt: skip
    table = replace(table, cells=cells)
    marks = [circle(table, n, 3, left=False) for n in range(1, 5)]
    found = rows_of(EQUIPMENT, "equipment_list", page(table, *marks))
    assert found is not None
    facts = [row.cells["equipment_list.industry_leading"] for row in found.rows]
    assert [f.value for f in facts] == ["no"] * 4
    assert [f.status is FactStatus.CERTAIN for f in facts] == [True, False, True, True]


def test_a_name_without_its_surname_is_doubtful() -> None:
    names = ["王大明", "小军", "欧阳文静", "阿依古丽·买买提"]
    table = grid([["姓名", "年龄", "学历", "职称"], *([n, "40", "本科", "工程师"] for n in names)])
    found = rows_of("staff_roster_form", "staff_roster", page(table))
    assert found is not None
    facts = [row.cells["staff_roster.name"] for row in found.rows]
    assert [f.value for f in facts] == names
    assert [f.status is FactStatus.CERTAIN for f in facts] == [True, False, True, True]


def centred(names: list[str], moved: dict[int, float]) -> Table:
    """A roster whose names stand in the middle of their cells, some of them moved to the right."""
    table = grid([["姓名", "年龄", "学历", "职称"], *(["", "40", "本科", "工程师"] for _ in names)])
    cells = []
    for cell in table.cells:
        if cell.col == 0 and cell.row > 0:
            name = names[cell.row - 1]
            at = cell.box.cx - 10.5 * len(name) / 2 + moved.get(cell.row - 1, 0.0)
            cell = replace(cell, lines=(line(name, at, cell.box.y0 + 4),))
        cells.append(cell)
    return replace(table, cells=tuple(cells))


@pytest.mark.parametrize("shift", [5.25, -5.25])
def test_a_name_beside_the_middle_of_its_column_lacks_a_character(shift: float) -> None:
    names = ["王大明", "李红", "陈志远", "方华", "赵建国", "周明", "吴小军"]
    found = rows_of("staff_roster_form", "staff_roster", page(centred(names, {3: shift})))
    assert found is not None
    facts = [row.cells["staff_roster.name"] for row in found.rows]
    assert [f.value for f in facts] == names
    assert [n for n, f in enumerate(facts) if f.status is FactStatus.DOUBTFUL] == [3]


def test_names_that_begin_at_one_edge_are_not_held_to_their_middle() -> None:
    names = ["王大明", "李红", "陈志远", "方华", "赵建国", "周明", "吴小军", "郑平"]
    table = grid([["姓名", "年龄", "学历", "职称"], *([n, "40", "本科", "工程师"] for n in names)])
    found = rows_of("staff_roster_form", "staff_roster", page(table))
    assert found is not None
    assert {r.cells["staff_roster.name"].status for r in found.rows} == {FactStatus.CERTAIN}


@pytest.mark.parametrize(
    "read", [["是", "是", "否", "否", "是"], ["是否", "是", "是否", "否", "是"]]
)
def test_one_word_read_where_two_are_printed_is_no_answer(read: list[str]) -> None:
    found = rows_of(EQUIPMENT, "equipment_list", page(leading(read)))
    assert found is not None
    for row in found.rows:
        fact = row.cells.get("equipment_list.industry_leading")
        assert fact is None or (fact.value is None and fact.status is FactStatus.DOUBTFUL)


def test_words_that_people_filled_in_below_each_other_are_answers() -> None:
    head: list[Entry] = ["序号", "设备名称", "数量", "是否处于行业领先水平"]
    said = ["是", "否", "否", "是", "否"]
    table = grid([head, *([str(n), f"设备{n}号", "1", s] for n, s in enumerate(said, 1))])
    found = rows_of(EQUIPMENT, "equipment_list", page(table))
    assert column(found, "industry_leading") == ["yes", "no", "no", "yes", "no"]


def test_a_slip_in_one_of_many_equal_cells_is_mended_from_the_others() -> None:
    head: list[Entry] = ["企业名称", "被访人", "联系电话", "对所受服务的总体评价"]
    said = [
        "很满意基本满意不满意",
        "根满意基本满意不满意",
        "很满急基本满意不满意",
        "很满意基本满意不满意",
    ]
    table = grid([head, *([f, "王大明", phone(n), s] for n, (f, s) in enumerate(zip(FIRMS, said, strict=True)))], widths=[150, 80, 100, 165])  # fmt: skip
    marks = []
    for n in range(1, 5):
        box = cell_box(table, n, 3)
        marks.append(Mark("circle", Box(box.x0 + 1, box.cy - 8, box.x0 + 36, box.cy + 8), 0.9))
    found = rows_of(RECOMMENDATION, "sample_survey", page(table, *marks))
    assert column(found, "rating") == ["very_satisfied"] * 4


# -- columns told by what is left ------------------------------------------------------------------


def test_the_one_column_without_a_heading_is_the_one_that_lacks() -> None:
    head: list[Entry] = ["", "职务/职称", "工作单位", "签字"]
    table = grid([head, ["有限白玉琴", "教授", "太原工商学院", ""], ["", "会计师", "山西正合财务咨询中心", ""], ["阎建国", "工程师", "山西省智能装备研究所", ""]])  # fmt: skip
    found = rows_of(RECOMMENDATION, "expert_panel", page(table))
    assert column(found, "employer") == [
        "太原工商学院",
        "山西正合财务咨询中心",
        "山西省智能装备研究所",
    ]
    assert found is not None
    names = [r.cells.get("expert_panel.name") for r in found.rows]
    assert all(n is None or n.status is FactStatus.DOUBTFUL for n in names)


def test_what_kind_an_event_is_follows_from_its_title() -> None:
    head: list[Entry] = ["序号", "时间", "活动名称", "参加人数", "参加中小企业数"]
    rows: list[list[Entry]] = [
        ["1", "2024-02-05", "磷化工产业链供需对接会", "41", "22"],
        ["2", "2024-03-08", "安全生产培训", "46", "25"],
        ["3", "2024-04-11", "新春茶话会", "51", "28"],
    ]
    found = rows_of(EVENTS, "app_events", page(grid([head, *rows])))
    assert column(found, "kind") == ["matchmaking", "training"]
    assert column(found, "smes") == [22, 25, 28]


# -- functions of a platform -----------------------------------------------------------------------


def test_functions_in_a_quarterly_table_are_told_by_their_ids() -> None:
    head: list[Entry] = ["序号", "平台单位名称", "服务功能", "服务场所面积(平方米)", "仪器设备数(台套)", "专职从业人员数(人)", "服务总收入(万元)"]  # fmt: skip
    said = ["管理咨询、信息化应用、创业辅导", "技术服务", "检测认证、人才培训"]
    rows: list[list[Entry]] = [
        [str(n), f"赣州{n}号服务中心", s, "800", "12", "20", "30"] for n, s in enumerate(said, 1)
    ]
    found = rows_of("quarterly_report", "quarterly_rows", page(grid([head, *rows])))
    assert found is not None
    facts = [row.cells["quarterly_rows.function"] for row in found.rows]
    assert [f.value for f in facts] == [
        ("consulting", "informatization", "startup"), ("technical",), None,
    ]  # fmt: skip
    assert facts[2].alternatives == ("training",)


# -- without rulings -------------------------------------------------------------------------------

XS = (50.0, 85.0, 300.0, 380.0)


def unruled(wrap_at: float, step: float) -> Table:
    """Rows ``step`` apart without rulings; the service of the second wraps ``wrap_at`` below its row."""
    lines = [line(t, x, 100) for t, x in zip(("序号", "服务企业名称", "联系人", "服务内容"), XS, strict=True)]  # fmt: skip
    for n, firm in enumerate(FIRMS):
        texts = (str(n + 1), firm, "王大明", "质量管理体系辅导")
        lines += [line(t, x, 130 + step * n) for t, x in zip(texts, XS, strict=True)]
    lines.append(line("与培训", XS[3], 130 + step + wrap_at))
    (table,) = find_aligned_tables(lines, A4)
    return table


def service(found: RowSet | None, row: int) -> tuple[object, FactStatus]:
    assert found is not None
    fact = found.rows[row].cells["served_list.service"]
    return fact.value, fact.status


def test_a_line_that_wraps_close_below_its_row_is_of_that_row() -> None:
    found = rows_of(SERVED, "served_list", page(unruled(wrap_at=12, step=36)))
    assert service(found, 1) == ("质量管理体系辅导与培训", FactStatus.CERTAIN)
    assert service(found, 2) == ("质量管理体系辅导", FactStatus.CERTAIN)


def test_a_line_halfway_between_two_rows_makes_both_doubtful() -> None:
    found = rows_of(SERVED, "served_list", page(unruled(wrap_at=13, step=26)))
    assert service(found, 1)[1] is FactStatus.DOUBTFUL
    assert service(found, 2)[1] is FactStatus.DOUBTFUL
    assert service(found, 0)[1] is service(found, 3)[1] is FactStatus.CERTAIN


def test_a_record_over_two_lines_without_rulings_is_one_row() -> None:
    table = replace(bare(1, header=True), method="aligned")
    found = rows_of(SERVED, "served_list", page(table))
    assert told(found) == [(n, f, "王大明", "质量辅导", phone(n)) for n, f in enumerate(FIRMS, 1)]
