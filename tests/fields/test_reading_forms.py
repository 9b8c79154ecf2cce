"""Forms: a value stands in its label's own cell, right of it or below; nothing else is taken for one."""

from __future__ import annotations

import pytest
from support.pages import Span, body, cell_box, grid, line, page, tick
from support.reading import extract, facts_of, values_of

from extractor.core.page import Mark
from extractor.core.worksheet import FactStatus, Method

FORM = "application_form"


def test_a_value_right_of_its_label_is_read_with_its_place() -> None:
    table = grid([["申请单位名称", "南昌企服有限公司"], ["注册日期", "2016年5月20日"]])
    facts = facts_of(FORM, page(table))
    name = facts["app_org_name"]
    assert name.value == "南昌企服有限公司"
    assert name.raw == "南昌企服有限公司"
    assert name.method is Method.OCR_CELL
    assert name.page == 1
    assert name.box is not None
    box = cell_box(table, 0, 1)
    assert box.x0 <= name.box[0] <= name.box[2] <= box.x1
    assert box.y0 <= name.box[1] <= name.box[3] <= box.y1
    assert facts["app_registration_date"].value == "2016-05-20"
    assert facts["app_registration_date"].printed.label == "注册日期"


def test_a_value_in_the_cell_of_its_label_is_read() -> None:
    table = grid([["单位名称：南昌企服有限公司", "注册资本：500万元"]])
    values = values_of(FORM, page(table))
    assert values["app_org_name"] == "南昌企服有限公司"
    assert values["app_registered_capital"] == "5000000"


def test_a_value_below_its_label_is_read_where_nothing_stands_right_of_it() -> None:
    table = grid([["上年末资产总额（万元）"], ["1,234.56"]])
    assert values_of(FORM, page(table))["app_total_assets_prev_year_end"] == "12345600"


def test_a_line_outside_tables_is_read_by_its_label() -> None:
    facts = facts_of(FORM, page(line("申请单位名称：南昌企服有限公司", y=90)))
    assert facts["app_org_name"].value == "南昌企服有限公司"
    assert facts["app_org_name"].method is Method.OCR_LABEL


def test_an_empty_cell_is_absent_and_never_zero() -> None:
    table = grid([["注册资本（万元）", ""], ["从业人数", ""], ["联系人", ""]])
    values = values_of(FORM, page(table))
    assert "app_registered_capital" not in values
    assert "app_staff_total" not in values
    assert "app_contact_name" not in values


def test_the_next_label_is_never_the_value_of_an_empty_one() -> None:
    table = grid([["联系人", "联系电话", "0791-88123456"]])
    values = values_of(FORM, page(table))
    assert "app_contact_name" not in values
    assert values["app_contact_phone"] == "0791-88123456"


@pytest.mark.parametrize("label", ["注册曰期", "注 册 日 期", "注册日期:", "注册日期　："])
def test_a_label_spelled_with_a_slip_is_still_found(label: str) -> None:
    values = values_of(FORM, page(grid([[label, "2016年5月20日"]])))
    assert values["app_registration_date"] == "2016-05-20"


def test_a_slip_in_the_label_makes_the_value_less_sure() -> None:
    right = facts_of(FORM, page(grid([["从业人员总数", "32人"]])))["app_staff_total"]
    wrong = facts_of(FORM, page(grid([["从业人贝总数", "32人"]])))["app_staff_total"]
    assert wrong.value == right.value == 32
    assert wrong.confidence < right.confidence


def test_words_that_go_on_as_a_sentence_are_no_label() -> None:
    values = values_of(FORM, page(body("申报单位的基本情况", "联系人和联系电话应当准确填写", y=80)))
    assert "app_org_name" not in values
    assert "app_contact_name" not in values


def test_a_label_in_the_middle_of_words_is_none() -> None:
    values = values_of(FORM, page(grid([["本单位由上级单位名称变更而来", "二〇一六年"]])))
    assert "app_org_name" not in values


def test_phone_and_fax_in_one_cell_are_told_apart() -> None:
    table = grid([["联系电话及传真", "0791-88123456 / 0791-88123457"]])
    values = values_of(FORM, page(table))
    assert values["app_contact_phone"] == "0791-88123456"
    assert values["app_fax"] == "0791-88123457"


def test_a_single_number_is_no_fax() -> None:
    values = values_of(FORM, page(grid([["联系电话及传真", "0791-88123456"]])))
    assert values["app_contact_phone"] == "0791-88123456"
    assert "app_fax" not in values


@pytest.mark.parametrize(
    ("label", "text", "value", "unit_from"),
    [
        ("注册资本（万元）", "500", "5000000", "label"),
        ("注册资本", "500万元", "5000000", "cell"),
        ("注册资本（元）", "5,000,000", "5000000", "label"),
        ("注册资本（元）", "500万元", "5000000", "cell"),
        ("注册资本", "500", "5000000", "default"),
    ],
)
def test_the_unit_is_the_nearest_one_and_it_is_said_where_it_stood(
    label: str, text: str, value: str, unit_from: str
) -> None:
    fact = facts_of(FORM, page(grid([[label, text]])))["app_registered_capital"]
    assert fact.value == value
    assert fact.printed.unit_from == unit_from


