"""Names, addresses, enums, ticks, titles and education."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.enums import (
    parse_bool,
    parse_education,
    parse_enum,
    parse_list,
    title_reading,
)
from extractor.values.folding import fold_width
from extractor.values.names import (
    name_norm,
    parse_address,
    parse_org_name,
    parse_org_or_person,
    parse_person,
    person_names,
)
from extractor.values.traditional import to_simplified

NATURE = {
    "public_institution": ("事业单位",),
    "social_group": ("社会团体",),
    "private_non_enterprise": ("民办非企业", "社会服务机构"),
    "private_enterprise": ("民营企业",),
}
OPINION = {
    "unqualified": ("无保留意见", "标准无保留"),
    "unqualified_emphasis": ("带强调事项段的无保留意见",),
    "qualified": ("保留意见",),
}
EDUCATION = {
    "junior_or_less": ("初中及以下",),
    "secondary": ("高中", "中专"),
    "college": ("大专", "专科"),
    "bachelor": ("本科", "大学"),
    "master": ("硕士", "研究生"),
    "doctor": ("博士",),
}


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold_width(text)) == len(text) == len(to_simplified(text))
    assert fold_width(fold_width(text)) == fold_width(text)


@given(st.text())
def test_the_compared_form_is_stable(text: str) -> None:
    assert name_norm(name_norm(text)) == name_norm(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("江西（南昌）科技有限公司", " 江西(南昌) 科技有限公司"),
        ("萬達信息股份有限公司", "万达信息股份有限公司"),
        ("买买提·艾力", "买买提•艾力"),
        ("ＴＣＬ中环", "Tcl 中环"),
        ("江西【南昌】科技，有限公司", "江西(南昌)科技有限公司"),
    ],
)
def test_one_name_in_two_spellings_compares_equal(a: str, b: str) -> None:
    assert name_norm(a) == name_norm(b) != ""


def test_traditional_characters_change_and_simplified_ones_stay() -> None:
    assert to_simplified("臺灣電機聯合會") == "台湾电机联合会"
    assert to_simplified("中小企业公共服务示范平台") == "中小企业公共服务示范平台"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("申请单位名称：江西 省某某科技有限公司（盖章）", "江西省某某科技有限公司"),
        ("甲方：南昌（高新）科技有限公司", "南昌(高新)科技有限公司"),
        ("南昌市市场监督管理局", "南昌市市场监督管理局"),
        ("Example Technologies Co., Ltd", "Example Technologies Co.,Ltd"),
    ],
)
def test_organisation_names_lose_labels_notes_and_form_spaces(text: str, name: str) -> None:
    parsed = parse_org_name(text)
    assert parsed is not None and parsed.value == name and parsed.factor == 1


@pytest.mark.parametrize("text", ["/", "无", "（盖章）", "12345", "同上", ""])
def test_what_is_no_organisation(text: str) -> None:
    assert parse_org_name(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [("张 三", "张三"), ("法人代表：李四（签字）", "李四"), ("欧阳 娜娜", "欧阳娜娜"),
     ("王 小 明", "王小明"), ("张三13812345678", "张三"), ("买买提·艾力", "买买提·艾力")],
)  # fmt: skip
def test_person_names(text: str, name: str) -> None:
    parsed = parse_person(text)
    assert parsed is not None and parsed.value == name and parsed.factor >= 0.9


def test_several_persons_leave_doubt() -> None:
    parsed = parse_person("张三 李四")
    assert parsed is not None and parsed.factor < 0.5 and parsed.alternatives == ("李四",)
    assert person_names("张三、李四，王五") == ("张三", "李四", "王五")


@pytest.mark.parametrize("text", ["姓名", "无", "/", "张", "某某科技有限公司", "123"])
def test_what_is_no_person(text: str) -> None:
    assert parse_person(text) is None


@pytest.mark.parametrize("text", ["王建国", "南昌大学", "某某科技有限公司"])
def test_a_partner_may_be_either(text: str) -> None:
    parsed = parse_org_or_person(text)
    assert parsed is not None and parsed.value == text


def test_addresses_are_joined() -> None:
    parsed = parse_address("办公地址：江西省 南昌市 高新区 某某大道 100号")
    assert parsed is not None and parsed.value == "江西省南昌市高新区某某大道100号"
    assert parse_address("无") is None


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("☑事业单位 □社会团体 □民营企业", "public_institution"),
        ("□事业单位 □社会团体 ■民营企业", "private_enterprise"),
        ("事业单位√ 社会团体□", "public_institution"),
        ("社会服务机构", "private_non_enterprise"),
        ("民 营 企 业", "private_enterprise"),
        ("民营企亚", "private_enterprise"),
    ],
)
def test_options_by_word_or_tick(text: str, option: str) -> None:
    parsed = parse_enum(text, NATURE)
    assert parsed is not None and parsed.value == option


@pytest.mark.parametrize(
    "text",
    ["事业单位 社会团体 民营企业", "□事业单位 □社会团体", "☑事业单位 ☑社会团体", "/", "", "火星"],
)
def test_an_unmarked_or_doubly_marked_choice_is_unknown(text: str) -> None:
    assert parse_enum(text, NATURE) is None


def test_the_longest_word_wins() -> None:
    for text, option in (
        ("无保留意见", "unqualified"),
        ("保留意见", "qualified"),
        ("带强调事项段的无保留意见", "unqualified_emphasis"),
    ):
        parsed = parse_enum(text, OPINION)
        assert parsed is not None and parsed.value == option


def test_lists_take_what_is_ticked_or_what_is_named() -> None:
    ticked = parse_list("☑事业单位 □社会团体 ☑民营企业", NATURE)
    assert ticked is not None and ticked.value == ("public_institution", "private_enterprise")
    named = parse_list("民营企业、社会团体", NATURE)
    assert named is not None and named.value == ("private_enterprise", "social_group")
    free = parse_list("甲、乙；丙", None)
    assert free is not None and free.value == ("甲", "乙", "丙")


@pytest.mark.parametrize(
    ("text", "level"),
    [("大学本科", "bachelor"), ("大学专科", "college"), ("大专", "college"), ("大学", "bachelor"),
     ("硕士研究生", "master"), ("博士", "doctor"), ("中专", "secondary"), ("某某大学 专科", "college")],
)  # fmt: skip
def test_education(text: str, level: str) -> None:
    parsed = parse_education(text, EDUCATION)
    assert parsed is not None and parsed.value == level


def test_a_degree_not_yet_taken_is_doubtful() -> None:
    parsed = parse_education("硕士在读", EDUCATION)
    assert parsed is not None and parsed.factor <= 0.5 and parsed.printed.assumed


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("高级工程师", "associate_senior"),
        ("正高级工程师", "senior"),
        ("教授级高级工程师", "senior"),
        ("副教授", "associate_senior"),
        ("教授", "senior"),
        ("工程师", "intermediate"),
        ("助理工程师", "junior"),
        ("助理研究员", "intermediate"),
        ("副研究员", "associate_senior"),
        ("实习研究员", "junior"),
        ("中级（会计师）", "intermediate"),
        ("三级律师", "intermediate"),
        ("副主任医师", "associate_senior"),
        ("/", "none"),
        ("无", "none"),
    ],
)
def test_title_levels(text: str, level: str) -> None:
    reading = title_reading(text)
    assert reading is not None and reading.level == level and reading.factor == 1


@pytest.mark.parametrize(
    "text", ["注册会计师", "律师", "税务师", "技师", "高级技师", "二级建造师", "经理"]
)
def test_qualifications_and_grades_are_left_to_the_reviewer(text: str) -> None:
    reading = title_reading(text)
    assert reading is not None and reading.level is None and reading.hint


def test_doubtful_titles_keep_a_hint() -> None:
    bare, job = title_reading("高级"), title_reading("软件工程师")
    assert bare is not None and bare.level == "associate_senior" and bare.factor <= 0.5
    assert job is not None and job.factor <= 0.5 and job.hint
    elsewhere = title_reading("软件工程师", in_title_column=False)
    assert elsewhere is not None and elsewhere.level is None
    assert title_reading("") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("是", True), ("无", False), ("√", True), ("☑是 □否", True), ("□是 ☑否", False), ("是□ 否☑", False),
     ("□是 □否", None), ("线上", True), ("线下", False), ("线上/线下", None), ("", None), ("/", None)],
)  # fmt: skip
def test_yes_and_no(text: str, value: bool | None) -> None:
    parsed = parse_bool(text)
    assert (None if parsed is None else parsed.value) is value


def test_a_former_name_in_brackets_is_not_taken_for_the_name() -> None:
    parsed = parse_org_name("南昌新企咨询有限公司（原名：南昌惠企服务有限公司）")
    assert parsed is not None
    assert parsed.value == "南昌新企咨询有限公司(原名:南昌惠企服务有限公司)"
