"""Values that reviewers type: clear ones are taken, unclear ones asked back."""

from __future__ import annotations

import pytest
from support.config import the_tools
from support.decided import fact_of, filled_worksheet

from extractor.core.worksheet import Printed, Value
from extractor.decisions.model import DecisionError
from extractor.decisions.typed import read_typed
from extractor.pipeline.naming import naming_of


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("app_registered_capital", "500万元", "5000000"),
        ("app_registered_capital", "5,000,000.50元", "5000000.5"),
        ("app_registered_capital", "伍佰万元", "5000000"),
        ("app_staff_qualified_ratio", "85%", "0.85"),
        ("app_staff_qualified_ratio", "0.85", "0.85"),
        ("app_staff_total", "35", 35),
        ("app_staff_total", "35人", 35),
        ("app_registration_date", "2016年5月", "2016-05"),
        ("app_registration_date", "2016-05-20", "2016-05-20"),
        ("lic_term", "2020-01-01/..", "2020-01-01/.."),
        ("lic_term", "2020年1月1日至长期", "2020-01-01/.."),
        ("app_entity_nature", "民营企业", "private_enterprise"),
        ("app_premises_area_total", "1200", "1200"),
        ("decl_present", "是", True),
        ("lic_uscc", "91360100MA35K8Q701", "91360100MA35K8Q701"),  # wrong check: it stands so
        ("staff_roster.education", "bachelor", "bachelor"),
    ],
)
def test_clear_values(field: str, text: str, value: Value) -> None:
    assert read_typed(field, text, the_tools().catalogue).value == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("app_registered_capital", "500"),  # 元 or 万元
        ("app_registered_capital", "五百左右吧"),
        ("app_staff_qualified_ratio", "80"),
        ("app_staff_total", "35.5"),
        ("app_staff_total", "=1+1"),
        ("app_registration_date", "去年"),
        ("app_entity_nature", "不知道"),
        ("app_contact_mobile", "138****1234"),
        ("staff_roster", "一行"),
        ("no_such_field", "1"),
        ("app_org_name", "  "),
    ],
)
def test_unclear_values_are_asked_back(field: str, text: str) -> None:
    with pytest.raises(DecisionError):
        read_typed(field, text, the_tools().catalogue)


def test_a_bare_amount_is_yuan_only_where_the_paper_has_yuan_or_the_unit_is_told() -> None:
    catalogue = the_tools().catalogue
    in_wan = fact_of(filled_worksheet(), "app_registered_capital")
    in_yuan = in_wan.model_copy(update={"printed": Printed(unit="元")})
    assert read_typed(in_yuan.field, "4800000", catalogue, at=in_yuan).value == "4800000"
    assert read_typed(in_wan.field, "480", catalogue, at=in_wan, unit="万元").value == "4800000"
    with pytest.raises(DecisionError, match="万元"):
        read_typed(in_wan.field, "480", catalogue, at=in_wan)


def test_a_word_of_an_english_worksheet_is_the_value_it_stands_for() -> None:
    catalogue = the_tools().catalogue
    words = naming_of(catalogue, "en").enum_labels["sample_survey.rating"]
    assert words["very_satisfied"] == "very satisfied"
    for value, word in words.items():
        assert read_typed("sample_survey.rating", word, catalogue).value == value
