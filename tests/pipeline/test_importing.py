"""What a reviewer does in the xlsx is the same as doing it through the API."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from support.config import the_tools
from support.decided import cell_of, fact_of, filled_worksheet

from extractor.core.worksheet import Fact, Method, Row, Worksheet
from extractor.decisions.heads import FileHeadStore
from extractor.decisions.model import Action, Correction, DecisionError, Reviewer
from extractor.decisions.signing import site_key
from extractor.pipeline.deciding import decide
from extractor.pipeline.importing import check_origin, corrections_of, read_list
from extractor.pipeline.judging import sensitive_fields
from extractor.pipeline.naming import naming_of
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.xlsx.index import index_lines
from extractor.worksheet.xlsx.read_back import read_sheet
from extractor.worksheet.xlsx.workbook import write_xlsx

AT = dt.datetime(2024, 5, 6, 8, tzinfo=dt.UTC)
WORDS = {"accept": "采纳", "ask": "请申请单位说明", "reject": "不采纳"}


class NoPictures:
    def get(self, page_no: int) -> None:
        return None


@pytest.fixture(scope="module")
def stored() -> Worksheet:
    return mask_worksheet(filled_worksheet(), sensitive_fields(the_tools()))


@pytest.fixture
def book(stored: Worksheet, tmp_path: Path) -> Path:
    path = tmp_path / "worksheet.xlsx"
    write_xlsx(stored, path, NoPictures(), naming=naming_of(the_tools().catalogue))
    return path


class Sheet:
    """The workbook as a person edits it; places are found by what they speak for."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._places: dict[tuple[str, str, str], tuple[str, str]] = {}
        for line in list(index_lines(workbook["_index"]))[2:]:
            title, cell, _key, _column, kind, ident, role, *_rest = line
            self._places.setdefault((kind, ident, role), (title, cell))

    def put(self, kind: str, ident: str, role: str, value: object) -> None:
        title, cell = self._places[kind, ident, role]
        self.workbook[title][cell].value = value

    def delete_row(self, kind: str, ident: str, role: str) -> None:
        title, cell = self._places[kind, ident, role]
        sheet = self.workbook[title]
        for column in range(1, sheet.max_column + 1):
            sheet.cell(sheet[cell].row, column).value = None

    def add_row(self, title: str, cells: Mapping[str, str], worksheet: Worksheet) -> None:
        """A row under the last one of a list sheet."""
        sheet = self.workbook[title]
        last = max(line[0].row for line in sheet.iter_rows(min_row=4) if line[0].value is not None)
        for column, text in cells.items():
            _title, cell = self._places["fact", cell_of(worksheet, column, 1).id, "value"]
            sheet.cell(last + 1, sheet[cell].column).value = text

    def facts_of(self, title: str) -> list[str]:
        """Ids of the facts of a sheet, top to bottom."""
        return [
            i for (k, i, r), (t, _) in self._places.items() if (k, r, t) == ("fact", "value", title)
        ]

    def rows_of(self, title: str) -> list[str]:
        """Ids of the rows of a list sheet, top to bottom."""
        return [
            i for (k, i, r), (t, _) in self._places.items() if (k, r, t) == ("row", "action", title)
        ]


def edited(book: Path, change: Mapping[str, object]) -> Path:
    """Puts ``kind|id|role`` → value into the workbook."""
    workbook = load_workbook(book)
    sheet = Sheet(workbook)
    for place, value in change.items():
        kind, ident, role = place.split("|")
        sheet.put(kind, ident, role, value)
    workbook.save(book)
    return book


def decided(worksheet: Worksheet, corrections: tuple[Correction, ...], folder: Path) -> Worksheet:
    return decide(
        worksheet, corrections, Reviewer("王审核"), the_tools(),
        key=site_key(folder), heads=FileHeadStore(folder / "heads"), at=AT,
    ).worksheet  # fmt: skip


