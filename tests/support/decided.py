"""A filled packet without pages read: forms, a roster and a served list, judged under Jiangxi's measure."""

from __future__ import annotations

import datetime as dt
from functools import cache

from extractor.core.worksheet import (
    Document,
    Fact,
    FactStatus,
    Method,
    PacketInfo,
    PageInfo,
    Printed,
    Reading,
    Row,
    RowSet,
    SourceFile,
    Value,
    Worksheet,
    content_id,
)
from extractor.pipeline.review import judge_reading
from extractor.setup.case import CaseFile, merge_case
from support.config import the_tools

RECEIVED = dt.date(2024, 4, 18)
ID_NUMBER = "360102198503124514"
CONTACT = "13900001234"

_DOUBTFUL = frozenset({"app_staff_qualified", "app_premises_area_total"})


def made_fact(field: str, value: Value | None, *, page: int, no: int = 0, raw: str = "") -> Fact:
    unit = {"money": "元", "count": "人", "area": "平方米"}.get(
        the_tools().catalogue.spec(field).type
    )
    return Fact(
        id=content_id("f", field, page, no),
        field=field,
        value=value,
        unit=unit,
        raw=raw or str(value),
        document=f"d_{page}",
        page=page,
        box=(100.0, 40.0 + 20 * no, 180.0, 55.0 + 20 * no),
        confidence=0.6 if field in _DOUBTFUL else 0.98,
        method=Method.OCR_CELL,
        status=FactStatus.DOUBTFUL if field in _DOUBTFUL else FactStatus.CERTAIN,
        printed=Printed(unit="万元", decimals=0) if unit == "元" else Printed(unit=unit),
    )


def _listed(field: str, page: int, rows: list[dict[str, Value]]) -> RowSet:
    made = [
        Row(
            no=n,
            cells={
                f"{field}.{column}": made_fact(f"{field}.{column}", value, page=page, no=n)
                for column, value in cells.items()
            },
        )
        for n, cells in enumerate(rows, 1)
    ]
    return RowSet(field=field, document=f"d_{page}", pages=(page,), rows=tuple(made))


def _facts() -> tuple[Fact, ...]:
    values: dict[str, Value] = {
        "app_org_name": "南昌企服科技有限公司",
        "app_uscc": "91360100MA35K8Q70X",
        "app_legal_rep": "王建国",
        "app_legal_rep_id_no": ID_NUMBER,
        "app_legal_rep_mobile": CONTACT,
        "app_contact_mobile": CONTACT,
        "app_registration_date": "2016-05-20",
        "app_registered_capital": "5000000",
        "app_total_assets_prev_year_end": "3150000",
        "app_staff_total": 24,
        "app_staff_qualified": 20,
        "app_staff_qualified_ratio": "0.8333",
        "app_premises_area_total": "1200",
    }
    return tuple(made_fact(f, v, page=1, no=n) for n, (f, v) in enumerate(values.items()))


def _roster() -> RowSet:
    people: list[dict[str, Value]] = [
        {
            "name": name,
            "age": 30 + n,
            "education": "bachelor",
            "title": "工程师",
            "phone": f"1380000{n:04d}",
        }
        for n, name in enumerate(["张伟", "李娜", "王芳", "刘洋", "陈静", "赵磊"], 1)
    ]
    people[5]["phone"] = people[0]["phone"]
    return _listed("staff_roster", 2, people)


def _served() -> RowSet:
    return _listed(
        "served_list",
        3,
        [
            {
                "enterprise": f"南昌{name}有限公司",
                "contact": f"联系人{n}",
                "phone": "13700005678" if n in (1, 2, 3) else f"1370000{n:04d}",
                "service": "培训",
                "satisfied": "satisfied",
            }
            for n, name in enumerate(["甲科技", "乙机械", "丙食品", "丁电子", "戊服装"], 1)
        ],
    )


@cache
def filled_reading() -> Reading:
    kinds = ("application_form", "staff_roster_form", "served_enterprise_list_form")
    sha = "ab" * 32
    file = SourceFile(
        id="file_1", name="申报材料.pdf", sha256=sha, media_type="application/pdf", bytes=9, pages=3
    )
    return Reading(
        packet=PacketInfo(
            id="p_filled", name="申报材料.pdf", received_at=RECEIVED.isoformat(), files=(file,)
        ),
        pages=tuple(
            PageInfo(
                no=n, file="file_1", page_in_file=n, width_pt=595, height_pt=842, source="ocr",
                rotation_deg=0, skew_deg=0.0, quality=0.9, document=f"d_{n}",
            )
            for n in (1, 2, 3)
        ),
        documents=tuple(
            Document(id=f"d_{n}", type=kind, title=kind, pages=(n,), confidence=0.9)
            for n, kind in enumerate(kinds, 1)
        ),
        facts=_facts(),
        rows=(_roster(), _served()),
        problems=(),
    )  # fmt: skip


@cache
def filled_worksheet() -> Worksheet:
    told = merge_case(CaseFile(scheme="jiangxi_2023", region="360113"), None, None)
    return judge_reading(filled_reading(), told, the_tools(), RECEIVED, ("made by hand",))


def fact_of(worksheet: Worksheet, field: str) -> Fact:
    return next(f for f in worksheet.facts if f.field == field)


def cell_of(worksheet: Worksheet, column: str, row: int) -> Fact:
    rows = next(r for r in worksheet.rows if r.field == column.partition(".")[0])
    return next(r for r in rows.rows if r.no == row).cells[column]
