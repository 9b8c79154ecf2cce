"""What pixels stand for."""

from __future__ import annotations

import pytest

from extractor.imaging.resolution import real_px_per_pt, work_factor


def test_a_declared_resolution_that_gives_a_sheet_is_believed() -> None:
    assert real_px_per_pt(1654, 2339, 200) == pytest.approx(200 / 72)


def test_an_image_without_resolution_is_taken_for_a4() -> None:
    # 2480 × 3508 at 72 dpi would be a poster of 1.2 m.
    assert real_px_per_pt(2480, 3508, 72) == pytest.approx(300 / 72, rel=0.01)


def test_a_300_dpi_page_is_read_at_200() -> None:
    assert work_factor(2480, 3508, 300 / 72) == pytest.approx(2 / 3)


def test_small_pictures_are_not_enlarged() -> None:
    assert work_factor(720, 1024, 1.0) == 1.0


def test_a_huge_sheet_is_bounded_in_pixels() -> None:
    assert 9362 * work_factor(6622, 9362, 200 / 72) <= 3600
