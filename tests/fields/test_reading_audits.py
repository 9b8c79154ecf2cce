"""Audit reports beyond their statements: licence of the firm, CPAs and their numbers, codes, parted columns."""

from __future__ import annotations

import pytest
from support.pages import body, grid, line, page
from support.reading import facts_of, rows_of, values_of

from extractor.core.geometry import Box
from extractor.core.page import Seal
from extractor.core.worksheet import FactStatus
from extractor.fields.audit.signatures import stamped_name

AUDIT = "audit_report"


def test_the_firms_licence_gives_its_number() -> None:
    paper = page(
        line("证书序号：0012345", x=400, y=60),
        line("会计师事务所执业证书", x=200, y=120, em=20),
        body("名称：江西华信会计师事务所有限公司", "执业证书编号：36010012", y=200),
    )
    assert values_of("audit_firm_licence", paper) == {"aud_firm_licence_no": "0012345"}


def test_a_licence_without_a_number_gives_none() -> None:
    assert (
        values_of("audit_firm_licence", page(body("名称：江西华信会计师事务所", "证书序号：")))
        == {}
    )


@pytest.mark.parametrize(
    "label", ["防伪条码", "防伪编号", "防伪码", "报备编号", "备案编号", "报告编码"]
)
def test_the_code_of_a_report_is_found_by_its_label(label: str) -> None:
    values = values_of(AUDIT, page(body(f"{label}：赣249643A6SV", "审计报告")))
    assert values["aud_verification_code"] == "赣249643A6SV"


def test_the_firm_beside_the_title_of_a_cpa_is_no_name() -> None:
    sign = page(
        line("中国注册会计师：", x=75, y=120),
        line("江西华信会计师事务所（普通合伙）", x=315, y=120),
        line("中国注册会计师：王大明", x=75, y=200),
        line("360700120014", x=180, y=235),
        line("2024年3月22日", x=315, y=300),
    )
    rows = rows_of(AUDIT, "aud_cpas", sign)
    assert rows is not None
    assert [r.cells["aud_cpas.name"].value for r in rows.rows] == ["王大明"]
    assert rows.rows[0].cells["aud_cpas.cert_no"].value == "360700120014"


def test_the_number_far_from_every_name_is_nobodys() -> None:
    sign = page(
        line("江西华信会计师事务所（普通合伙）", x=75, y=100),
        line("中国注册会计师：王大明", x=75, y=200),
        line("360700120014", x=400, y=600),
    )
    rows = rows_of(AUDIT, "aud_cpas", sign)
    assert rows is not None
    assert "aud_cpas.cert_no" not in rows.rows[0].cells


def test_amounts_of_a_parted_statement_are_those_below_the_total() -> None:
    table = grid(
        [
            ["项目", "", "上年数", "", "", "本年累计数", ""],
            ["", "非限定性", "限定性", "合计", "非限定性", "限定性", "合计"],
            ["提供服务收入", "90", "5", "95", "100", "20", "120"],
            ["收入合计", "190", "5", "195", "200", "20", "220"],
        ]
    )
    values = values_of("activity_statement", page(line("单位：元", x=450, y=120), table))
    assert values["ba_service_income"] == "120"
    assert values["ba_total_income"] == "220"


def test_parts_without_their_years_are_not_guessed() -> None:
    table = grid(
        [
            ["项目", "", "", "", "", "", ""],
            ["", "非限定性", "限定性", "合计", "非限定性", "限定性", "合计"],
            ["提供服务收入", "90", "5", "95", "100", "20", "120"],
        ]
    )
    assert "ba_service_income" not in values_of("activity_statement", page(table))


def test_the_unit_of_a_cash_flow_statement_is_read_in_the_report() -> None:
    table = grid([["项目", "本期金额"], ["销售商品收到的现金", "1.00"], ["小计", "1.00"]])
    sheet = page(
        line("现金流量表", x=250, y=60, em=18), line("单位：人民币元", x=450, y=110), table
    )
    assert values_of(AUDIT, sheet)["aud_unit_printed"] == "yuan"