def test_thirty_corrections_of_all_kinds_give_the_same_by_xlsx_and_by_api(
    stored: Worksheet, book: Path, tmp_path: Path
) -> None:
    workbook = load_workbook(book)
    sheet = Sheet(workbook)
    api: list[Correction] = []

    def both(kind: str, ident: str, chosen: str, comment: str, correction: Correction) -> None:
        """A choice of 处理 with its 意见, and what it means."""
        if chosen:
            sheet.put(kind, ident, "action", WORDS[chosen])
        if comment:
            sheet.put(kind, ident, "opinion", comment)
        api.append(correction.model_copy(update={"on": ident, "reason": comment}))

    def said(action: Action, value: str | None = None) -> Correction:
        return Correction(action=action, on="", value=value)

    def typed(fact: Fact, value: object, text: str) -> None:
        sheet.put("fact", fact.id, "value", value)
        action = Action.CORRECT if text else Action.REJECT
        api.append(Correction(action=action, on=fact.id, value=text or None))

    m = [material.id for material in stored.materials]
    both("material", m[0], "accept", "", said(Action.MATERIAL, "agree"))
    both("material", m[1], "reject", "在第 2 页", said(Action.MATERIAL, "disagree"))
    both("material", m[2], "ask", "请补交", said(Action.ASK))
    both("material", m[3], "", "看过", said(Action.COMMENT))
    c = [criterion.id for criterion in stored.criteria]
    both("criterion", c[0], "accept", "", said(Action.VERDICT, "agree"))
    both("criterion", c[1], "reject", "另有证明", said(Action.VERDICT, "disagree"))
    both("criterion", c[2], "ask", "", said(Action.ASK))
    both("criterion", c[3], "", "1+1=2", said(Action.COMMENT))
    both("finding", "CP-02", "accept", "确实缺", said(Action.CONFIRM))
    both("finding", "EL-01", "reject", "", said(Action.DISMISS))
    both("finding", "SL-01", "ask", "请补名单 13812345678", said(Action.ASK))
    both("finding", "SL-02", "", "待核", said(Action.COMMENT))

    staff = sheet.rows_of("人员")
    typed(cell_of(stored, "staff_roster.name", 1), "张炜", "张炜")
    typed(cell_of(stored, "staff_roster.age", 1), 36, "36")
    typed(cell_of(stored, "staff_roster.education", 1), "硕士研究生", "硕士研究生")
    typed(cell_of(stored, "staff_roster.title", 2), None, "")
    typed(cell_of(stored, "staff_roster.phone", 2), "13912340000", "13912340000")
    both("row", staff[2], "accept", "", said(Action.ACCEPT))
    both("row", staff[3], "ask", "是否离职", said(Action.ASK))
    both("row", staff[4], "reject", "非本单位", said(Action.REMOVE_ROW))
    both("row", staff[5], "", "见社保", said(Action.COMMENT))

    served = sheet.rows_of("服务企业")
    typed(
        cell_of(stored, "served_list.enterprise", 1),
        "南昌甲科技股份有限公司",
        "南昌甲科技股份有限公司",
    )
    typed(cell_of(stored, "served_list.satisfied", 2), "不满意", "不满意")
    sheet.delete_row("row", served[4], "action")
    api.append(Correction(action=Action.REMOVE_ROW, on=served[4], reason="在表中删去"))

    sheet.add_row(
        "服务企业",
        {"served_list.enterprise": "南昌己新材料有限公司", "served_list.contact": "周平"},
        stored,
    )
    api.append(
        Correction(
            action=Action.ADD_ROW,
            on="served_list",
            cells={"contact": "周平", "enterprise": "南昌己新材料有限公司"},
        )
    )

    typed_facts: dict[str, tuple[object, str]] = {
        "app_org_name": ("南昌企业服务科技有限公司", "南昌企业服务科技有限公司"),
        "app_registered_capital": (480, "480万元"),
        "app_total_assets_prev_year_end": ("320.5万元", "320.5万元"),
        "app_staff_total": (25, "25人"),
        "app_staff_qualified_ratio": (0.84, "84%"),
        "app_registration_date": ("2016年5月21日", "2016年5月21日"),
        "app_legal_rep_mobile": (None, ""),
    }
    for ident in sheet.facts_of("全部数据"):  # in the sheet's own order
        fact = next(f for f in stored.facts if f.id == ident)
        if fact.field in typed_facts:
            typed(fact, *typed_facts.pop(fact.field))
    assert not typed_facts
    assert len(api) >= 30
    workbook.save(book)

    taken = corrections_of(read_sheet(book), filled_worksheet())
    assert taken.notes == ()
    by_sheet = decided(stored, taken.corrections, tmp_path)
    by_api = decided(stored, tuple(api), tmp_path)
    assert [(d.action, d.on, d.before, d.after, d.reason) for d in by_sheet.decisions] == [
        (d.action, d.on, d.before, d.after, d.reason) for d in by_api.decisions
    ]
    assert by_sheet == by_api
    assert worksheet_bytes(by_sheet) == worksheet_bytes(by_api)
    assert by_sheet.findings != stored.findings


