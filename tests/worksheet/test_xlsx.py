"""worksheet.xlsx: every sheet, safe cells, masked numbers, links, pictures, print set-up."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet
from PIL import Image
from worksheet_factory import HOSTILE, ID_NUMBER, MOBILE, NAMING, DrawnPages, make_worksheet

from extractor.core.worksheet import (
    FactStatus,
    MaterialStatus,
    Method,
    Outcome,
    Severity,
    Verdict,
    Worksheet,
)
from extractor.worksheet.labels_en import ENGLISH
from extractor.worksheet.labels_zh import CHINESE
from extractor.worksheet.xlsx.fit import MAX_ROW_PT, wrapped_lines
from extractor.worksheet.xlsx.sheet import is_safe_link
from extractor.worksheet.xlsx.workbook import workbook_bytes, write_xlsx


def href(page: int) -> str | None:
    return f"source/a%20b.pdf#page={page}" if page != 16 else None


@cache
def content(lang: str = "zh", unmask: bool = False) -> bytes:
    worksheet = make_worksheet()
    return workbook_bytes(
        worksheet,
        DrawnPages(worksheet),
        naming=NAMING,
        page_href=href,
        unmask=unmask,
        lang="en" if lang == "en" else "zh",
    )


@cache
def book(lang: str = "zh") -> Workbook:
    return load_workbook(io.BytesIO(content(lang)))


def cells(workbook: Workbook) -> Iterator[Cell]:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            yield from (c for c in row if c.value is not None)


def texts(workbook: Workbook) -> list[str]:
    return [str(c.value) for c in cells(workbook)]


def head_of(sheet: XlsxSheet) -> dict[str, int]:
    return {str(c.value): c.column for c in sheet[3]}


def row_with(sheet: XlsxSheet, text: str) -> int:
    for row in sheet.iter_rows():
        if any(c.value == text for c in row):
            return int(row[0].row)
    raise AssertionError(f"{text!r} is not in {sheet.title}")


def test_the_sheets_stand_in_the_order_a_reviewer_works_in() -> None:
    assert book().sheetnames == [
        "总览", "材料清单", "认定条件", "核对问题", "人工判断", "人员", "服务企业", "设备", "年度运营",
        "专家组评审意见 · 专家", "复算", "全部数据", "其他检查", "计算过程", "页面", "说明", "_index",
    ]  # fmt: skip


def test_only_our_own_sheet_has_formulas_and_hostile_text_is_kept_as_text() -> None:
    formulas = [c for c in cells(book()) if c.data_type in ("f", "e")]
    assert formulas
    assert {c.parent.title for c in formulas} == {"复算"}
    assert all(c.column_letter in "DE" for c in formulas)
    spoken = "".join(str(c.value) for c in formulas)
    assert not [h for h in HOSTILE if h.strip("=+-@＝\t\r") in spoken and len(h) > 6]
    for sheet in book().worksheets:
        if sheet.title != "复算":
            assert not [
                c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"
            ]
    data = book()["全部数据"]
    raw = head_of(data)["原文"]
    shown = {str(data.cell(row=r, column=raw).value) for r in range(4, data.max_row + 1)}
    assert '=HYPERLINK("http://x.example","点我")' in shown
    assert "␉=cmd|' /C calc'!A0" in shown
    assert "反向⟦U+202E⟧文字⟦U+2066⟧隔离" in shown
    assert "#N/A" in shown
    assert "_x005F_x0041_ 不是 A" in shown


def test_text_that_could_be_typed_as_a_formula_carries_the_quote_prefix() -> None:
    found = [c for c in cells(book()) if str(c.value).startswith(("=", "+", "-", "@"))]
    found = [c for c in found if c.parent.title != "_index"]  # nobody can type there
    strings = [c for c in found if c.data_type == "s"]
    assert len(strings) > len([h for h in HOSTILE if h[0] in "=+-@"])
    assert all(c.quotePrefix for c in strings)


def test_personal_numbers_are_masked_unless_asked_otherwise() -> None:
    masked = b"".join(
        zipfile.ZipFile(io.BytesIO(content())).read(n)
        for n in zipfile.ZipFile(io.BytesIO(content())).namelist()
    ).decode("utf-8", "replace")
    assert ID_NUMBER not in masked
    assert MOBILE not in masked
    assert "138 1234 5678" not in masked
    assert "360***********4517" in masked
    open_ = texts(load_workbook(io.BytesIO(content(unmask=True))))
    assert ID_NUMBER in open_
    assert MOBILE in open_


def test_no_word_recognises_or_refuses_the_packet() -> None:
    for table in (CHINESE, ENGLISH):
        for key, word in table.items():
            assert not re.search("不?通过|予以认定|不予认定|not? recogni[sz]ed", word), key


def test_both_languages_have_the_same_words_and_all_enums_have_one() -> None:
    assert set(CHINESE) == set(ENGLISH)
    for prefix, members in (
        ("verdict", Verdict),
        ("material", MaterialStatus),
        ("severity", Severity),
        ("outcome", Outcome),
        ("fact_status", FactStatus),
        ("method", Method),
    ):
        for member in members:
            assert CHINESE[f"{prefix}.{member}"] != ENGLISH[f"{prefix}.{member}"]


def test_the_english_workbook_has_no_chinese_words_of_ours() -> None:
    assert book("en").sheetnames[:4] == ["Overview", "Materials", "Criteria", "Findings"]
    chinese = {w for w in CHINESE.values() if len(w) > 1 and re.search("[\u4e00-\u9fff]", w)}
    packets_own = {*NAMING.labels.values(), *NAMING.document_types.values()}
    packets_own |= {d.title for d in make_worksheet().documents} | {
        f.title for f in make_worksheet().findings
    }
    assert not (chinese - packets_own) & set(texts(book("en")))


def test_the_overview_shows_banner_code_check_counts_problems_and_gaps() -> None:
    shown = texts(book())
    overview = [str(c.value) for row in book()["总览"].iter_rows() for c in row if c.value]
    assert overview[1] == "征求意见稿，未施行，仅供比照"
    assert "赣江新区智造中小企业服务中心有限公司" in overview  # not the rejected name
    assert "证照统一社会信用代码校验位（ID-02）：发现问题" in overview
    assert "不符 2 项；存疑 2 项；提示 2 项" in overview
    assert "未运行 20 项；未发现问题 40 项" in overview
    assert "2024年4月18日" in overview
    assert "命令给定" in overview
    assert "人才培训、技术创新" in overview
    assert "文件不完整，末尾缺失" in overview
    assert "没有载入 2017 年办法的材料清单" in overview
    assert "schemes/jiangxi_2023/scheme.yaml" in overview
    assert "审核人（签字）" in shown


def test_materials_say_their_status_in_words() -> None:
    sheet = book()["材料清单"]
    status = head_of(sheet)["状态"]
    assert [sheet.cell(row=r, column=status).value for r in range(4, 9)] == [
        "齐全", "未见", "数量不足", "有缺陷", "不适用",
    ]  # fmt: skip
    row = row_with(sheet, "申报材料真实性声明函")
    assert sheet.cell(row=row, column=head_of(sheet)["应具备"]).value == "盖章、签字、日期"
    assert sheet.cell(row=row, column=head_of(sheet)["页码"]).value == "16"


def test_criteria_keep_stated_evidence_and_threshold_apart_in_readable_units() -> None:
    sheet = book()["认定条件"]
    head = head_of(sheet)
    first = {name: sheet.cell(row=4, column=column).value for name, column in head.items()}
    assert first["填报数"] == "312.4万元"
    assert first["佐证数"] == "199.960015万元"
    assert first["复核数"] == "—"
    assert first["门槛"] == "≥ 200万元"
    second = {name: sheet.cell(row=5, column=column).value for name, column in head.items()}
    assert second["佐证数"] == "79.996%"
    assert second["门槛"] == "≥ 80%"
    verdicts = {sheet.cell(row=r, column=head["结论"]).value for r in range(4, 14)}
    assert verdicts == {CHINESE[f"verdict.{v}"] for v in Verdict}
    readings = [str(sheet.cell(row=r, column=head["两种读法"]).value) for r in range(4, 14)]
    assert any("读法 A（学历或职称，每人计一次）：81.25%，符合" in text for text in readings)


def test_compared_figures_are_not_said_twice() -> None:
    sheet = book()["核对问题"]
    compared = head_of(sheet)["比较与差额"]
    assert sheet.cell(row=4, column=compared).value == "重算差额比：36%\n差额：112.44万元"
    assert sheet["E4"].value == "申请表·上年末资产总额：312.40万元"


def test_findings_come_gravest_first_and_the_rest_has_its_own_sheet() -> None:
    sheet = book()["核对问题"]
    head = head_of(sheet)
    order = [
        sheet.cell(row=r, column=head["程度"]).value
        for r in range(4, 12)
        if sheet.cell(row=r, column=head["程度"]).value
    ]
    assert order == sorted(order, key=["不符", "存疑", "提示"].index)
    assert sheet.auto_filter.ref == f"A3:O{sheet.max_row}"
    others = book()["其他检查"]
    assert others.max_row == 3 + 60
    assert "未运行（缺少所需数据）20 项，未发现问题 40 项" in others["A2"].value
    head = head_of(others)
    assert others.cell(row=4, column=head["状态"]).value == "未运行"
    assert (
        others.cell(row=4, column=head["缺少的数据"]).value == "资产总计（期末）\naud_report_date"
    )


def test_every_pictured_value_has_its_crop_inside_its_own_cell() -> None:
    sheet = book()["核对问题"]
    images = sheet._images
    # EV-03 2, AU-01 3 (its fourth fact does not exist), SL-05 3, ID-02 1 (page 2 has no picture),
    # AR-02 2, ID-09 1
    assert len(images) == 12
    for image in images:
        start, end = image.anchor._from, image.anchor.to
        assert start.row == end.row
        assert start.col == end.col
        assert start.col in (4, 6)
        assert image.anchor.editAs == "twoCell"
        height = sheet.row_dimensions[start.row + 1].height
        assert end.rowOff / 12700 <= height
        assert end.colOff / 9525 <= sheet.column_dimensions["E"].width * 7 + 5
        picture = Image.open(io.BytesIO(image._data()))
        shown_px = (end.colOff - start.colOff) / 9525
        assert picture.width >= 1.9 * shown_px  # sharp at twice the size


def test_pictures_are_asked_only_for_pages_that_failed_checks_cite() -> None:
    worksheet = make_worksheet()
    pages = DrawnPages(worksheet)
    workbook_bytes(worksheet, pages, naming=NAMING)
    assert pages.asked == [2, 3, 5, 6, 7, 8]


def test_reviewers_choose_an_action_from_a_list() -> None:
    sheet = book()["核对问题"]
    (validation,) = sheet.data_validations.dataValidation
    assert validation.formula1 == '"采纳,请申请单位说明,不采纳"'
    assert str(validation.sqref) == "M4:M11"
    assert head_of(sheet)["处理"] == 13


def test_pages_link_to_the_source_copy_or_to_our_own_page_sheet() -> None:
    sheet = book()["核对问题"]
    assert sheet["F4"].hyperlink.target == "source/a%20b.pdf#page=3"
    materials = book()["材料清单"]
    row = row_with(materials, "申报材料真实性声明函")
    link = materials.cell(row=row, column=head_of(materials)["页码"]).hyperlink
    assert link.target is None
    assert link.location == "'页面'!A19"
    assert book()["页面"]["A19"].value == "16"


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("source/a.pdf#page=3", True),
        ("#'页面'!A4", True),
        ("../a.pdf", True),
        ("http://x.example/a.pdf", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("\\\\host\\share\\a.pdf", False),
        ("//host/share", False),
        ("/etc/passwd", False),
        ("a\nb", False),
        ("a" * 3000, False),
        ("", False),
    ],
)
def test_links_lead_only_into_the_folder(target: str, safe: bool) -> None:
    assert is_safe_link(target) is safe


def test_an_unsafe_page_address_falls_back_to_the_page_sheet() -> None:
    worksheet = make_worksheet(served=1)
    made = workbook_bytes(
        worksheet, DrawnPages(worksheet), naming=NAMING, page_href=lambda n: "\\\\host\\x"
    )
    for sheet in load_workbook(io.BytesIO(made)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None or cell.hyperlink.target is None


def test_lists_hold_every_row_with_numbers_words_and_doubt() -> None:
    served = book()["服务企业"]
    head = head_of(served)
    assert served.max_row == 3 + 130
    assert "读到 130 行，表上所注总数 132" in served["A2"].value
    assert served.cell(row=4, column=head["满意度"]).value == "满意"
    assert served.cell(row=12, column=head["满意度"]).value == "—"  # row 9 has no mark
    assert served.cell(row=4, column=head["联系电话"]).value == "139****0001"
    doubtful = served.cell(row=3 + 17, column=head["服务企业名称"])
    assert doubtful.fill.fgColor.rgb == "00FFF3D1"
    assert "置信度 0.63" in doubtful.comment.text
    assert "杌械" in doubtful.comment.text
    certain = served.cell(row=4, column=head["服务企业名称"])
    assert certain.comment is None
    equipment = book()["设备"]
    price = equipment.cell(row=4, column=head_of(equipment)["购买价格"])
    assert price.value == 13.5
    assert price.number_format == '#,##0.0"万元"'
    assert equipment.cell(row=4, column=head_of(equipment)["购买时间"]).value == "2021年3月"


def test_all_data_lists_every_fact_with_place_and_check() -> None:
    worksheet = make_worksheet()
    count = len(worksheet.facts) + sum(len(r.cells) for s in worksheet.rows for r in s.rows)
    sheet = book()["全部数据"]
    head = head_of(sheet)
    assert sheet.max_row == 3 + count
    row = row_with(sheet, "bs_total_assets_end")
    shown = {name: sheet.cell(row=row, column=column).value for name, column in head.items()}
    assert shown["数值"] == 1999600.15
    assert sheet.cell(row=row, column=head["数值"]).number_format == '#,##0.00"元"'
    assert shown["规范值"] == "1999600.15 元"
    assert shown["原文"] == "1,999,600.15"
    assert shown["页码"] == "5"
    assert shown["涉及检查"] == "EV-03"
    row = row_with(sheet, "传真")
    assert sheet.cell(row=row, column=head["数值"]).value == "未读到"
    row = row_with(sheet, "表格文件里的名称")
    assert sheet.cell(row=row, column=head["页码"]).value == "Sheet1!C5"


def test_a_text_too_long_for_excel_is_cut_with_a_mark() -> None:
    sheet = book()["全部数据"]
    row = row_with(sheet, "report_narrative")
    raw = str(sheet.cell(row=row, column=head_of(sheet)["原文"]).value)
    assert len(raw) == 32_767
    assert raw.startswith("〔长文，40,000 字，双击单元格看全文〕")
    assert raw.endswith("全文见 worksheet.json〕")


def test_heads_are_frozen_filtered_and_repeated_in_print() -> None:
    for sheet in book().worksheets[1:-2]:
        assert re.fullmatch(r"[B-E]4", sheet.freeze_panes), sheet.title
        assert sheet.print_title_rows == "$3:$3", sheet.title
        if sheet.title != "复算":
            assert sheet.auto_filter.ref.startswith("A3:"), sheet.title
    for sheet in book().worksheets[:-1]:
        assert sheet.page_setup.paperSize == 9  # A4
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert sheet.oddHeader.left.text == "赣江 && 新区=申报材料 第一册"
        assert "&P" in sheet.oddFooter.right.text


def test_rows_are_as_high_as_their_text_needs() -> None:
    for sheet in book().worksheets[1:]:
        merged = {c for area in sheet.merged_cells.ranges for c in area.cells}
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if cell.data_type == "f":
                    continue  # a short result
                if not isinstance(cell.value, str) or (cell.row, cell.column) in merged:
                    continue
                if not cell.alignment.wrap_text:
                    continue
                width = sheet.column_dimensions[cell.column_letter].width
                height = sheet.row_dimensions[cell.row].height
                needed = wrapped_lines(cell.value, width) * 13.2
                assert height >= min(needed, MAX_ROW_PT - 1), (sheet.title, cell.coordinate)


def test_numbers_fit_their_columns() -> None:
    for sheet in book().worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    width = sheet.column_dimensions[cell.column_letter].width
                    assert len(f"{cell.value:,.2f}") + 2 <= width * 1.1 + 3, cell.coordinate


def test_the_same_worksheet_gives_the_same_bytes() -> None:
    worksheet = make_worksheet()
    again = workbook_bytes(worksheet, DrawnPages(worksheet), naming=NAMING, page_href=href)
    assert again == content()


def test_an_empty_worksheet_still_makes_every_sheet(tmp_path: Path) -> None:
    full = make_worksheet()
    empty = full.model_copy(
        update=dict.fromkeys(
            ("pages", "documents", "facts", "rows", "quantities", "materials", "criteria",
             "findings", "problems"),
            (),
        )
    )  # fmt: skip
    write_xlsx(empty, tmp_path / "worksheet.xlsx", DrawnPages(empty))
    made = load_workbook(tmp_path / "worksheet.xlsx")
    assert made.sheetnames == [
        "总览",
        "材料清单",
        "认定条件",
        "核对问题",
        "全部数据",
        "页面",
        "说明",
        "_index",
    ]
    shown = texts(made)
    assert "未读到" in shown
    assert "已运行的检查没有发现问题。" in shown


def test_names_of_lists_cannot_break_sheet_titles() -> None:
    worksheet: Worksheet = make_worksheet(served=1)
    expert = worksheet.rows[0]
    twins = tuple(
        expert.model_copy(update={"field": name}) for name in ("a[1]:*?/\\" * 9, "A[1]:*?/\\" * 9)
    )
    changed = worksheet.model_copy(update={"rows": twins})
    titles = load_workbook(
        io.BytesIO(workbook_bytes(changed, DrawnPages(changed), naming=NAMING))
    ).sheetnames
    lists = titles[4:6]
    assert len({t.casefold() for t in lists}) == 2
    assert all(len(t) <= 31 and not set(t) & set("[]:*?/\\'") for t in lists)
