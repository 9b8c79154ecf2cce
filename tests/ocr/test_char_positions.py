"""Edges of characters from the places where a recogniser saw them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.ocr.char_positions import character_edges, relative_width

lines = st.lists(
    st.tuples(st.sampled_from("服务场地面积：520.1, 平方米A（）"), st.floats(0, 1)), max_size=40
).map(lambda pairs: ("".join(c for c, _ in pairs), sorted(x for _, x in pairs)))


@given(lines, st.floats(-1e4, 1e4), st.floats(0, 1e4))
def test_edges_ascend_from_end_to_end(
    line: tuple[str, list[float]], left: float, width: float
) -> None:
    text, centres = line
    edges = character_edges(text, centres, left, left + width)
    if not text:
        assert edges == ()
        return
    assert len(edges) == len(text) + 1
    assert edges[0] == left and edges[-1] == left + width
    assert all(a <= b for a, b in pairwise(edges))


def test_evenly_set_ideographs_get_even_boxes() -> None:
    edges = character_edges("资产总额", [0.125, 0.375, 0.625, 0.875], 100, 200)
    assert edges == pytest.approx((100, 125, 150, 175, 200))


def test_between_an_ideograph_and_a_digit_the_edge_is_nearer_to_the_digit() -> None:
    # 米 30 px wide at 0..30, then 5 at 30..46: middles 15 and 38.
    edges = character_edges("米5", [15 / 46, 38 / 46], 0, 46)
    assert 28 < edges[1] < 32


def test_text_and_centres_that_do_not_match_give_nothing() -> None:
    assert character_edges("abc", [0.5], 0, 10) == ()


@pytest.mark.parametrize(("char", "width"), [("积", 1.0), ("：", 1.0), ("8", 0.55), (".", 0.35)])
def test_widths_follow_the_kind_of_character(char: str, width: float) -> None:
    assert relative_width(char) == width
