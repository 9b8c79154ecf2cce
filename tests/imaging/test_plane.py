"""Turned, rotated and scaled pictures agree with the transforms that come with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.imaging.plane import Picture, rotated, scaled, turned


def dot(width: int, height: int, x: int, y: int) -> Picture:
    """White, with a black square of 5 × 5 pixels whose middle is (x, y)."""
    page = np.full((height, width, 3), 255, np.uint8)
    page[y - 2 : y + 3, x - 2 : x + 3] = 0
    return page


def middle_of_dark(page: Picture) -> tuple[float, float]:
    dark = 255.0 - page[..., 0]
    dark[dark < 60] = 0
    ys, xs = np.mgrid[: page.shape[0], : page.shape[1]]
    return (
        float(((xs + 0.5) * dark).sum() / dark.sum()),
        float(((ys + 0.5) * dark).sum() / dark.sum()),
    )


places = st.tuples(st.integers(40, 160), st.integers(40, 260))


@given(places, st.sampled_from([0, 90, 180, 270]))
def test_a_dot_turns_to_where_the_transform_says(place: tuple[int, int], deg: int) -> None:
    picture, move = turned(dot(200, 300, *place), deg)
    assert middle_of_dark(picture) == pytest.approx(move.point(place[0] + 0.5, place[1] + 0.5))


@settings(max_examples=40, deadline=None)
@given(places, st.floats(-12, 12))
def test_a_dot_rotates_to_where_the_transform_says(place: tuple[int, int], deg: float) -> None:
    picture, move = rotated(dot(200, 300, *place), deg)
    expected = move.point(place[0] + 0.5, place[1] + 0.5)
    assert middle_of_dark(picture) == pytest.approx(expected, abs=0.15)


@settings(max_examples=40, deadline=None)
@given(places, st.floats(0.4, 2.0))
def test_a_dot_scales_to_where_the_transform_says(place: tuple[int, int], factor: float) -> None:
    picture, move = scaled(dot(200, 300, *place), factor)
    expected = move.point(place[0] + 0.5, place[1] + 0.5)
    assert middle_of_dark(picture) == pytest.approx(expected, abs=0.25)


@given(st.floats(-15, 15))
def test_rotation_keeps_every_corner_on_the_canvas(deg: float) -> None:
    picture, move = rotated(np.zeros((300, 200, 3), np.uint8), deg)
    height, width = picture.shape[:2]
    for x, y in ((0, 0), (200, 0), (0, 300), (200, 300)):
        px, py = move.point(x, y)
        assert -0.01 <= px <= width + 0.01 and -0.01 <= py <= height + 0.01


def test_clockwise_is_clockwise_to_the_eye() -> None:
    # A dot at the top right corner goes to the bottom right corner.
    picture, _ = turned(dot(200, 300, 190, 10), 90)
    x, y = middle_of_dark(picture)
    assert (x > 250, y > 150) == (True, True)
    _, move = rotated(np.zeros((300, 200), np.uint8), 10)
    (x0, y0), (x1, y1) = move.point(0, 0), move.point(100, 0)
    assert y1 > y0 and x1 > x0


def test_other_turns_are_refused() -> None:
    with pytest.raises(ValueError, match="45"):
        turned(np.zeros((2, 2, 3), np.uint8), 45)


def test_nothing_to_do_gives_the_picture_itself() -> None:
    page = dot(200, 300, 50, 50)
    assert turned(page, 0)[0] is page
    assert scaled(page, 1.0)[0] is page
