"""Names: decoding, order, and what is shown of them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.files.names import (
    decode_name,
    is_junk,
    natural_key,
    refusal_of_member,
    shown,
)


@given(st.text())
def test_no_name_brings_a_line_or_a_direction_of_its_own(name: str) -> None:
    assert not {unicodedata.category(c) for c in shown(name)} & {"Cc", "Cf", "Zl", "Zp", "Cs"}
    assert len(shown(name)) <= 130


@given(st.binary())
def test_any_bytes_give_a_name_that_can_be_written(raw: bytes) -> None:
    decode_name(raw).encode("utf-8")


@given(st.lists(st.text(), unique=True), st.randoms())
def test_names_sort_in_one_way_only(names: list[str], random) -> None:
    shuffled = random.sample(names, len(names))
    assert sorted(shuffled, key=natural_key) == sorted(names, key=natural_key)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2.pdf", "10.pdf"),
        ("p2-10.pdf", "p10-1.pdf"),
        ("二、执照.pdf", "十、声明.pdf"),
        ("第九章.pdf", "第二十一章.pdf"),
        ("附件三.pdf", "附件十二.pdf"),
        ("２.pdf", "10.pdf"),
        ("a/2.pdf", "a/10.pdf"),
    ],
)
def test_numbers_in_names_count(earlier: str, later: str) -> None:
    assert natural_key(earlier) < natural_key(later)


@pytest.mark.parametrize("name", ["a/../b", "/a", "c:/x", "//", "", " "])
def test_wicked_member_names_are_refused_with_a_reason(name: str) -> None:
    assert refusal_of_member(name)


def test_two_dots_inside_a_name_are_harmless() -> None:
    assert refusal_of_member("审计报告..最终.pdf") is None


def test_system_files_are_junk_wherever_they_lie() -> None:
    assert is_junk("__MACOSX/a/._b.pdf")
    assert is_junk("x/.git/config")
    assert not is_junk("x/a.pdf")