@pytest.mark.parametrize(
    ("sentences", "opinion"),
    [
        (
            [
                "我们认为，除了前段所述事项可能产生的影响外，财务报表在所有重大方面公允反映了财务状况。"
            ],
            "qualified",
        ),
        (
            ["我们认为，由于前段事项，财务报表没有在所有重大方面公允反映贵公司的财务状况。"],
            "adverse",
        ),
        (["由于审计范围受到限制，我们无法对上述财务报表发表意见。"], "disclaimer"),
        (["我们认为，财务报表在所有重大方面公允反映了贵公司的财务状况。"], "unqualified"),
        (
            [
                "我们认为，财务报表在所有重大方面公允反映了贵公司的财务状况。",
                "如果披露不充分，我们应当发表非无保留意见，必要时无法表示意见。",
            ],
            "unqualified",
        ),
    ],
)
def test_an_opinion_without_a_heading_is_what_its_sentence_says(
    sentences: list[str], opinion: str
) -> None:
    paper = page(body("三、审计意见", *sentences))
    assert values_of(AUDIT, paper)["aud_opinion_type"] == opinion


def test_a_name_on_a_square_stamp_is_read_by_its_columns_and_doubtful() -> None:
    assert stamped_name("新周\n印立") == "周立新"
    assert stamped_name("印方\n章霞") == "方霞"
    assert stamped_name("王大明印") == "王大明"
    assert stamped_name("中国注册会计师") is None
    sign = page(
        line("江西华信会计师事务所（普通合伙）", x=75, y=100),
        line("中国注册会计师：王大明", x=75, y=200),
        Seal(Box(150, 215, 190, 255), 0.9, "rect", "明王\n印大", text_confidence=0.9),
        Seal(Box(150, 300, 190, 340), 0.9, "rect", "新周\n印立", text_confidence=0.9),
    )
    rows = rows_of(AUDIT, "aud_cpas", sign)
    assert rows is not None
    assert [r.cells["aud_cpas.name"].value for r in rows.rows] == ["王大明", "周立新"]
    assert rows.rows[1].cells["aud_cpas.name"].status is FactStatus.DOUBTFUL
    assert rows.rows[1].cells["aud_cpas.signed"].value is True


def test_the_year_in_a_table_of_a_special_report_is_not_the_reports() -> None:
    table = grid([["年度", "营业收入"], ["2022年度", "5,018,630.88"], ["2023年度", "5,862,715.30"]])
    special = page(
        line("专项审计报告", x=236, y=76, em=18),
        line("上饶达新创业服务有限公司：", x=76, y=110),
        line("我们接受委托，对贵单位2023年度的服务收支情况进行了专项审计。", x=76, y=128, em=9),
        table,
    )
    values = values_of(AUDIT, special)
    assert values["aud_fiscal_year"] == 2023
    assert values["aud_client"] == "上饶达新创业服务有限公司"
    assert values["svc_audit_present"] is True


@pytest.mark.parametrize("years", ["2022年度及2023年度", "2023年度和2022年度"])
def test_a_report_on_two_years_is_of_the_later(years: str) -> None:
    text = f"我们接受委托，对贵单位{years}服务收支情况进行了专项审计。"
    assert values_of(AUDIT, page(line(text, x=60, em=9)))["aud_fiscal_year"] == 2023


def test_the_number_of_a_persons_certificate_is_not_the_firms() -> None:
    persons = page(
        *body("注册会计师证书", "证书编号 361100540011", "批准注册协会 江西省注册会计师协会")
    )
    assert "aud_firm_licence_no" not in values_of("audit_firm_licence", persons)


@pytest.mark.parametrize(("confidence", "status"), [(0.93, "doubtful"), (0.995, "certain")])
def test_a_code_without_a_check_digit_is_certain_only_where_every_character_is(
    confidence: float, status: str
) -> None:
    code = line("防伪编号：赣249643A6SV", confidence=confidence)
    assert facts_of(AUDIT, page(code))["aud_verification_code"].status == status