def test_several_values_in_one_cell_go_to_their_own_labels() -> None:
    cell = "服务场地面积：1200平方米（其中：自有200平方米，租用1000平方米）"
    values = values_of(FORM, page(grid([[cell]])))
    assert values["app_premises_area_total"] == "1200"
    assert values["app_premises_area_owned"] == "200"
    assert values["app_premises_area_rented"] == "1000"


def test_a_share_belongs_to_the_label_before_it() -> None:
    cell = "从业人数：共30人，其中：大专及以上学历和中级及以上技术职称的专业人员24人，占总人数80%"
    values = values_of(FORM, page(grid([[cell]])))
    assert values["app_staff_total"] == 30
    assert values["app_staff_qualified"] == 24
    assert values["app_staff_qualified_ratio"] == "0.8"


def test_whose_mobile_it_is_follows_from_the_row() -> None:
    table = grid(
        [
            ["法定代表人", "王大明", "手机", "13800000001"],
            ["联系人", "李小红", "手机", "13800000002"],
        ]
    )
    values = values_of(FORM, page(table))
    assert values["app_legal_rep_mobile"] == "13800000001"
    assert values["app_contact_mobile"] == "13800000002"


def test_labels_inside_free_text_are_not_read() -> None:
    text = "得到市级扶持资金。\n联系人：赵某，注册资本：9999万元"
    table = grid([["得到政府扶持的情况", text], ["注册资本", "500万元"]], height=40)
    values = values_of(FORM, page(table))
    assert values["app_registered_capital"] == "5000000"
    assert "app_contact_name" not in values
    assert "9999" in str(values["app_gov_support"])


@pytest.mark.parametrize("text", ["-120.5万元", "－120.5万元", " -120.5 万元"])
def test_a_minus_sign_is_never_dropped(text: str) -> None:
    fact = facts_of(FORM, page(grid([["上年末资产总额", text]]))).get(
        "app_total_assets_prev_year_end"
    )
    assert fact is not None
    assert fact.value == "-1205000"


def test_a_dash_behind_a_label_is_no_minus_sign() -> None:
    values = values_of(FORM, page(grid([["注册资本—500万元"], ["从业人数-32人"]])))
    assert values["app_registered_capital"] == "5000000"
    assert values["app_staff_total"] == 32


@pytest.mark.parametrize("text", ["/", "—", "-", "无", "____"])
def test_a_cell_that_says_there_is_nothing_has_no_figure(text: str) -> None:
    values = values_of(FORM, page(grid([["注册资本", text], ["从业人数", text], ["传真", text]])))
    assert values == {}


def test_two_places_of_one_field_are_two_facts() -> None:
    table = grid([["注册资本", "500万元"], ["", ""], ["注册资本", "800万元"]])
    facts = [f for f in extract(FORM, page(table))[0] if f.field == "app_registered_capital"]
    assert [f.value for f in facts] == ["5000000", "8000000"]
    assert len({f.id for f in facts}) == 2


def test_a_faint_character_makes_the_fact_doubtful() -> None:
    sure = line("注册资本：500万元", y=90)
    faint = line("注册资本：500万元", y=90, char_confidence=[0.99] * 5 + [0.4] + [0.99] * 4)
    good = facts_of(FORM, page(sure))["app_registered_capital"]
    bad = facts_of(FORM, page(faint))["app_registered_capital"]
    assert good.status is FactStatus.CERTAIN
    assert bad.status is FactStatus.DOUBTFUL
    assert bad.confidence <= 0.4
    assert bad.value == good.value


def nature(*options: str) -> list[list[str | Span | None]]:
    return [["单位性质", "".join(options)]]


def test_a_ticked_glyph_chooses_its_option() -> None:
    table = grid(nature("□事业单位", "☑社会团体", "□民办非企业"), widths=[100, 300])
    fact = facts_of(FORM, page(table))["app_entity_nature"]
    assert fact.method is Method.MARK
    assert fact.raw == "社会团体"
    assert fact.alternatives == ()


def test_options_that_nobody_ticked_give_no_value() -> None:
    table = grid(nature("□事业单位", "□社会团体", "□民办非企业"), widths=[100, 300])
    assert "app_entity_nature" not in facts_of(FORM, page(table))


def test_two_ticks_for_one_answer_are_doubtful_and_both_are_kept() -> None:
    table = grid(nature("☑事业单位", "☑社会团体", "□民办非企业"), widths=[100, 300])
    fact = facts_of(FORM, page(table))["app_entity_nature"]
    assert fact.status is FactStatus.DOUBTFUL
    assert fact.alternatives


def test_a_tick_seen_in_the_pixels_wins_over_the_glyph_read() -> None:
    table = grid(nature("□事业单位", "□社会团体", "□民办非企业"), widths=[100, 300])
    run = table.at(0, 1)
    assert run is not None
    text = run.lines[0]
    at = text.box_of(5, 6)  # the box before 社会团体
    marks = [Mark("box_empty", text.box_of(0, 1), 0.9), Mark("box_ticked", at, 0.9)]
    fact = facts_of(FORM, page(table, *marks))["app_entity_nature"]
    assert fact.raw == "社会团体"


def test_a_tick_far_away_ticks_nothing() -> None:
    table = grid([*nature("□事业单位", "□社会团体"), ["备注", ""]], widths=[100, 300])
    assert "app_entity_nature" not in facts_of(FORM, page(table, tick(table, 1, 1)))
