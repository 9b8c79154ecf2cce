"""Wordings and layouts of offices nobody drew for: what was misread there once stays read."""

from __future__ import annotations

import pytest
from support.pages import body, grid, line, page
from support.reading import extract, values_of

from extractor.core.worksheet import FactStatus
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.prose.patterns import find_shapes

FORM = "application_form"


def test_a_label_close_behind_a_value_is_a_label_where_its_colon_follows() -> None:
    found = values_of(FORM, page(body("法人代表:胡杰联系人：叶翠花手机：18690470393")))
    assert found["app_legal_rep"] == "胡杰"
    assert found["app_contact_name"] == "叶翠花"
    assert found["app_contact_mobile"] == "18690470393"


def test_a_word_that_qualifies_a_label_makes_it_another_one() -> None:
    assert "app_org_name" not in values_of(FORM, page(body("主办单位名称：某某商会")))


@pytest.mark.parametrize(
    "words",
    [
        "大专以上学历或中级以上职称的专业人员",
        "本科及以上学历和中级及以上技术职称的专业人员",
        "具有大专及以上学历和中级以上专业技术职称人员",
    ],
)
def test_qualified_staff_are_counted_whatever_the_wording(words: str) -> None:
    text = f"现有从业人员18人，具备{words}16人，占从业人员总数的88.9%。"
    found = values_of(FORM, page(body(text, x=20)))
    assert found["app_staff_total"] == 18
    assert found["app_staff_qualified"] == 16
    assert found["app_staff_qualified_ratio"] == "0.889"


def test_a_pattern_label_counts_as_exact_and_wins_over_words_inside_it() -> None:
    index = LabelIndex([Label("a", ("~甲(?:及|或)?乙",)), Label("b", ("乙",))])
    assert [(h.owner, h.score) for h in index.find_in("甲或乙：3")] == [("a", 1.0)]


def test_a_label_that_goes_on_in_the_next_row_is_found() -> None:
    full = "年组织企业开展服务活动若干场次，效果良好，产业集聚区内中小企业占服务对"
    first = line(full, x=40, y=100)
    found = values_of(FORM, page(first, line("象的68.5%。", x=40, y=118)))
    assert found["xj_in_cluster_share"] == "0.685"


def test_a_text_under_a_heading_of_its_own_answers_it() -> None:
    text = "专家组听取了汇报，查阅了资料，一致认为申报单位服务基础扎实，建议推荐"
    found = values_of(
        "recommendation_form",
        page(line("专家评审组意见", x=200, y=100), line(text, x=60, y=118)),
    )
    assert found["expert_panel_opinion"] == text


@pytest.mark.parametrize("after", ["2024年度财务报表审计", "（2024年度）"])
def test_the_client_on_a_cover_may_stand_below_the_title(after: str) -> None:
    cover = page(body("审计报告", "川科审字〔2025〕第158号", "绵阳涪创企业服务有限公司", after))
    assert values_of("audit_report", cover)["aud_client"] == "绵阳涪创企业服务有限公司"


def test_what_a_report_calls_its_client_is_no_name() -> None:
    text = body("审计报告", "我们审计了贵单位的财务报表，包括2024年12月31日的资产负债表。")
    assert "aud_client" not in values_of("audit_report", page(text))


def test_a_year_that_the_reports_number_denies_is_doubtful() -> None:
    text = body(
        "服务收支专项审计报告",
        "浙远专审字〔2025〕第966号",
        "我们对贵单位2023年度及2021年度中小企业服务收支情况进行了专项审计。",
    )
    facts, _rows = extract("special_audit_report", page(text))
    years = [f for f in facts if f.field == "aud_fiscal_year"]
    assert all(f.status is FactStatus.DOUBTFUL for f in years if f.value != 2024)
    assert years


def test_a_statement_whose_first_heading_was_misread_is_read() -> None:
    heads = ["产", "行次", "期末余额", "上年年末余额", "负债及所有者权益", "行次", "期末余额", "上年年末余额"]  # fmt: skip
    rows = [
        heads,
        ["流动资产合计", "11", "1,000.00", "900.00", "负债合计", "38", "600.00", "500.00"],
        ["非流动资产合计", "22", "500.00", "400.00", "所有者权益合计", "43", "900.00", "800.00"],
        ["资产总计", "23", "1,500.00", "1,300.00", "负债和所有者权益总计", "44", "1,500.00", "1,300.00"],
    ]  # fmt: skip
    found = values_of("balance_sheet", page(grid(rows)))
    assert found["bs_current_assets_end"] == "1000"
    assert found["bs_total_assets_end"] == "1500"
    assert found["bs_total_liabilities_end"] == "600"


def test_the_amount_in_figures_behind_the_one_in_words_is_the_amount() -> None:
    rows = [
        ["费种", "所属时期", "实缴金额"],
        ["失业保险费", "2024-04-01至2024-04-30", "20,075.28"],
        ["金额合计", "(大写)陆万零伍佰零伍元肆角肆分", "¥60,505.44"],
    ]
    found = values_of("social_security_proof", page(grid([list(r) for r in rows])))
    assert found["ss_amount"] == "60505.44"


def test_a_filing_is_known_by_the_number_of_its_service() -> None:
    text = body("主办单位名称某某中小企业服务有限公司", "ICP备案/许可证号赣ICP备18006127号", "服务备案号赣ICP备18006127号-1")  # fmt: skip
    found = values_of("website_filing", page(text))
    assert found["icp_org"] == "某某中小企业服务有限公司"
    assert found["icp_no"] == "赣ICP备18006127号-1"


def test_the_rest_of_a_value_beside_is_not_taken_into_the_column() -> None:
    lines = [
        line("法定代表人", x=60, y=100), line("胡杰", x=140, y=100),
        line("住所", x=330, y=100), line("四川省绵阳市涪城区创业园路288号创新广场", x=370, y=100, em=9),
        line("经营范围", x=60, y=116), line("企业管理咨询；科技中介", x=140, y=116),
        line("C座11楼", x=370, y=116),
        line("服务；知识产权服务。", x=140, y=132),
    ]  # fmt: skip
    found = values_of("business_license", page(lines))
    assert found["lic_business_scope"] == "企业管理咨询；科技中介服务；知识产权服务。"
    assert found["lic_address"] == "四川省绵阳市涪城区创业园路288号创新广场C座11楼"


def test_the_one_organisation_alone_at_the_foot_signs_the_declaration() -> None:
    foot = [line("昌吉市庭州中小企业服务中心", x=300, y=500), line("2024年6月7日", x=320, y=530)]
    head = body("关于申报材料真实性的声明", "我中心郑重声明：报送的全部材料真实。")
    found = values_of("declaration", page(head, foot))
    assert found["decl_org_name"] == "昌吉市庭州中小企业服务中心"
    two = [*foot, line("昌吉科技有限公司", x=300, y=515)]
    assert "decl_org_name" not in values_of("declaration", page(head, two))


@pytest.mark.parametrize("number", ["川经信中小〔2022〕86号", "昌州经信发〔2021〕31号"])
def test_the_name_of_an_office_in_a_number_is_kept_whole(number: str) -> None:
    assert [s.text for s in find_shapes(f"（{number}）")] == [number]


def test_the_unit_is_read_on_every_page_of_a_statement() -> None:
    first = page(body("资产负债表", "单位：元"), no=1)
    second = page(body("资产负债表（续）", "金额单位：元"), no=2)
    facts, _rows = extract("balance_sheet", first, second)
    assert [f.page for f in facts if f.field == "aud_unit_printed"] == [1, 2]
