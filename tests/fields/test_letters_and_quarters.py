"""Numbers and dates of letters, years and quarters of quarterly tables."""

from __future__ import annotations

import pytest
from support.pages import body, line, page
from support.reading import values_of


def letter(number: str) -> dict[str, object]:
    lines = [
        line("赣州市工业和信息化局文件", y=80), line(number, y=120),
        *body("关于推荐中小企业公共服务示范平台的函", "根据《认定管理办法》（赣工信企业字〔2023〕5号）规定，现予推荐。", y=160),
        line("2024年4月20日", x=380, y=700),
    ]  # fmt: skip
    return dict(values_of("recommendation_letter", page(lines)))


@pytest.mark.parametrize("number", ["赣市工信字〔2024〕31号", "赣市工信字[2024]31号", "赣市工信字（2024）31号"])  # fmt: skip
def test_a_letters_own_number_and_date_are_read(number: str) -> None:
    values = letter(number)
    assert values["rec_letter_number"] == "赣市工信字〔2024〕31号"
    assert values["rec_letter_date"] == "2024-04-20"


def test_the_number_of_a_paper_it_names_is_not_its_own() -> None:
    assert "rec_letter_number" not in letter("")


@pytest.mark.parametrize(
    ("head", "quarter"), [("2024年2季度", 2), ("2024 年 第三 季度", 3), ("2024年度第1季度", 1)]
)
@pytest.mark.parametrize("doctype", ["quarterly_report", "quarterly_summary"])
def test_year_and_quarter_stand_in_the_head(doctype: str, head: str, quarter: int) -> None:
    values = values_of(doctype, page(line(head, x=250, y=90)))
    assert values["q_year"] == 2024
    assert values["q_quarter"] == quarter


def test_a_blank_head_has_neither() -> None:
    values = values_of("quarterly_report", page(line("      年     季度", x=250, y=90)))
    assert values == {}


def test_the_foot_of_a_summary_names_its_people() -> None:
    foot = line("分管领导：周建国      填报人：李小红      填报时间：2024年7月8日", x=50, y=700)
    head = line(
        "设区市、省直管试点县、赣江新区中小企业主管部门名称：赣州市工业和信息化局   2024年2季度",
        x=40,
        y=90,
    )
    values = values_of("quarterly_summary", page(head, foot))
    assert values["q_leader"] == "周建国"
    assert values["q_preparer"] == "李小红"
    assert values["q_date"] == "2024-07-08"
    assert values["q_authority"] == "赣州市工业和信息化局"
