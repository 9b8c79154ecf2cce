"""A value ends where its cell, its bracket or its clause ends, and what names nobody is no name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.pages import Span, body, cell_box, grid, line, page, seal
from support.reading import extract, facts_of, rows_of, values_of

from extractor.core.page import PacketPage
from extractor.core.worksheet import FactStatus


def row_of(doctype: str, field: str, paper: PacketPage) -> dict[str, object]:
    found = rows_of(doctype, field, paper)
    assert found is not None
    (row,) = found.rows
    return {k.split(".")[1]: v.value for k, v in row.cells.items()}


def without_colours(paper: PacketPage) -> PacketPage:
    return replace(paper, read=replace(paper.read, coloured=False))


def test_in_a_ruled_certificate_the_cell_ends_the_value_though_a_label_wraps() -> None:
    table = grid(
        [
            ["统一社会信用代码", "12360100MB0X1234XW"],
            ["名称", "抚州市小微企业服务中心"],
            ["宗旨和业务范围", "面向小微企业开展政策咨询与人才培训。"],
            ["登记管理机关", "抚州市事业单位登记管理局"],
        ]
    )
    foot = body("请于每年3月31日前向登记管理机关报送上一年度的年度报告", y=500)
    found = values_of("public_institution_certificate", page(table, foot))
    assert found["pic_name"] == "抚州市小微企业服务中心"
    assert found["pic_purpose"] == "面向小微企业开展政策咨询与人才培训。"
    assert found["pic_authority"] == "抚州市事业单位登记管理局"


def test_a_forms_own_date_above_the_opinion_is_not_the_opinions() -> None:
    table = grid(
        [
            ["申请单位名称", "抚州市小微企业服务中心"],
            ["填表日期", "2022年5月6日"],
            ["推荐单位意见", "该单位服务规范，业绩突出，同意推荐。"],
        ]
    )
    assert "rec_opinion_date" not in values_of("recommendation_form", page(table))


@pytest.mark.parametrize(
    "opening",
    [
        "抚州市小微企业服务中心就申报省级示范平台一事郑重承诺如下：",
        "我单位（抚州市小微企业服务中心）自愿申报示范平台，现承诺所报材料真实。",
        "抚州市小微企业服务中心现对申报材料的真实性作出声明：",
    ],
)
def test_the_opening_of_a_declaration_names_who_declares(opening: str) -> None:
    paper = page(line("真实性承诺书", x=220, em=20), body(opening, y=140))
    assert values_of("declaration", paper)["decl_org_name"] == "抚州市小微企业服务中心"


def test_labels_at_the_foot_are_no_parties_and_the_opening_names_them_behind_its_purpose() -> None:
    paper = page(
        line("合作备忘录", x=240, em=20),
        body("为共同做好园区企业的培训工作，抚州职业学校与抚州市小微企业服务中心就技能培训事宜达成如下共识：", y=120),
        body("甲方（盖章）            乙方（盖章）：", "经办人：", y=400),
    )  # fmt: skip
    row = row_of("cooperation_agreement", "agreements", paper)
    assert {row["partner"], row["applicant"]} == {"抚州职业学校", "抚州市小微企业服务中心"}


def test_area_and_use_of_a_property_are_the_buildings_not_the_lands() -> None:
    table = grid(
        [
            ["权利人", "抚州市小微企业服务中心"],
            ["用途", "工业用地/研发"],
            ["面积", "宗地面积8120.50㎡/房屋建筑面积412.30㎡"],
            ["其他状况", "房屋总层数：18"],
        ]
    )
    row = row_of("property_certificate", "premises_docs", page(table))
    assert float(str(row["area"])) == 412.3
    assert row["use"] == "研发"


def test_a_lease_tells_its_use_in_a_clause_without_a_verb() -> None:
    paper = page(
        line("房屋租赁协议", x=220, em=20),
        body(
            "甲方：抚州金巢资产公司",
            "乙方：抚州市小微企业服务中心",
            "三、房屋用途为办公，不得转租。",
        ),
    )
    assert row_of("lease_contract", "premises_docs", paper)["use"] == "办公"


def test_a_letter_tells_the_employer_in_a_bracket_and_the_role_behind_it() -> None:
    paper = page(
        line("聘 书", x=260, em=30),
        body("汤文同志：", "特聘请您（工作单位：抚州职业学校）担任我中心质量管理顾问，聘期自2021年3月1日至2024年2月28日。"),
        body("抚州市小微企业服务中心", "2021年3月1日", x=330, y=420),
    )  # fmt: skip
    row = row_of("expert_appointment", "expert_letters", paper)
    assert row["employer"] == "抚州职业学校"
    assert row["role"] == "质量管理顾问"


def test_the_kind_of_school_over_a_diploma_is_not_the_school() -> None:
    paper = page(
        line("普通高等学校", x=220, em=24),
        line("毕业证书", x=240, y=90, em=24),
        body("学生汤文，1985年6月生，在本校会计学专业本科学习，修完全部课程，准予毕业。", y=160),
        body("校名：抚州理工大学", y=320),
    )
    row = row_of("education_certificate", "person_certificates", paper)
    assert row["name"] == "汤文"
    assert row["issuer"] == "抚州理工大学"


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("南昌抚河会计师事务所（普通合", "南昌抚河会计师事务所（普通合伙）"),
        ("南昌抚河会计师事务所(特殊普通", "南昌抚河会计师事务所（特殊普通合伙）"),
    ],
)
def test_a_form_of_partnership_half_hidden_is_completed_in_doubt(torn: str, whole: str) -> None:
    paper = page(line("审计报告", x=220, em=20), body("我们审计了后附的财务报表。", torn, y=160))
    firm = facts_of("audit_report", paper)["aud_firm"]
    assert firm.value == whole
    assert firm.status is not FactStatus.CERTAIN


def test_a_report_headed_by_name_and_year_tells_client_and_year() -> None:
    paper = page(
        line("抚州市小微企业服务中心", x=180, y=60, em=16),
        line("2022年度服务收入与支出专项审核报告", x=150, y=90, em=16),
        body("我们接受委托，审核了贵中心的服务收入与支出。", y=140),
    )
    found = values_of("special_audit_report", paper)
    assert found["aud_client"] == "抚州市小微企业服务中心"
    assert found["aud_fiscal_year"] == 2022


def test_an_empty_row_between_years_and_items_loses_no_service_income() -> None:
    table = grid(
        [
            ["项目", "2022年度", "2021年度"],
            ["", "", ""],
            ["服务收入", "3,120,000.00", "2,980,000.00"],
            ["服务支出", "1,900,000.00", "1,870,000.00"],
        ]
    )
    _facts, rows = extract("audit_report", page(line("服务收支情况", y=60), table))
    (found,) = [r for r in rows if r.field == "svc_statement"]
    assert len(found.rows) == 2


def test_a_clause_further_in_a_row_holds_a_long_label_and_its_share() -> None:
    paper = page(
        body("公益性服务占总服务量的31.2%；集聚区内中小企业占服务对象的64.8%。"),
        grid([["成立登记时间", "2015/04/16"], ["其中：本科以上或中级以上职称（人）", "21"], ["专业人员占比（%）", "87.50"]]),
    )  # fmt: skip
    found = values_of("application_form", paper)
    assert found["xj_in_cluster_share"] == "0.648"
    assert found["app_registration_date"] == "2015-04-16"
    assert found["app_staff_qualified"] == 21
    assert found["app_staff_qualified_ratio"] == "0.875"


def test_without_colours_one_seal_beside_none_is_a_doubt_and_no_seal_is_nothing() -> None:
    text = body("甲方：抚州市小微企业服务中心", "乙方：抚州职业学校", "合作内容：培训")
    title = line("合作协议", x=240, em=20)
    grey = without_colours(page(title, text, seal(120, 420)))
    found = rows_of("cooperation_agreement", "agreements", grey)
    assert found is not None
    cell = found.rows[0].cells["agreements.sealed_both"]
    assert cell.value is False and cell.status is not FactStatus.CERTAIN
    bare = without_colours(page(title, text))
    found = rows_of("cooperation_agreement", "agreements", bare)
    assert found is not None and "agreements.sealed_both" not in found.rows[0].cells


def test_parties_of_a_faxed_table_are_told_by_the_rest_of_their_labels() -> None:
    table = grid(
        [
            ["中方", "抚州市小微企业服务中心"],
            ["Z方", "抚州职业学校"],
            ["合作内容", "技能培训"],
        ]
    )
    foot = body("甲方              乙方", "代表人            代表人", y=420)
    row = row_of(
        "cooperation_agreement", "agreements", page(line("合作协议", x=240, em=20), table, foot)
    )
    assert {row["partner"], row["applicant"]} == {"抚州市小微企业服务中心", "抚州职业学校"}


def test_an_amount_that_a_false_ruling_tears_is_read_whole() -> None:
    table = grid(
        [
            ["项目", "行次", Span("本年累计金额", cols=2), None],
            ["一、营业收入", "1", Span("1,204,500.00", cols=2), None],
            ["税金及附加", "3", "41,", "07"],
            ["管理费用", "4", Span("88,120.00", cols=2), None],
            ["四、净利润", "9", Span("151,300.45", cols=2), None],
        ]
    )  # fmt: skip
    torn = cell_box(table, 2, 3)
    whole = line("41,076.30", torn.x0 - 20, torn.y0 + 1)
    head = body("利润表", "2022年度  单位：元", y=60)
    found = values_of("income_statement", page(head, table, whole))
    assert float(str(found["is_taxes_surcharges"])) == 41076.3
