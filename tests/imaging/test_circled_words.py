"""Pen circles around printed words, and filled boxes and discs before them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extractor.core.geometry import Box
from extractor.core.page import Line, Mark
from extractor.imaging.ink import Scale
from extractor.imaging.marks import find_marks
from extractor.imaging.plane import Picture, gray_of
from tests.imaging.pictures import PX_PER_MM, PX_PER_PT, as_scanned, chinese_font, paper

SCALE = Scale(PX_PER_PT, PX_PER_MM)
LEFT, TOP, SIZE = 120, 100, 30


def words(text: str, gap: int = 0) -> tuple[Picture, Line]:
    """A page with ``text`` and the line as OCR would give it; ``gap``: pixels before the first word."""
    picture = Image.fromarray(paper(600, 260))
    font = chinese_font(SIZE)
    pen = ImageDraw.Draw(picture)
    for i, char in enumerate(text):
        pen.text((LEFT + i * SIZE, TOP), char, font=font, fill=(15, 15, 15))
    x0 = (LEFT - gap) / PX_PER_PT
    edges = [x0, *((LEFT + i * SIZE) / PX_PER_PT for i in range(1, len(text) + 1))]
    box = Box(x0, (TOP - 3) / PX_PER_PT, edges[-1], (TOP + SIZE + 9) / PX_PER_PT)
    sure = (0.99,) * len(text)
    return np.asarray(picture, dtype=np.uint8).copy(), Line(
        text, box, 0.99, char_x=tuple(edges), char_confidence=sure
    )


def circle(page: Picture, first: int, count: int, room: float = 7, turn: float = 0.0) -> None:
    """A pen circle around ``count`` characters, its ends past each other."""
    middle = (LEFT + round((first + count / 2) * SIZE), TOP + 21)
    axes = (round(count * SIZE / 2 + room), round(SIZE / 2 + room))
    cv2.ellipse(page, middle, axes, turn, 20, 395, (70, 30, 25), 3, cv2.LINE_AA)


def marks_of(page: Picture, line: Line) -> tuple[Mark, ...]:
    return find_marks(gray_of(as_scanned(page)), (), (line,), SCALE)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([(0, 2), (2, 4), (6, 3)]), st.floats(5, 11), st.floats(-2, 2),
)  # fmt: skip
def test_the_circled_word_is_found_whichever_it_is(
    word: tuple[int, int], room: float, turn: float
) -> None:
    page, line = words("满意基本满意不满意")
    circle(page, *word, room, turn)
    (mark,) = marks_of(page, line)
    place = line.box_of(word[0], sum(word))
    assert mark.kind == "circle"
    assert abs(mark.box.cx - place.cx) < 0.7 * SIZE / PX_PER_PT


def test_a_circle_that_touches_the_lines_of_its_cell_is_one() -> None:
    page, line = words("是否")
    circle(page, 1, 1, 8)
    for y in (TOP + 21 - 24, TOP + 21 + 24):
        cv2.line(page, (20, y), (580, y), (20, 20, 20), 3)
    assert [m.kind for m in marks_of(page, line)] == ["circle"]


@pytest.mark.parametrize("text", ["满意不满意", "（满意）不满意", "国家图书馆圆口"])
def test_words_and_brackets_alone_are_no_circle(text: str) -> None:
    page, line = words(text)
    assert marks_of(page, line) == ()


def test_a_word_in_a_narrow_cell_is_not_circled() -> None:
    page, line = words("满意")
    for x in (LEFT - 5, LEFT + 2 * SIZE + 5):
        cv2.line(page, (x, 5), (x, 255), (20, 20, 20), 3)
    for y in (TOP - 6, TOP + 46):
        cv2.line(page, (20, y), (580, y), (20, 20, 20), 3)
    assert marks_of(page, line) == ()


@pytest.mark.parametrize(("fill", "kind"), [(-1, "box_ticked"), (2, "box_empty")])
@pytest.mark.parametrize("disc", [True, False])
def test_boxes_and_discs_before_a_word_are_filled_or_empty(
    fill: int, kind: str, disc: bool
) -> None:
    page, line = words("民营企业", gap=36)
    at, half = (LEFT - 22, TOP + 21), 12
    if disc:
        cv2.circle(page, at, half, (15, 15, 15), fill, cv2.LINE_AA)
    else:
        corners = (at[0] - half, at[1] - half), (at[0] + half, at[1] + half)
        cv2.rectangle(page, *corners, (15, 15, 15), fill)
    assert [m.kind for m in marks_of(page, line)] == [kind]


def test_a_nought_before_a_word_is_no_empty_disc() -> None:
    page, _ = words("家企业", gap=36)
    cv2.circle(page, (LEFT - 22, TOP + 21), 12, (15, 15, 15), 2, cv2.LINE_AA)
    x0 = (LEFT - 36) / PX_PER_PT
    edges = (x0, *((LEFT + i * SIZE) / PX_PER_PT for i in range(4)))
    box = Box(x0, (TOP - 3) / PX_PER_PT, edges[-1], (TOP + SIZE + 9) / PX_PER_PT)
    read = Line("0家企业", box, 0.99, char_x=edges, char_confidence=(0.99,) * 4)
    assert marks_of(page, read) == ()
