"""Decisions in the report and on the page: beside the machine's words, never in place of them."""

from __future__ import annotations

import datetime as dt
import io
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from openpyxl import load_workbook
from PIL import Image
from support.config import the_tools
from support.decided import cell_of, fact_of, filled_worksheet

from extractor.core.worksheet import Outcome, Worksheet
from extractor.decisions.heads import FileHeadStore
from extractor.decisions.model import Action, Correction, Reviewer
from extractor.decisions.signing import site_key
from extractor.decisions.state import state_of
from extractor.pipeline.deciding import decide
from extractor.pipeline.naming import naming_of
from extractor.worksheet.decided import Decided, signature_of
from extractor.worksheet.docx.report import report_of
from extractor.worksheet.html.page import page_of
from extractor.worksheet.prepared import Prepared, prepare
from extractor.worksheet.wording import Language
from extractor.worksheet.xlsx.read_back import read_corrections
from extractor.worksheet.xlsx.workbook import workbook_of

AT = dt.datetime(2024, 5, 6, 8, tzinfo=dt.UTC)


class NoPages:
    """No page has a picture."""

    def get(self, page_no: int) -> Image.Image | None:
        return None


def made(sign: bool) -> Worksheet:
    before = filled_worksheet()
    failed = next(f for f in before.findings if f.outcome is Outcome.FAILED)
    assets = fact_of(before, "app_total_assets_prev_year_end").id
    row = cell_of(before, "served_list.enterprise", 2).id
    given = [
        Correction(action=Action.CORRECT, on=assets, value="320万元", reason="看原件"),
        Correction(action=Action.REJECT, on=fact_of(before, "app_registered_capital").id),
        Correction(action=Action.REMOVE_ROW, on=f"row:{row}", reason="重复登记"),
        Correction(
            action=Action.VERDICT, on=before.criteria[0].id, value="disagree", reason="另议"
        ),
        Correction(action=Action.MATERIAL, on=before.materials[0].id, value="agree"),
        Correction(action=Action.DISMISS, on=failed.check, reason="<b>已说明</b>"),
        Correction(action=Action.COMMENT, on="worksheet", reason="下周复看"),
    ]
    if sign:
        given.append(Correction(action=Action.SIGN_OFF, on="worksheet"))
    with TemporaryDirectory() as folder:
        site = Path(folder)
        return decide(
            before, given, Reviewer("王审核"), the_tools(), key=site_key(site),
            heads=FileHeadStore(site / "heads"), at=AT,
        ).worksheet  # fmt: skip


@cache
def prepared(lang: Language = "zh", sign: bool = True) -> Prepared:
    naming = naming_of(the_tools().catalogue, lang)
    return prepare(made(sign), NoPages(), naming=naming, lang=lang)


@cache
def page() -> str:
    return page_of(prepared(), NoPages()).decode("utf-8")


def test_the_report_holds_the_record_with_old_and_new_value_who_when_and_why() -> None:
    document = Document(io.BytesIO(report_of(prepared())))
    rows = [[c.text for c in row.cells] for t in document.tables for row in t.rows]
    record = [row for row in rows if row[0].startswith("2024-05-06")]
    assert len(record) == len(prepared().shown.decisions) >= 8
    assert record[0][1:7] == ["王审核", "更正", "上年末资产总额", "315万元", "320万元", "看原件"]
    assert record[2][2] == "删去一行" and "南昌乙机械有限公司" in record[2][4]
    assert record[3][2] == "条件意见" and record[3][5] == "不同意"
    text = "\n".join(cell for row in rows for cell in row)
    assert "审核人：不同意；另议（王审核，2024-05-06 08:00）" in text
    assert "不采纳；<b>已说明</b>（王审核，2024-05-06 08:00）" in text


