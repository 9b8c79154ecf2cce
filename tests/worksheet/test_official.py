"""Official forms: only certain values are put in, everything else stays open and is listed."""

from __future__ import annotations

import io

import pytest
from docx import Document
from openpyxl import load_workbook
from support.config import the_tools
from support.decided import filled_worksheet, made_fact

from extractor.core.worksheet import Document as Paper
from extractor.core.worksheet import FactStatus, Row, RowSet, Worksheet
from extractor.pipeline.naming import naming_of
from extractor.worksheet.english import English
from extractor.worksheet.official.docx_out import docx_of
from extractor.worksheet.official.fill import DOUBT_MARK, Filler
from extractor.worksheet.official.layout import Form, FormCell, Grid, Line, OpenItem
from extractor.worksheet.official.quarterly import Quarter, quarterly_form, quarters_of
from extractor.worksheet.official.recommendation import LAYOUTS, recommendation_form
from extractor.worksheet.official.summaries import PLATFORMS, summary_form
from extractor.worksheet.official.xlsx_out import xlsx_of
from extractor.worksheet.wording import words_of

NAMING = naming_of(the_tools().catalogue)


def filler(worksheet: Worksheet | None = None, *, with_doubtful: bool = False) -> Filler:
    return Filler(worksheet or filled_worksheet(), NAMING, with_doubtful)


def quarterly(year: int, quarter: int, **figures: int | str) -> Worksheet:
    """The filled packet with a quarterly table of one row."""
    base = filled_worksheet()
    cells = {
        f"quarterly_rows.{c}": made_fact(f"quarterly_rows.{c}", v, page=9, no=n)
        for n, (c, v) in enumerate({"org_name": "南昌企服科技有限公司", **figures}.items())
    }
    rows = RowSet(
        field="quarterly_rows", document="d_9", pages=(9,), rows=(Row(no=1, cells=cells),)
    )
    paper = Paper(id="d_9", type="quarterly_report", title="", pages=(9,), confidence=0.9)
    when = (made_fact("q_year", year, page=9), made_fact("q_quarter", quarter, page=9, no=1))
    return base.model_copy(
        update={
            "rows": (*base.rows, rows),
            "facts": (*base.facts, *when),
            "documents": (*base.documents, paper),
        }
    )  # fmt: skip


def texts(form: Form) -> list[str]:
    return [c.text for b in form.blocks if isinstance(b, Grid) for row in b.rows for c in row]


def test_a_doubtful_value_stays_out_and_is_listed() -> None:
    filling = filler()
    cell = filling.cell("场地面积", filling.facts("app_premises_area_total"), unit="平方米")
    assert cell.text == ""
    (item,) = filling.open_items
    assert (item.why, item.read, item.pages) == ("读数存疑", "1200", (1,))


def test_a_doubtful_value_is_marked_where_it_was_asked_for_and_is_still_listed() -> None:
    filling = filler(with_doubtful=True)
    cell = filling.cell("场地面积", filling.facts("app_premises_area_total"), unit="平方米")
    assert cell.text == "1200" + DOUBT_MARK and cell.doubt and cell.number is None
    assert len(filling.open_items) == 1


def test_two_certain_values_leave_the_cell_empty_even_if_doubtful_ones_are_wanted() -> None:
    filling = filler(with_doubtful=True)
    other = made_fact("app_staff_total", 25, page=2)
    cell = filling.cell("人数", (*filling.facts("app_staff_total"), other), unit="人")
    assert cell.text == ""
    assert filling.open_items[0].read == "24；25"


def test_a_corrected_value_goes_before_a_certain_one() -> None:
    filling = filler()
    fixed = made_fact("app_staff_total", 25, page=2).model_copy(
        update={"status": FactStatus.CORRECTED}
    )
    cell = filling.cell("人数", (*filling.facts("app_staff_total"), fixed), unit="人")
    assert cell.text == "25" and not filling.open_items


def test_money_is_put_in_the_unit_of_the_heading() -> None:
    filling = filler()
    cell = filling.cell("总资产", filling.facts("app_total_assets_prev_year_end"), unit="万元")
    assert cell.text == "315"


def test_a_masked_number_is_not_put_into_a_form() -> None:
    filling = filler()
    fact = made_fact("app_contact_phone", "139****1234", page=1)
    assert filling.cell("电话", (fact,)).text == ""
    assert "遮盖" in filling.open_items[0].why


