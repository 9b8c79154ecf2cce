"""A ring read nearly right is settled by the names in print; what was read stays beside it."""

from __future__ import annotations

import pytest

from extractor.core.geometry import Box
from extractor.core.page import Seal
from extractor.fields.make import CERTAIN_AT
from extractor.pipeline.seal_owners import PrintedNames, printed_names, settled

LINES = [
    "申报单位：南昌企服科技有限公司（盖章）",
    "南昌企服科技有限公司",
    "单位名称南昌企服科技有限公司",
    "推荐单位：南昌市工业和信息化局",
    "审计机构：江西华瑞会计师事务所（普通合伙）",
    "南昌市红谷滩区丰和大道1号", "南昌市中小企业名录", "南昌市2023年度",
]  # fmt: skip
PRINTED = printed_names(LINES)


def ring(text: str, confidence: float = 0.8, **more: str) -> Seal:
    box = Box(100, 100, 219, 219)
    if more.get("edge"):
        box = Box(0, 100, 60, 219)
    return Seal(box, 0.9, text=text, text_confidence=confidence, **more)


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("南昌企报科技有限公司", "南昌企服科技有限公司"),
        ("南企服科技有限公司", "南昌企服科技有限公司"),
        ("江西华瑞会计师事务所（普合伙）", "江西华瑞会计师事务所（普通合伙）"),
        ("南昌市工业和倍息化局", "南昌市工业和信息化局"),
    ],
)
def test_the_one_printed_name_that_fits_is_whose_it_is(read: str, name: str) -> None:
    seal = settled(ring(read + "\n合同专用章"), PRINTED)
    assert (seal.organisation, seal.printed) == (name, name)
    assert seal.text is not None and seal.text.startswith(read)
    assert seal.text_confidence < CERTAIN_AT


@pytest.mark.parametrize(
    "read", ["南昌远图科技有限公司", "九江企服", "南昌市财政局", "苏州恒信检测中心", "1年9月9日"]
)
def test_a_ring_of_somebody_else_stays_as_it_was_read(read: str) -> None:
    seal = ring(read)
    assert settled(seal, PRINTED) == seal


def test_two_names_that_fit_alike_settle_nothing() -> None:
    two = printed_names([*LINES, "南昌企投科技有限公司"] * 2)
    crowded = PrintedNames(two.names, two.places)
    crowded.names["南昌企投科技有限公司"] = crowded.names["南昌企服科技有限公司"]
    assert settled(ring("南昌企报科技有限公司"), crowded).printed is None


def test_the_same_name_in_print_makes_it_sure() -> None:
    seal = settled(ring("南昌企服科技有限公司"), PRINTED)
    assert seal.organisation == "南昌企服科技有限公司"
    assert seal.printed is None and seal.text_confidence >= CERTAIN_AT


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("南晶市市场监督管埋局", "南昌市市场监督管理局"),
        ("南晶市不动产登记中心", "南昌市不动产登记中心"),
        ("昌市不动产登记中心", "南昌市不动产登记中心"),
    ],
)
def test_an_office_is_known_by_its_ending_and_its_place(read: str, name: str) -> None:
    seal = settled(ring(read), PRINTED)
    assert seal.organisation == name
    assert seal.text == read and seal.text_confidence < CERTAIN_AT


@pytest.mark.parametrize("part", ["南昌企服科", "服科技有限公司", "南晶企服科技"])
def test_half_a_seal_is_the_printed_name_it_begins_or_ends_like(part: str) -> None:
    seal = settled(ring(part, 0.7, edge="left"), PRINTED)
    whole = part != "服科技有限公司"  # one character of its own proves nothing
    assert seal.organisation == ("南昌企服科技有限公司" if whole else None)
    assert seal.text == part and seal.text_confidence < CERTAIN_AT


@pytest.mark.parametrize("read", ["南昌企报科技有限公司", "南昌企服科技有限公司", "远图公司"])
def test_settling_again_changes_nothing(read: str) -> None:
    once = settled(ring(read), PRINTED)
    assert settled(once, PRINTED) == once


def test_a_name_misread_in_print_as_on_the_ring_is_the_usual_one() -> None:
    slipped = printed_names(["扬州邗工科创有限公司"] * 6 + ["扬州邢工科创有限公司"] * 2)
    seal = settled(ring("扬州邢工科创有限公司"), slipped)
    assert (seal.organisation, seal.printed) == ("扬州邗工科创有限公司", "扬州邗工科创有限公司")
    assert seal.text_confidence < CERTAIN_AT


def test_two_firms_of_nearly_one_name_that_are_both_usual_stay_apart() -> None:
    both = printed_names(["扬州邗工科创有限公司"] * 6 + ["扬州邢工科创有限公司"] * 5)
    assert settled(ring("扬州邢工科创有限公司"), both).organisation == "扬州邢工科创有限公司"


def test_a_trade_read_right_is_not_turned_into_another() -> None:
    seal = settled(ring("宣昌三峡知识产权代理有限公司"), PRINTED)
    assert seal.organisation in (None, "宣昌三峡知识产权代理有限公司")
    told = printed_names(["宜昌三峡知识产权代理有限公司与宜昌峡江众服有限公司经充分沟通"])
    seal = settled(ring("宣昌三峡知识产权代理有限公司"), told)
    assert seal.organisation == "宜昌三峡知识产权代理有限公司"


def test_half_of_a_ring_is_known_by_the_one_name_on_its_page() -> None:
    names = ["太原汾西汇智企业服务有限公司", "太原西铭物业管理有限公司"]
    here = printed_names(names)
    packet = printed_names([*names, "太原龙城职业培训学校"])
    badly = ring("天八汾西智企业务有单公司", 0.5)
    seal = settled(badly, packet, here)
    assert seal.organisation == "太原汾西汇智企业服务有限公司"
    assert seal.text_confidence < CERTAIN_AT


def test_a_ring_that_has_nothing_of_the_names_on_its_page_is_nobodys() -> None:
    here = printed_names(["宜昌峡江众服企业服务有限公司", "宜昌市经济和信息化局"])
    assert settled(ring("五八吧系带管理有限公司", 0.5), here, here).printed is None
