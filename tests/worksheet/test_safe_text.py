"""Packet text made harmless: nothing hidden, nothing over the limit, nothing dropped in silence."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from extractor.worksheet.safe_text import (
    EXCEL_CELL_LIMIT,
    cell_text,
    cut_to_units,
    looks_like_formula,
    one_line,
    utf16_units,
    visible,
)

MARK = "……〔已截断〕"


def test_control_characters_can_be_seen() -> None:
    assert visible("a\x00b\x07c\x1bd\te\x7f") == "a␀b␇c␛d␉e␡"
    assert visible("\x85") == "⟦U+0085⟧"


def test_direction_marks_can_be_seen() -> None:
    assert visible("abc\u202ecba") == "abc⟦U+202E⟧cba"
    assert visible("\u2066x\u200f") == "⟦U+2066⟧x⟦U+200F⟧"


def test_line_ends_stay_line_ends() -> None:
    assert visible("a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert one_line(" a\r\n b\t c ") == "a b␉ c"


def test_a_lone_surrogate_is_replaced() -> None:
    assert visible("x\ud800y") == "x\ufffdy"


def test_excels_own_escape_is_escaped() -> None:
    assert cell_text("_x0041_", MARK) == "_x005F_x0041_"
    assert cell_text("a_x41_b", MARK) == "a_x41_b"


def test_a_text_at_the_limit_is_whole_and_one_over_is_cut_with_a_mark() -> None:
    assert cell_text("字" * EXCEL_CELL_LIMIT, MARK) == "字" * EXCEL_CELL_LIMIT
    cut = cell_text("字" * (EXCEL_CELL_LIMIT + 1), MARK)
    assert cut.endswith(MARK)
    assert utf16_units(cut) == EXCEL_CELL_LIMIT


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert utf16_units("𠮷") == 2
    assert cut_to_units("𠮷𠮷𠮷", 5, "…") == "𠮷𠮷…"


def test_formulas_are_told_by_their_first_character() -> None:
    assert all(map(looks_like_formula, ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"]))
    assert not any(map(looks_like_formula, ["1=1", "中=", "", "'=1"]))


@given(st.text(st.characters(), max_size=200))
def test_any_text_may_stand_in_a_cell(text: str) -> None:
    safe = cell_text(text, MARK)
    assert not ILLEGAL_CHARACTERS_RE.search(safe)
    assert not re.search("[\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]", safe)
    safe.encode("utf-8")


@given(st.text(max_size=60), st.integers(8, 40))
def test_a_cut_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    cut = cut_to_units(text, limit, "…")
    assert utf16_units(cut) <= limit
    assert cut == text or cut.endswith("…")
