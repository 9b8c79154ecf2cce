"""The packet's table of contents: numbered names, with or without page numbers."""

from __future__ import annotations

from support.pages import line, page
from support.reading import values_of


def contents(*rows: str) -> object:
    lines = [line(row, y=120 + 30 * n) for n, row in enumerate(rows)]
    return values_of("cover_or_contents", page([line("目　录", x=250, y=80), *lines])).get(
        "pkt_contents"
    )


def test_names_with_dots_and_page_numbers_are_read() -> None:
    found = contents("1、申请表………………3", "2、营业执照副本复印件......21", "3、2024年度审计报告 24")
    assert found == ("申请表", "营业执照副本复印件", "2024年度审计报告")


def test_chinese_numbers_and_two_digits_are_numbers_too() -> None:
    assert contents("一、推荐表", "二、申请报告", "三、营业执照") == (
        "推荐表",
        "申请报告",
        "营业执照",
    )
    assert contents("01 推荐表", "02 申请报告", "03 营业执照") == ("推荐表", "申请报告", "营业执照")


def test_a_cover_and_a_list_out_of_order_name_no_papers() -> None:
    assert contents("某某服务有限公司", "二〇二四年五月") is None
    assert contents("3、营业执照", "1、申请表") is None
    assert contents("2024年5月20日", "1、申请表", "2、营业执照") is None