def test_a_list_cell_filled_in_becomes_a_reviewers_fact_of_its_row(
    stored: Worksheet, tmp_path: Path
) -> None:
    lost = cell_of(stored, "staff_roster.title", 2)
    gap = stored.model_copy(
        update={
            "rows": tuple(
                rows.model_copy(
                    update={
                        "rows": tuple(
                            Row(
                                no=r.no, cells={c: f for c, f in r.cells.items() if f.id != lost.id}
                            )
                            for r in rows.rows
                        )
                    }
                )
                for rows in stored.rows
            )
        }
    )
    path = tmp_path / "worksheet.xlsx"
    write_xlsx(gap, path, NoPictures(), naming=naming_of(the_tools().catalogue))
    workbook = load_workbook(path)
    (line,) = [x for x in list(index_lines(workbook["_index"]))[2:] if x[4] == "cell"]
    beside, _, column = line[5].partition("|")
    workbook[line[0]][line[1]].value = "高级工程师"
    workbook.save(path)
    (given,) = corrections_of(read_sheet(path), gap).corrections
    assert (given.action, given.on, given.cells) == (
        Action.CHANGE_ROW, beside, {"staff_roster.title": "高级工程师"},
    )  # fmt: skip
    after = decided(gap, (given,), tmp_path)
    title = cell_of(after, column, 2)
    assert (title.value, title.method) == ("高级工程师", Method.REVIEWER)


def test_an_unclear_value_is_told_by_its_cell_and_nothing_is_written(
    stored: Worksheet, book: Path, tmp_path: Path
) -> None:
    total = fact_of(stored, "app_staff_total").id
    edited(book, {f"fact|{total}|value": "很多", "finding|EL-01|action": "不采纳"})
    corrections = corrections_of(read_sheet(book), filled_worksheet()).corrections
    with pytest.raises(DecisionError, match="全部数据!"):
        decided(stored, corrections, tmp_path)


def test_a_choice_that_is_none_is_told(book: Path) -> None:
    edited(book, {"finding|EL-01|action": "也许"})
    with pytest.raises(DecisionError, match="也许"):
        corrections_of(read_sheet(book), filled_worksheet())


def test_a_deleted_finding_is_no_decision_but_is_told(book: Path) -> None:
    workbook = load_workbook(book)
    Sheet(workbook).delete_row("material", filled_worksheet().materials[0].id, "action")
    workbook.save(book)
    taken = corrections_of(read_sheet(book), filled_worksheet())
    assert taken.corrections == ()
    assert "不能删除" in taken.notes[0]


def test_a_workbook_of_another_packet_or_an_older_state_is_refused(
    stored: Worksheet, book: Path, tmp_path: Path
) -> None:
    sheet = read_sheet(book)
    check_origin(sheet, stored, worksheet_bytes(stored))
    other = stored.model_copy(
        update={"packet": stored.packet.model_copy(update={"id": "p_other"})}
    )  # fmt: skip
    with pytest.raises(DecisionError, match="另一份"):
        check_origin(sheet, other, worksheet_bytes(other))
    later = decided(
        stored, (Correction(action=Action.COMMENT, on="worksheet", reason="x"),), tmp_path
    )  # fmt: skip
    with pytest.raises(DecisionError, match="--older"):
        check_origin(sheet, later, worksheet_bytes(later))
    check_origin(sheet, later, worksheet_bytes(later), older_too=True)


def test_corrections_as_a_list_are_taken_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corrections.json"
    path.write_text(json.dumps([{"action": "comment", "on": "worksheet", "reason": "好"}]), "utf-8")
    (only,) = read_list(path).corrections
    assert (only.action, only.reason) == (Action.COMMENT, "好")
    for wrong in (
        '[{"action": "destroy", "on": "x"}]',
        '[{"on": "x"}]',
        "{",
        '[{"action": "ask", "on": "x", "wrong": 1}]',
    ):
        path.write_text(wrong, "utf-8")
        with pytest.raises(DecisionError, match="处理意见列表"):
            read_list(path)
    with pytest.raises(DecisionError):
        read_list(tmp_path / "none.json")
