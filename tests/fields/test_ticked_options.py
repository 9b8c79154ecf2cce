"""Which option is ticked: boxes before or behind, ticks between words, circles, numbers, what is left over."""

from __future__ import annotations

import pytest
from support.pages import line, page
from support.reading import extract

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark
from extractor.core.worksheet import Fact, FactStatus

FORM = "application_form"
SURVEY = "recommendation_form"
LABEL = "单位性质："


def nature_of(text: str, *marks: Mark, doc: str = FORM) -> Fact | None:
    facts, _rows = extract(doc, page(line(text, x=50, y=200), *marks))
    return next((f for f in facts if f.field in ("app_entity_nature", "rec_survey_methods")), None)


def place(text: str, of: str) -> Box:
    printed: Line = line(text, x=50, y=200)
    at = text.index(of)
    return printed.box_of(at, at + len(of))


def test_a_tick_between_two_options_without_boxes_is_never_certain() -> None:
    fact = nature_of(LABEL + "国有企业  民营企业√其他")
    assert fact is not None
    assert fact.status is FactStatus.DOUBTFUL
    assert {fact.value, *fact.alternatives} == {"private_enterprise", "other"}


def test_a_tick_that_leans_to_the_option_before_it_is_that_options() -> None:
    fact = nature_of(LABEL + "国有企业  民营企业√    其他")
    assert fact is not None
    assert (fact.value, fact.status) == ("private_enterprise", FactStatus.DOUBTFUL)


def test_a_tick_behind_the_last_option_is_its_own() -> None:
    fact = nature_of(LABEL + "事业单位  社会团体  民营企业√")
    assert fact is not None
    assert fact.value == "private_enterprise"


def test_boxes_may_stand_behind_their_options() -> None:
    fact = nature_of(LABEL + "事业单位□ 社会团体☑ 民营企业□")
    assert fact is not None
    assert fact.raw == "社会团体"


@pytest.mark.parametrize("opened,closed", ["（）", "[]", "【】", "〔〕"])
def test_brackets_of_any_kind_are_boxes(opened: str, closed: str) -> None:
    empty, ticked = f"{opened} {closed}", f"{opened}√{closed}"
    fact = nature_of(f"{LABEL}{empty}事业单位 {ticked}社会团体 {empty}民营企业")
    assert fact is not None
    assert fact.raw == "社会团体"


def test_a_circle_around_an_option_chooses_it() -> None:
    text = LABEL + "事业单位  社会团体  民营企业"
    around = place(text, "社会团体").expanded(4, 4)
    fact = nature_of(text, Mark("circle", around, 0.9))
    assert fact is not None
    assert fact.raw == "社会团体"


def test_a_circle_around_all_of_them_chooses_none() -> None:
    text = LABEL + "事业单位  社会团体  民营企业"
    around = place(text, "事业单位  社会团体  民营企业").expanded(10, 4)
    assert nature_of(text, Mark("circle", around, 0.9)) is None


def test_a_circle_around_an_options_number_chooses_it() -> None:
    text = "测评方法：1、上门拜访 2、电话询问 3、网络互动 4、书面征求 5、其他"
    around = [Mark("circle", place(text, n).expanded(4, 3), 0.9) for n in ("2、", "4、")]
    fact = nature_of(text, *around, doc=SURVEY)
    assert fact is not None
    assert fact.value == ("2", "4")


def test_methods_may_be_answered_by_their_numbers() -> None:
    fact = nature_of("测评方法：1、3", doc=SURVEY)
    assert fact is not None
    assert fact.value == ("1", "3")


def test_printed_methods_that_nobody_chose_give_nothing() -> None:
    text = "测评方法：1、上门拜访 2、电话询问 3、网络互动 4、书面征求 5、其他"
    assert nature_of(text, doc=SURVEY) is None


def test_the_one_option_whose_box_is_not_seen_empty_is_proposed() -> None:
    fact = nature_of(LABEL + "□事业单位 □社会团体 □国有企业 民营企业 □其他")
    assert fact is not None
    assert (fact.value, fact.status) == ("private_enterprise", FactStatus.DOUBTFUL)


def test_two_options_left_over_of_a_single_choice_say_nothing() -> None:
    assert nature_of(LABEL + "□事业单位 □社会团体 □民办非企业 国有企业 民营企业") is None
