"""Sentences with blanks: every figure goes to its own label, an empty blank to none."""

from __future__ import annotations

import pytest
from support.pages import Span, body, grid, line, page
from support.reading import facts_of, values_of

from extractor.core.worksheet import FactStatus

FORM = "application_form"


def inside(text: str) -> dict[str, object]:
    """Values read from one wide cell."""
    found = values_of(FORM, page(grid([[text]], height=60)))
    return {name: value for name, value in found.items() if "." not in name}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("上年末资产总额 1200 万元，其中：固定资产 300 万元，占 25 %", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额1,200.50万元（其中：固定资产300万元，占25%）", {"app_total_assets_prev_year_end": "12005000"}),
        ("上年末资产总额 1200 万元；流动资产 900 万元", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额（万元）：1200，其中流动资产（万元）：900", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额 0.12 亿元", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额 12000 千元", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额：人民币 1200 万元整", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额 壹仟贰佰万元整（1200万元）", {"app_total_assets_prev_year_end": "12000000"}),
        ("上年末资产总额 １２００ 万元", {"app_total_assets_prev_year_end": "12000000"}),
        ("注册资本__500__万元（实缴____万元）", {"app_registered_capital": "5000000"}),
        ("从业人数：共计 30 人，其中研发人员 12 人", {"app_staff_total": 30}),
        ("仪器、设备数量：58台(套),购买价格：310万元，占总资产15.5%",
         {"app_equipment_count": 58, "app_equipment_price": "3100000", "app_equipment_asset_share": "0.155"}),
        ("仪器、设备数量 58（台、套） 购买价格 310 （万元） 占总资产 15.5 （%）",
         {"app_equipment_count": 58, "app_equipment_price": "3100000", "app_equipment_asset_share": "0.155"}),
        ("仪器、设备数量（台/套）：58 购买价格（万元）：310 占总资产（%）：15.5",
         {"app_equipment_count": 58, "app_equipment_price": "3100000", "app_equipment_asset_share": "0.155"}),
        ("服务场地面积 860 ㎡（自有 360 ㎡、租用 500 ㎡）",
         {"app_premises_area_total": "860", "app_premises_area_owned": "360", "app_premises_area_rented": "500"}),
        ("服务场地面积：860平方米\n其中：自有：360平方米\n租用：500平方米",
         {"app_premises_area_total": "860", "app_premises_area_owned": "360", "app_premises_area_rented": "500"}),
        ("联系人：李小红 微信：abcdef", {"app_contact_name": "李小红"}),
        ("注册地址：南昌市红谷滩区丰和大道1号\n营业时间：9:00-17:00", {"app_registered_address": "南昌市红谷滩区丰和大道1号"}),
        ("单位名称：南昌企服有限公司\n成立背景：由三家企业发起", {"app_org_name": "南昌企服有限公司"}),
    ],
)  # fmt: skip
def test_each_figure_goes_to_its_own_label(text: str, values: dict[str, object]) -> None:
    assert inside(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "上年末资产总额 ____ 万元，其中：固定资产 300 万元，占 25 %",
        "上年末资产总额      万元，其中：固定资产 300 万元",
        "上年末资产总额（万元）：      ，其中流动资产 900",
        "从业人数：共    人，其中研发人员 12 人",
        "联系人：      微信：abcdef",
        "注册地址：      营业时间：上午九时",
        "单位名称：\n成立背景：由三家企业发起",
    ],
)
def test_an_empty_blank_does_not_take_the_figure_of_the_next(text: str) -> None:
    assert inside(text) == {}


@pytest.mark.parametrize("text", ["从业人数：男性 12 人", "注册资本：变更前 300 万元", "注册日期：变更于2019年5月1日"])  # fmt: skip
def test_a_figure_behind_unknown_words_is_doubtful(text: str) -> None:
    for fact in facts_of(FORM, page(grid([[text]]))).values():
        assert fact.status is FactStatus.DOUBTFUL


def test_an_amount_too_large_for_its_unit_is_doubtful_and_the_other_reading_named() -> None:
    fact = facts_of(FORM, page(grid([["注册资本", "5000000"]])))["app_registered_capital"]
    assert fact.status is FactStatus.DOUBTFUL
    assert "5000000" in fact.alternatives


def test_a_unit_in_a_cell_of_its_own_counts() -> None:
    values = values_of(
        FORM, page(grid([["注册资本", "5,000,000", "元"], ["从业人数", "32", "人"]]))
    )
    assert values["app_registered_capital"] == "5000000"
    assert values["app_staff_total"] == 32


def test_a_group_label_with_sub_labels_right_of_it() -> None:
    table = grid(
        [
            [Span("法定代表人", rows=3), "姓名", "王大明"],
            [None, "身份证号", "11010519491231002X"],
            [None, "手机", "13800000001"],
            [Span("联系人", rows=3), "姓名", "李小红"],
            [None, "手机", "13800000002"],
            [None, "电话", "0791-88123456"],
        ]
    )
    values = values_of(FORM, page(table))
    assert values["app_legal_rep"] == "王大明"
    assert values["app_legal_rep_mobile"] == "13800000001"
    assert values["app_legal_rep_id_no"] == "11010519491231002X"
    assert values["app_contact_name"] == "李小红"
    assert values["app_contact_mobile"] == "13800000002"
    assert values["app_contact_phone"] == "0791-88123456"


