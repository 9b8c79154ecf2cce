"""Corrections typed into worksheet.xlsx come back with the fact they are about."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet
from worksheet_factory import NAMING, DrawnPages, make_worksheet

from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.xlsx.read_back import (
    ReadBackError,
    SheetCorrection,
    read_corrections,
    read_sheet,
)
from extractor.worksheet.xlsx.workbook import write_xlsx


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "worksheet.xlsx"
    worksheet = make_worksheet(served=12)
    write_xlsx(worksheet, path, DrawnPages(worksheet), naming=NAMING)
    return path


@pytest.fixture
def edited(written: Path, tmp_path: Path) -> Callable[[Callable[[Workbook], None]], Path]:
    def edit(change: Callable[[Workbook], None]) -> Path:
        path = tmp_path / "worksheet.xlsx"
        shutil.copyfile(written, path)
        workbook = load_workbook(path)
        change(workbook)
        workbook.save(path)
        return path

    return edit


def column_of(sheet: XlsxSheet, head: str) -> int:
    return next(int(c.column) for c in sheet[3] if c.value == head)


def row_of(sheet: XlsxSheet, text: str) -> int:
    return next(int(c.row) for line in sheet.iter_rows(min_row=4) for c in line if c.value == text)


def test_an_untouched_workbook_holds_no_corrections(written: Path) -> None:
    assert read_corrections(written) == ()


def test_saving_it_in_another_program_changes_nothing(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    assert read_corrections(edited(lambda workbook: None)) == ()


def test_the_workbook_names_its_packet_and_the_data_beside_it(written: Path) -> None:
    identity = read_sheet(written).identity
    shown = mask_worksheet(make_worksheet(served=12), NAMING.sensitive)
    assert identity.packet_id == "p_1"
    assert identity.content_sha256 == hashlib.sha256(worksheet_bytes(shown)).hexdigest()
    assert identity.language == "zh"


def test_corrected_values_come_with_fact_unit_and_comment(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    def change(workbook: Workbook) -> None:
        equipment, served = workbook["设备"], workbook["服务企业"]
        equipment.cell(4, column_of(equipment, "购买价格")).value = 14.25
        equipment.cell(4, column_of(equipment, "意见")).value = "按发票"
        bought = equipment.cell(5, column_of(equipment, "购买时间"))
        bought.value, bought.number_format = dt.datetime(2021, 4, 1), 'yyyy"年"m"月"'
        served.cell(6, column_of(served, "满意度")).value = "不满意"
        operations = workbook["年度运营"]
        operations.cell(4, column_of(operations, "公益性或低收费服务占比")).value = 0.3
        facts = workbook["全部数据"]
        facts.cell(row_of(facts, "bs_total_assets_end"), 4).value = 1999600.05
        facts.cell(row_of(facts, "lic_established_date"), 4).value = None

    found = {c.on: c for c in read_corrections(edited(change))}
    price = found["e1p"]
    assert (price.kind, price.shown_before, price.shown_after) == ("fact", "13.5万元", "14.25万元")
    assert price.comment == "按发票"
    assert price.place.startswith("设备!")
    assert found["e2d"].shown_after == "2021-04"  # no day was typed
    assert (found["s3m"].shown_before, found["s3m"].shown_after) == ("满意", "不满意")
    assert (found["o1b"].shown_before, found["o1b"].shown_after) == ("21.5%", "30%")
    assert found["f_bs_assets"].shown_after == "1999600.05元"
    assert found["f_est"].shown_after == ""
    assert len(found) == 6


def test_choices_and_opinions_come_back_for_every_kind(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    def change(workbook: Workbook) -> None:
        for title, words in (
            ("核对问题", "不采纳"),
            ("材料清单", "请申请单位说明"),
            ("认定条件", ""),
        ):
            sheet = workbook[title]
            sheet.cell(4, column_of(sheet, "处理")).value = words or None
            sheet.cell(4, column_of(sheet, "意见")).value = f"{title}看过"
        staff = workbook["人员"]
        staff.cell(5, column_of(staff, "处理")).value = "不采纳"
        facts = workbook["全部数据"]
        row = row_of(facts, "app_uscc")
        facts.cell(row, column_of(facts, "意见")).value = "与执照一致"

    found = {c.kind: c for c in read_corrections(edited(change))}
    shown = {kind: (c.on, c.shown_after, c.comment) for kind, c in found.items()}
    assert shown == {
        "finding": ("EV-03", "reject", "核对问题看过"),
        "material": ("JX23.d.0", "ask", "材料清单看过"),
        "criterion": ("JX23.6.0", "", "认定条件看过"),
        "row": ("r2n,r2a,r2e,r2t,r2p", "reject", ""),
        "fact": ("f_uscc", "91360100MA35K8Q70X", "与执照一致"),
    }


def test_sorted_rows_are_still_understood(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["设备"]
        lines = [[c.value for c in line] for line in sheet.iter_rows(min_row=4)]
        for number, line in enumerate(reversed(lines), start=4):
            for column, value in enumerate(line, start=1):
                sheet.cell(number, column).value = value
        sheet.cell(4, column_of(sheet, "数量")).value = 99

    (found,) = read_corrections(edited(change))
    assert (found.on, found.shown_before, found.shown_after) == ("e6q", "6台（套）", "99台（套）")


def test_a_row_deleted_or_added_is_told(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["人员"]
        sheet.delete_rows(5)
        sheet.cell(sheet.max_row + 1, 2).value = "新添的人"

    deleted, added = read_corrections(edited(change))
    assert (deleted.kind, deleted.on) == ("deleted_row", "r2n,r2a,r2e,r2t,r2p")
    assert "李测2" in deleted.shown_before
    assert (added.kind, added.on, added.shown_after) == ("added_row", "", "新添的人")


def test_a_formula_of_the_reviewer_counts_by_its_result(written: Path, tmp_path: Path) -> None:
    """LibreOffice and Excel store the result beside the formula; it is what was meant."""
    import zipfile

    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if b"<v>13.5</v>" in data:
                data = data.replace(b"<v>13.5</v>", b"<f>13+1</f><v>14</v>")
            new.writestr(name, data)
    (found,) = read_corrections(path)
    assert found.shown_after == "14万元"


def test_a_list_cell_that_nobody_read_can_be_filled_in(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    place: list[str] = []

    def change(workbook: Workbook) -> None:
        cell = next(
            c
            for sheet in workbook.worksheets[5:9]
            for line in sheet.iter_rows(min_row=4)
            for c in line
            if c.value == "—" and not c.protection.locked
        )
        place.append(f"{cell.parent.title}!{cell.coordinate}")
        cell.value = "补上的内容"

    (found,) = read_corrections(edited(change))
    fact, _, column = found.on.partition("|")
    assert (found.kind, found.place, found.shown_after) == ("cell", place[0], "补上的内容")
    rows = [row for listed in make_worksheet(served=12).rows for row in listed.rows]
    (row,) = [row for row in rows if fact in {f.id for f in row.cells.values()}]
    assert column not in row.cells
    assert column.partition(".")[0] in {c.partition(".")[0] for c in row.cells}


def test_the_opinion_on_the_first_sheet_comes_back_as_a_remark_on_the_whole(
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    def change(workbook: Workbook) -> None:
        sheet = workbook["总览"]
        row = next(c.row for c in sheet["A"] if c.value == "审核意见")
        assert not sheet.cell(row, 2).protection.locked
        assert sheet.cell(row - 1, 2).protection.locked
        sheet.cell(row, 2).value = "建议补正后再审"

    (found,) = read_corrections(edited(change))
    assert (found.kind, found.on, found.comment) == ("worksheet", "worksheet", "建议补正后再审")


def break_index(workbook: Workbook) -> None:
    cell = workbook["_index"]["A3"]
    cell.value = cell.value.replace('"]', 'x"]')


def cut_index(workbook: Workbook) -> None:
    workbook["_index"]["A4"] = "[1, 2"


def drop_index(workbook: Workbook) -> None:
    del workbook["_index"]


def drop_sheet(workbook: Workbook) -> None:
    del workbook["人员"]


def drop_keys(workbook: Workbook) -> None:
    sheet = workbook["人员"]
    sheet.delete_cols(column_of(sheet, "_key"))


def copy_row(workbook: Workbook) -> None:
    sheet = workbook["人员"]
    for cell in sheet[4]:
        sheet.cell(40, cell.column).value = cell.value


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (break_index, "索引表已损坏"),
        (cut_index, "索引表已损坏"),
        (drop_index, "没有索引表"),
        (drop_sheet, "没有“人员”表"),
        (drop_keys, "行标识列不见了"),
        (copy_row, "标识相同"),
    ],
)
def test_a_damaged_workbook_is_refused_with_a_reason(
    change: Callable[[Workbook], None],
    told: str,
    edited: Callable[[Callable[[Workbook], None]], Path],
) -> None:
    with pytest.raises(ReadBackError, match=told):
        read_corrections(edited(change))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "worksheet.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ReadBackError, match="打不开"):
        read_corrections(path)
    with pytest.raises(ReadBackError, match="没有这个文件"):
        read_corrections(tmp_path / "none.xlsx")


def test_a_correction_is_a_plain_value() -> None:
    one = SheetCorrection("f", "fact", "1", "2", "", "人员!C4")
    assert one == SheetCorrection("f", "fact", "1", "2", "", "人员!C4")
