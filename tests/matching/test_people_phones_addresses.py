"""People, phones, addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.matching import Sameness, compare_addresses, compare_people, compare_phones

SAME, LIKELY, DIFFERENT = Sameness.SAME, Sameness.LIKELY, Sameness.DIFFERENT


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("王 建国", "王建国", SAME),
        ("买买提·艾力", "买买提艾力", SAME),
        ("張偉", "张伟", SAME),
        ("王建国", "王健国", LIKELY),
        ("王*国", "王建国", LIKELY),
        ("王某某", "王建国", LIKELY),
        ("John Smith", "SMITH John", LIKELY),
        ("王建国", "李四", DIFFERENT),
        ("张伟", "李伟", DIFFERENT),
        ("", "李四", DIFFERENT),
    ],
)
def test_people(a: str, b: str, verdict: Sameness) -> None:
    assert compare_people(a, b).verdict is verdict
    assert compare_people(b, a).verdict is verdict


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("0791-88888888", "（0791）8888 8888", SAME),
        ("0791-88888888", "88888888", SAME),
        ("138 1234 5678", "+8613812345678", SAME),
        ("0791-88888888转801", "0791-88888888", LIKELY),
        ("138****5678", "13812345678", LIKELY),
        ("13812345678", "13812345679", LIKELY),
        ("0791-88888888", "0792-88888888", DIFFERENT),
        ("13812345678", "13987654321", DIFFERENT),
        ("", "13812345678", DIFFERENT),
    ],
)
def test_phones(a: str, b: str, verdict: Sameness) -> None:
    assert compare_phones(a, b).verdict is verdict
    assert compare_phones(b, a).verdict is verdict


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("江西省南昌市青山湖区某某大道100号", "南昌市青山湖区某某大道100号A座", SAME),
        ("江西省 南昌市青山湖区某某大道100号", "江西省南昌市青山湖区某某大道100号", SAME),
        ("南昌市青山湖区某某大道100号", "南昌市青山湖区某某大道99号", LIKELY),
        ("江西省南昌市青山湖区某某大道100号", "江西省南昌市西湖区某某路1号", DIFFERENT),
        ("江西省南昌市某某路1号", "湖南省长沙市某某路1号", DIFFERENT),
        ("", "南昌市", DIFFERENT),
    ],
)
def test_addresses(a: str, b: str, verdict: Sameness) -> None:
    assert compare_addresses(a, b).verdict is verdict
    assert compare_addresses(b, a).verdict is verdict


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_raises(a: str, b: str) -> None:
    for compare in (compare_people, compare_phones, compare_addresses):
        assert 0 <= compare(a, b).score <= 1