def test_what_was_removed_is_struck_out_in_the_report() -> None:
    document = Document(io.BytesIO(report_of(prepared())))
    struck = [r.text for t in document.tables for row in t.rows for c in row.cells
              for p in c.paragraphs for r in p.runs if r.font.strike]  # fmt: skip
    assert len(struck) == 2
    assert "南昌乙机械有限公司" in struck[1]


def test_the_page_shows_a_correction_beside_what_was_read_and_strikes_what_is_gone() -> None:
    assert re.search(r"320万元</button> <del class=\"was\">315万元</del>", page())
    assert page().count('<tr class="row gone">') == 1
    (gone,) = re.findall(r'<tr class="row gone">(.*?)</tr>', page(), re.DOTALL)
    assert "<s>" in gone and "南昌乙机械有限公司" in gone
    assert "&lt;b&gt;已说明&lt;/b&gt;" in page()
    assert "<b>已说明" not in page()


def test_the_signature_is_told_and_its_absence_too() -> None:
    signature = signature_of(prepared().shown)
    assert signature is not None
    assert f"已签字：王审核，2024-05-06 08:00；依据 {signature.before}" in page()
    unsigned = page_of(prepared(sign=False), NoPages()).decode("utf-8")
    assert f"未签字；已有处理记录 {len(made(sign=False).decisions)} 条" in unsigned
    assert "未签字" not in page_of(
        prepare(filled_worksheet(), NoPages(), naming=prepared().naming), NoPages()
    ).decode("utf-8")


@cache
def workbook() -> bytes:
    return workbook_of(prepared())


def test_the_workbook_shows_record_signature_and_words_beside_its_own() -> None:
    book = load_workbook(io.BytesIO(workbook()))
    record = [[c.value for c in line] for line in book["处理记录"].iter_rows(min_row=4)]
    assert len(record) == len(prepared().shown.decisions)
    assert record[0][2:8] == ["王审核", "更正", "上年末资产总额", "315万元", "320万元", "看原件"]
    first = {line[0].value: line[1].value for line in book["总览"].iter_rows() if line[0].value}
    assert str(first["签署状态"]).startswith("已签字：王审核，2024-05-06 08:00")
    texts = {str(c.value) for sheet in book.worksheets for line in sheet.iter_rows() for c in line}
    assert any("审核人：不同意；另议（王审核，2024-05-06 08:00）" in t for t in texts)
    assert any("审核人：不采纳；<b>已说明</b>（王审核，2024-05-06 08:00）" in t for t in texts)


def test_a_removed_row_says_so_in_the_workbook_and_is_not_removed_a_second_time(
    tmp_path: Path,
) -> None:
    book = load_workbook(io.BytesIO(workbook()))
    sheet = book["服务企业"]
    action = next(c.column for c in sheet[3] if c.value == "处理")
    row = next(line[0].row for line in sheet.iter_rows(min_row=4) if "乙机械" in str(line[1].value))
    assert sheet.cell(row, action).value == "不采纳"
    path = tmp_path / "worksheet.xlsx"
    path.write_bytes(workbook())
    assert read_corrections(path) == ()
    sheet.cell(row, action).value = "采纳"
    book.save(path)
    (back,) = read_corrections(path)
    assert (back.kind, back.shown_after) == ("row", "accept")


def test_the_words_say_what_the_record_holds() -> None:
    worksheet = prepared().shown
    state, told = state_of(worksheet), Decided(prepared().telling())
    assert signature_of(worksheet) == state.signature
    for criterion in worksheet.criteria:
        assert bool(told.on_criterion(criterion)) == bool(
            state.opinion(f"criterion:{criterion.id}")
        )
    for finding in worksheet.findings:
        assert bool(told.on_finding(finding)) == (state.disposition(finding) is not None)


def test_an_english_report_has_its_record_in_english() -> None:
    text = page_of(prepared("en"), NoPages()).decode("utf-8")
    assert "Decisions of reviewers" in text
    assert "disagrees" in text and "row removed" in text
    assert "审核处理记录" not in text