@pytest.mark.parametrize("scheme", LAYOUTS)
def test_every_recommendation_form_has_its_own_words_and_its_least_rows(scheme: str) -> None:
    layout = LAYOUTS[scheme]
    form = recommendation_form(filled_worksheet(), layout, NAMING)
    shown = texts(form)
    assert layout.survey_title in shown
    assert all(head in shown for head in layout.survey_heads)
    for content in (docx_of([form]), docx_of([form])):
        assert content == docx_of([form])
    survey = [b for b in form.blocks if isinstance(b, Grid)][-1]
    blank = [
        r for r in survey.rows if len(r) == len(layout.widths_cm) and not any(c.text for c in r)
    ]
    assert len(blank) == layout.least
    assert any("不少于" in i.why for i in form.open_items)


def test_quarterly_figures_come_only_from_a_table_of_the_asked_quarter() -> None:
    sheet = quarterly(2024, 1, area="500", staff=20)
    assert quarters_of([sheet]) == (Quarter(2024, 1),)
    first = quarterly_form([sheet], "report", Quarter(2024, 1), NAMING)
    assert "500" in texts(first) and "20" in texts(first)
    second = quarterly_form([sheet], "report", Quarter(2024, 2), NAMING)
    assert "500" not in texts(second) and "1200" not in texts(second)
    assert any("不是本季末数" in i.why for i in second.open_items)


def test_totals_are_given_only_where_every_platform_has_its_figure() -> None:
    whole = quarterly(2024, 1, area="500", staff=20, served_enterprises=30)
    gap = quarterly(2024, 1, area="300", served_enterprises=12)
    form = quarterly_form([whole, gap], "summary", Quarter(2024, 1), NAMING)
    grid = next(b for b in form.blocks if isinstance(b, Grid))
    total = next(row for row in grid.rows if row[0].text == "合计")
    assert total[1].text == "800"
    assert total[3].text == ""
    assert any(i.platform == "合计" for i in form.open_items)


def test_a_spreadsheet_adds_up_only_once_no_figure_is_missing() -> None:
    form = quarterly_form(
        [quarterly(2024, 1, area="500"), quarterly(2024, 1)], "summary", Quarter(2024, 1), NAMING
    )
    sheet = load_workbook(io.BytesIO(xlsx_of([form]))).worksheets[0]
    formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas and all(f.startswith("=IF(COUNT(") and "=2," in f for f in formulas)


def test_hostile_text_is_text_in_both_formats() -> None:
    hostile = '=HYPERLINK("http://x","y")\u202e\x07'
    base = filled_worksheet()
    facts = tuple(
        f.model_copy(update={"value": hostile}) if f.field == "app_org_name" else f
        for f in base.facts
    )
    form = summary_form([base.model_copy(update={"facts": facts})], PLATFORMS, NAMING)
    book = load_workbook(io.BytesIO(xlsx_of([form])))
    cells = [c for s in book for row in s.iter_rows() for c in row if c.value]
    assert not [c for c in cells if c.data_type == "f"]
    assert any("HYPERLINK" in str(c.value) for c in cells)
    words = "".join(t.text for t in Document(io.BytesIO(docx_of([form]))).tables[0]._cells)
    assert "HYPERLINK" in words and "\u202e" not in words


def test_a_cell_that_reaches_down_pushes_the_next_row_to_the_right() -> None:
    grid = Grid((1.0, 1.0), ((FormCell("a", rows=2), FormCell("b")), (FormCell("c"),)), (1.0, 1.0))
    assert [(r, c, x.text) for r, c, x in grid.placed()] == [(0, 0, "a"), (0, 1, "b"), (1, 1, "c")]


def test_a_form_asked_for_in_english_stays_chinese_under_an_english_caption() -> None:
    item = OpenItem("甲平台", "传真", "读数存疑", "0791", (3,))
    grid = Grid((4.0, 6.0), ((FormCell("名称"), FormCell("甲")),), (1.0,))
    form = Form("推荐表", False, (Line("推荐单位："), grid), (item,), "2024-05-01")
    english = English({"读数存疑": "doubtful reading", "传真": "Fax"})
    document = Document(io.BytesIO(docx_of([form], words_of("en"), english)))
    texts = [p.text for p in document.paragraphs]
    assert "推荐单位：" in texts and words_of("en")("caption.form") in texts
    row = [c.text for c in document.tables[-1].rows[1].cells]
    assert row == ["甲平台", "Fax", "doubtful reading", "0791", "3"]
    book = load_workbook(io.BytesIO(xlsx_of([form], words_of("en"), english)))
    assert book.worksheets[0]["A1"].value == words_of("en")("caption.form")
    assert book.sheetnames[-1] == "Open cells"
    plain = [p.text for p in Document(io.BytesIO(docx_of([form]))).paragraphs]
    assert plain[0] == "推荐单位：" and "未填项：推荐表" in plain
