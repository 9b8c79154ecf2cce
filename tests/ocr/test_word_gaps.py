"""Spaces that the recogniser dropped come back where the paper shows them, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.ocr.char_positions import relative_width
from extractor.ocr.engine import Image, Quad
from extractor.ocr.word_gaps import gaps_in_line, with_spaces

EM = 30


def printed(text: str, ink: int = 20, gap: float = 0.5) -> tuple[str, list[float], Quad, Image]:
    """The text without its spaces, as a recogniser gives it, and a picture with a bar for each
    character in the middle of its place; a space is ``gap`` em wide."""
    image = np.full((60, 1400, 3), 250, np.uint8)
    x, middles, seen = 40.0, [], ""
    for char in text:
        if char == " ":
            x += gap * EM
            continue
        width = relative_width(char) * EM
        bearing = 0.28 * EM / 2 if char == "1" else 0.05 * EM
        image[15:45, round(x + bearing) : round(x + width - bearing)] = ink
        middles.append(x + width / 2)
        seen += char
        x += width
    quad: Quad = ((40.0, 10.0), (x, 10.0), (x, 50.0), (40.0, 50.0))
    return seen, [(m - 40) / (x - 40) for m in middles], quad, image


def reread(text: str, ink: int = 20, gap: float = 0.5) -> str:
    seen, centres, quad, image = printed(text, ink, gap)
    gaps = gaps_in_line(seen, centres, quad, image)
    return with_spaces(seen, centres, [0.9] * len(seen), gaps)[0]


@pytest.mark.parametrize("ink", [20, 190])
@pytest.mark.parametrize(
    "text",
    [
        "0791-88123456 13812345678",
        "2,516,034,246.28 3,208,509,232.32",
        "合计35 28 95.60%",
        "ISO 9001 CMMI",
    ],
)
def test_words_and_figures_are_parted_again(text: str, ink: int) -> None:
    assert reread(text, ink) == text


@pytest.mark.parametrize(
    "text", ["91360100MA35K2XY7L", "1,111,111.11", "2016年5月20日", "资产总额1,234.56万元", "12"]
)
def test_one_figure_stays_one(text: str) -> None:
    assert reread(text) == text


def test_gaps_between_chinese_characters_are_layout() -> None:
    assert reread("姓 名 张 三") == "姓名张三"


def test_widely_set_digits_are_no_words() -> None:
    assert reread("2 0 2 3 0 5 2 0", gap=0.4) == "20230520"


@given(st.text("0123456789", min_size=1, max_size=12), st.data())
def test_spaces_keep_texts_places_and_scores_in_step(text: str, data: st.DataObject) -> None:
    centres = [(i + 0.5) / len(text) for i in range(len(text))]
    scores = [0.5 + i / 100 for i in range(len(text))]
    gaps = data.draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=3))
    gaps = {g for g in gaps if g < len(text)}
    spaced, where, sure = with_spaces(text, centres, scores, sorted(gaps))
    assert len(spaced) == len(where) == len(sure) == len(text) + len(gaps)
    assert spaced.replace(" ", "") == text
    assert list(where) == sorted(where)
