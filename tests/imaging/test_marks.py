"""Ticks, dashes, check boxes: told apart by their ink, whatever the pen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extractor.core.geometry import Box
from extractor.core.page import Cell, Line, Mark
from extractor.imaging.clean import clean_page
from extractor.imaging.ink import Scale
from extractor.imaging.marks import find_marks
from extractor.imaging.plane import Picture, gray_of
from extractor.imaging.strokes import kind_of
from tests.imaging.pictures import (
    PX_PER_MM,
    PX_PER_PT,
    as_scanned,
    chinese_font,
    draw_grid,
    draw_seal,
    draw_text_like,
    paper,
)

SCALE = Scale(PX_PER_PT, PX_PER_MM)
CELL = Box(100 / PX_PER_PT, 100 / PX_PER_PT, 340 / PX_PER_PT, 190 / PX_PER_PT)


def cell_page() -> Picture:
    page = paper(600, 400)
    draw_grid(page, 100, 100, [240, 200], 2, 90)
    return page


def marks_of(page: Picture, text: str = "", quality: int = 75) -> tuple[Mark, ...]:
    lines = (Line(text, CELL, 0.9),) if text else ()
    gray = clean_page(as_scanned(page, quality), PX_PER_PT).gray
    return find_marks(gray, [Cell(0, 0, 1, 1, CELL, lines)], lines, SCALE)


def draw_tick(page: Picture, x: int, y: int, size: float, pen: int, lean: float = 0.0) -> None:
    points = [
        (x - 0.4 * size, y - 0.02 * size),
        (x - 0.12 * size, y + 0.36 * size),
        (x + (0.55 + lean) * size, y - 0.5 * size),
    ]
    cv2.polylines(page, [np.int32(points)], False, (70, 30, 25), pen, cv2.LINE_AA)


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=40),
    st.floats(0.5, 8),
)
def test_any_ink_however_little_has_an_answer(
    pixels: set[tuple[int, int]], px_per_mm: float
) -> None:
    ink = np.zeros((12, 12), np.uint8)
    for y, x in pixels:
        ink[y, x] = 1
    kind, sure = kind_of(ink, px_per_mm)
    assert 0.0 <= sure <= 1.0
    if len(pixels) == 1:
        assert kind is None


def test_an_empty_cell_has_no_mark() -> None:
    assert marks_of(cell_page()) == ()


@settings(max_examples=40, deadline=None)
@given(
    st.floats(22, 75), st.integers(2, 7), st.floats(-0.1, 0.3), st.integers(-60, 60),
    st.integers(40, 90),
)  # fmt: skip
def test_a_pen_tick_is_a_tick(size: float, pen: int, lean: float, dx: int, quality: int) -> None:
    page = cell_page()
    draw_tick(page, 220 + dx, 148, size, pen, lean)
    (mark,) = marks_of(page, quality=quality)
    assert mark.kind == "tick" and mark.confidence >= 0.5
    assert mark.box.contains_point((220 + dx) / PX_PER_PT, 148 / PX_PER_PT, slack=4)


@pytest.mark.parametrize("read", ["V", "√", "」", "丿"])
def test_a_tick_that_ocr_took_for_a_character_is_still_a_tick(read: str) -> None:
    page = cell_page()
    draw_tick(page, 220, 148, 45, 4)
    assert [m.kind for m in marks_of(page, read)] == ["tick"]


def test_a_single_character_that_is_no_tick_is_no_mark() -> None:
    page = cell_page()
    draw_text_like(page, 210, 135, 1)
    assert marks_of(page, "无") == ()


def test_a_cell_with_words_is_not_looked_at() -> None:
    page = cell_page()
    draw_tick(page, 220, 148, 45, 4)
    assert marks_of(page, "本科") == ()


@pytest.mark.parametrize(
    ("a", "b"), [((195, 148), (245, 148)), ((200, 172), (240, 120)), ((170, 145), (280, 147))]
)
def test_dashes_and_slashes_mean_none(a: tuple[int, int], b: tuple[int, int]) -> None:
    page = cell_page()
    cv2.line(page, a, b, (20, 20, 20), 3, cv2.LINE_AA)
    assert marks_of(page) == ()


@pytest.mark.parametrize(
    ("strokes", "kind"),
    [
        ([(190, 120), (250, 175), None, (190, 175), (250, 120)], "cross"),
        ([(180, 130), (200, 170), (215, 125), (235, 170), (262, 128)], "handwriting"),  # waves
        ([(195, 120), (235, 118), (215, 172)], "handwriting"),  # a 7 by hand
    ],
)
def test_other_ink_is_never_a_tick(strokes: list[tuple[int, int] | None], kind: str) -> None:
    page = cell_page()
    run: list[tuple[int, int]] = []
    for point in [*strokes, None]:
        if point is None:
            cv2.polylines(page, [np.int32(run)], False, (40, 20, 20), 4, cv2.LINE_AA)
            run = []
        else:
            run.append(point)
    assert [m.kind for m in marks_of(page)] == [kind]


def test_a_circle_by_hand_is_a_circle_and_a_nought_is_none() -> None:
    page = cell_page()
    cv2.ellipse(page, (220, 145), (30, 27), 10, 0, 372, (60, 30, 30), 3, cv2.LINE_AA)
    assert [m.kind for m in marks_of(page)] == ["circle"]
    page = cell_page()
    cv2.ellipse(page, (220, 145), (16, 28), 0, 0, 360, (60, 30, 30), 3, cv2.LINE_AA)
    assert [m.kind for m in marks_of(page)] == ["handwriting"]


def test_a_filled_dot_is_a_tick() -> None:
    for draw in (
        lambda page: cv2.circle(page, (220, 145), 13, (20, 20, 20), -1, cv2.LINE_AA),
        lambda page: cv2.rectangle(page, (208, 133), (232, 157), (20, 20, 20), -1),
    ):
        page = cell_page()
        draw(page)
        assert [m.kind for m in marks_of(page)] == ["tick"]


@pytest.mark.parametrize("digit", list("0123456789"))
@pytest.mark.parametrize("font", [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_TRIPLEX])
@pytest.mark.parametrize("size", [0.8, 1.0, 1.4])
def test_a_printed_digit_is_never_a_tick(digit: str, font: int, size: float) -> None:
    page = cell_page()
    cv2.putText(page, digit, (205, 165), font, size, (15, 15, 15), 3, cv2.LINE_AA)
    for read in (digit, ""):
        assert all(m.kind != "tick" for m in marks_of(page, read))


def test_a_seven_in_a_printers_font_is_never_a_tick() -> None:
    for size in (28, 34, 42):
        picture = Image.fromarray(cell_page())
        pen = ImageDraw.Draw(picture)
        pen.text((220, 145), "7", font=chinese_font(size), fill=(20, 20, 20), anchor="mm")
        page = np.asarray(picture, dtype=np.uint8)
        assert all(m.kind != "tick" for m in marks_of(page))


def test_seal_ink_across_a_cell_is_no_tick() -> None:
    page = paper(1000, 1000)
    draw_grid(page, 100, 100, [240, 200, 300], 6, 90)
    draw_seal(page, 330, 330, 165, (45, 40, 215))
    cleaned = clean_page(as_scanned(page), PX_PER_PT)
    cells = [
        Cell(r, c, 1, 1, Box(*(v / PX_PER_PT for v in (x0, 100 + 90 * r, x1, 190 + 90 * r))))
        for r in range(6)
        for c, (x0, x1) in enumerate([(100, 340), (340, 540), (540, 840)])
    ]
    assert cleaned.seals
    assert find_marks(cleaned.gray, cells, (), SCALE, cleaned.seal_ink) == ()


def test_a_tick_under_a_seal_is_a_tick() -> None:
    page = paper(1000, 1000)
    draw_grid(page, 100, 100, [240, 200], 6, 90)
    draw_tick(page, 300, 237, 50, 5)
    draw_seal(page, 330, 330, 165, (45, 40, 215))
    cleaned = clean_page(as_scanned(page), PX_PER_PT)
    cell = Cell(1, 0, 1, 1, Box(*(v / PX_PER_PT for v in (100, 190, 340, 280))))
    (mark,) = find_marks(cleaned.gray, [cell], (), SCALE, cleaned.seal_ink)
    assert mark.kind == "tick"


def test_dirt_and_the_remains_of_borders_are_no_ink() -> None:
    page = cell_page()
    cv2.circle(page, (200, 140), 3, (30, 30, 30), -1)
    cv2.line(page, (104, 107), (336, 109), (30, 30, 30), 2)  # a doubled border
    assert marks_of(page) == ()


# -- check boxes -----------------------------------------------------------------------------


def box_page(ticked: bool, side: int = 32, pen: int = 2, overshoot: bool = False) -> Picture:
    page = paper(700, 200)
    cv2.rectangle(page, (100, 80), (100 + side, 80 + side), (10, 10, 10), pen)
    if ticked:
        draw_tick(page, 100 + side // 2, 80 + side // 2, side * (1.3 if overshoot else 0.7), 3)
    draw_text_like(page, 100 + side + 14, 82, 5)
    return page


def box_marks(page: Picture, line: Line) -> list[str]:
    gray = gray_of(as_scanned(page))
    return [m.kind for m in find_marks(gray, (), (line,), SCALE)]


def text_line(x0: float, text: str = "企业类型甲") -> Line:
    return Line(text, Box(x0 / PX_PER_PT, 78 / PX_PER_PT, 300 / PX_PER_PT, 114 / PX_PER_PT), 0.98)


@pytest.mark.parametrize("side", [22, 32, 44])
@pytest.mark.parametrize(
    ("ticked", "overshoot", "kind"),
    [(False, False, "box_empty"), (True, False, "box_ticked"), (True, True, "box_ticked")],
)
def test_a_box_before_words_is_ticked_or_empty(
    side: int, ticked: bool, overshoot: bool, kind: str
) -> None:
    page = box_page(ticked, side, overshoot=overshoot)
    assert box_marks(page, text_line(100 + side + 12)) == [kind]


def test_a_filled_box_is_ticked() -> None:
    page = box_page(False)
    cv2.rectangle(page, (104, 84), (128, 108), (15, 15, 15), -1)
    assert box_marks(page, text_line(146)) == ["box_ticked"]


def test_a_square_character_that_was_surely_read_is_no_box() -> None:
    sure = Line(
        "口岸", Box(98 / PX_PER_PT, 78 / PX_PER_PT, 170 / PX_PER_PT, 114 / PX_PER_PT), 0.99,
        char_confidence=(0.99, 0.99),
    )  # fmt: skip
    assert box_marks(box_page(False), sure) == []


def test_a_square_within_a_wide_spaced_character_is_that_character() -> None:
    """围 of a letter-spaced 经营范围: its place is as wide as two characters."""
    spaced = Line(
        "围企业", Box(80 / PX_PER_PT, 78 / PX_PER_PT, 260 / PX_PER_PT, 114 / PX_PER_PT), 0.99,
        char_x=tuple(v / PX_PER_PT for v in (80, 152, 210, 260)), char_confidence=(1.0, 1.0, 1.0),
    )  # fmt: skip
    assert box_marks(box_page(True), spaced) == []


def test_a_square_much_lower_than_its_line_is_part_of_a_character() -> None:
    page = box_page(True, side=22)
    heading = Line(
        "温馨提示", Box(100 / PX_PER_PT, 66 / PX_PER_PT, 260 / PX_PER_PT, 124 / PX_PER_PT), 0.9
    )
    assert box_marks(page, heading) == []


def test_a_square_that_was_read_in_doubt_is_a_box() -> None:
    unsure = Line(
        "口企业类型", Box(98 / PX_PER_PT, 78 / PX_PER_PT, 300 / PX_PER_PT, 114 / PX_PER_PT), 0.9,
        char_x=tuple(v / PX_PER_PT for v in (98, 140, 175, 210, 255, 300)),
        char_confidence=(0.6, 0.99, 0.99, 0.99, 0.99),
    )  # fmt: skip
    assert box_marks(box_page(True), unsure) == ["box_ticked"]


def test_a_square_without_words_beside_it_is_no_check_box() -> None:
    page = paper(700, 200)
    cv2.rectangle(page, (100, 80), (132, 112), (10, 10, 10), 2)
    far = Line("标题", Box(10, 2, 60, 14), 0.98)
    assert box_marks(page, far) == []


# -- ticks that were read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("国有企业 民营企业√ 其他", ["tick"]),
        ("（ ）国有企业（√）民营企业", ["box_ticked"]),
        ("企业满意度（打√或填写分值）", []),
        ("以下打“√”者已签订合作协议", []),
        ("√或填写分值", []),
    ],
)
def test_a_typed_tick_is_a_mark_but_for_one_in_an_instruction(text: str, kinds: list[str]) -> None:
    line = Line(text, Box(50, 10, 250, 22), 0.97)
    assert [m.kind for m in find_marks(paper(400, 200)[..., 0], (), (line,), SCALE)] == kinds


@pytest.mark.parametrize(("sure", "kinds"), [(0.93, ["tick"]), (0.99, [])])
def test_a_tick_read_as_a_digit_in_doubt_is_a_tick(sure: float, kinds: list[str]) -> None:
    page = cell_page()
    draw_tick(page, 220, 148, 45, 4)
    cell = Cell(0, 0, 1, 1, CELL, (Line("5", CELL, sure),))
    gray = clean_page(as_scanned(page), PX_PER_PT).gray
    assert [m.kind for m in find_marks(gray, [cell], cell.lines, SCALE)] == kinds