def test_a_list_of_clients_lends_no_contact_to_the_form() -> None:
    table = grid(
        [
            ["序号", "服务企业名称", "联系人", "联系电话"],
            ["1", "甲有限公司", "张三", "0791-88000001"],
            ["2", "乙有限公司", "李四", "0791-88000002"],
        ]
    )
    values = values_of(FORM, page(table))
    assert "app_contact_name" not in values
    assert "app_contact_phone" not in values


def test_labels_over_values_without_a_grid() -> None:
    lines = [
        line("联系人", x=80, y=100), line("联系电话", x=200, y=100), line("电子邮箱", x=350, y=100),
        line("李小红", x=80, y=120), line("0791-88123456", x=190, y=120), line("a@b.com", x=350, y=120),
    ]  # fmt: skip
    values = values_of(FORM, page(lines))
    assert values["app_contact_name"] == "李小红"
    assert values["app_contact_phone"] == "0791-88123456"
    assert values["app_email"] == "a@b.com"


def test_a_list_without_a_grid_lends_nothing() -> None:
    lines = [
        line("联系人", x=80, y=100), line("联系电话", x=200, y=100),
        line("李小红", x=80, y=120), line("0791-88123456", x=190, y=120),
        line("王小明", x=80, y=140), line("0791-88123457", x=190, y=140),
    ]  # fmt: skip
    assert "app_contact_name" not in values_of(FORM, page(lines))


def test_an_address_goes_on_under_where_it_began() -> None:
    first, second = "注册地址：南昌市红谷滩区丰和大道", "1188号创新大厦1201室"
    x = 80 + 5 * 10.5
    values = values_of(FORM, page(line(first, y=100), line(second, x=x, y=116)))
    assert values["app_registered_address"] == "南昌市红谷滩区丰和大道1188号创新大厦1201室"


def test_a_date_under_an_address_is_no_part_of_it() -> None:
    lines = body("注册地址：南昌市红谷滩区丰和大道1号", "          2024年4月1日")
    assert values_of(FORM, page(lines))["app_registered_address"] == "南昌市红谷滩区丰和大道1号"


def test_the_skeleton_of_an_address_is_no_part_of_it() -> None:
    text = "江西省（自治区、直辖市）南昌市（地、州、盟）红谷滩区丰和大道1号（具体到街道、门牌号）"
    fact = facts_of(FORM, page(grid([["办公地址", text]])))["app_office_address"]
    assert fact.value == "江西省南昌市红谷滩区丰和大道1号"


def test_other_nature_is_read_where_it_is_specified() -> None:
    table = grid([["单位性质", "□事业单位 □民营企业 ☑其他，请注明：联合体"]])
    facts = facts_of(FORM, page(table))
    assert facts["app_entity_nature"].value == "other"
    assert facts["app_entity_nature_other"].value == "联合体"


def test_other_nature_left_open_is_none() -> None:
    table = grid([["单位性质", "☑事业单位 □民营企业 □其他，请注明：______"]])
    facts = facts_of(FORM, page(table))
    assert facts["app_entity_nature"].value == "public_institution"
    assert "app_entity_nature_other" not in facts


def test_whose_mobile_it_is_follows_from_the_row_above_where_its_own_says_nothing() -> None:
    table = grid(
        [
            ["联系人：李小红", "联系电话：0791-88123456"],
            ["传真：0791-88123457", "手机：13800000002"],
        ]
    )
    values = values_of(FORM, page(table))
    assert values["app_contact_mobile"] == "13800000002"
    assert "app_legal_rep_mobile" not in values


def test_a_part_in_the_row_below_its_whole_is_read() -> None:
    table = grid(
        [
            [Span("服务场地面积（平方米）：552", cols=2), None],
            ["其中：自有（平方米）：248", "租用（平方米）：304"],
        ]
    )
    values = values_of(FORM, page(table))
    assert values["app_premises_area_owned"] == "248"
    assert values["app_premises_area_rented"] == "304"


def test_free_text_behind_its_label_is_read_whole_and_only_there() -> None:
    table = grid(
        [
            ["获得专业服务资质情况：\n已通过ISO9001认证，注册资本：10万元的子公司亦同"],
            ["服务活动开展情况：\n全年四次"],
        ],
        height=40,
    )
    values = values_of(FORM, page(table))
    text = "已通过ISO9001认证，注册资本：10万元的子公司亦同"
    assert values["app_qualifications_text"] == text
    assert "app_registered_capital" not in values


def test_a_heading_is_no_name() -> None:
    assert values_of(FORM, page(grid([["一、申请单位基本情况"], ["申请单位 基本情况"]]))) == {}


def test_a_unit_behind_a_later_figure_is_not_the_first_ones() -> None:
    text = "年开展创业项目洽谈、推介活动6次：年培训1235人次"
    values = values_of(FORM, page(grid([[text]])))
    assert values["xj_startup_events"] == 6
    assert values["xj_training_person_times"] == 1235


def test_ink_beside_a_postcode_is_no_part_of_it() -> None:
    values = values_of(FORM, page(line("邮政编码:334000 吾姚申", y=90)))
    assert values["app_postcode"] == "334000"


def test_a_label_may_say_whose_it_is() -> None:
    values = values_of(FORM, page(line("单位注册地址：南昌市红谷滩区丰和大道1号", y=90)))
    assert values["app_registered_address"] == "南昌市红谷滩区丰和大道1号"
