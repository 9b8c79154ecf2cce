"""Ink behind 签字 is seen, printed text and signing lines are not taken for it; codes are found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.core.geometry import Box, Transform
from extractor.core.page import Line
from extractor.imaging.codes import find_codes
from extractor.imaging.ink import Scale
from extractor.imaging.signatures import find_signatures

DPI = 200
SCALE = Scale(DPI / 72, DPI / 25.4)
LABEL = Line("法定代表人（签字）：", Box(100, 400, 220, 414), 0.99)


def page() -> np.ndarray:  # type: ignore[type-arg]
    return np.full((2339, 1654), 250, np.uint8)


def px(value_pt: float) -> int:
    return round(value_pt * DPI / 72)


def scribble(picture: np.ndarray, x_pt: float, y_pt: float) -> None:  # type: ignore[type-arg]
    points = [(0, 8), (10, -6), (18, 9), (27, -7), (35, 6), (48, -2)]
    line = np.array([[px(x_pt + x), px(y_pt + y)] for x, y in points], np.int32)
    cv2.polylines(picture, [line], False, 30, 4)


def test_a_scribble_behind_the_label_is_a_signature() -> None:
    picture = page()
    scribble(picture, 235, 407)
    marks = find_signatures(picture, [LABEL], SCALE)
    assert [m.kind for m in marks] == ["handwriting"]
    assert marks[0].box.x0 >= 225 and marks[0].box.x1 <= 300


def test_an_empty_place_or_a_line_to_sign_on_is_none() -> None:
    picture = page()
    assert find_signatures(picture, [LABEL], SCALE) == ()
    cv2.line(picture, (px(225), px(413)), (px(380), px(413)), 40, 2)
    assert find_signatures(picture, [LABEL], SCALE) == ()


def test_printed_text_beside_the_label_is_not_handwriting() -> None:
    picture = page()
    scribble(picture, 235, 407)
    printed = Line("张伟", Box(230, 396, 290, 420), 0.99)
    assert find_signatures(picture, [LABEL, printed], SCALE) == ()


def test_a_page_without_such_a_label_has_no_signature() -> None:
    picture = page()
    scribble(picture, 235, 407)
    body = Line("双方签字后生效，一式两份", Box(100, 400, 220, 414), 0.99)
    assert find_signatures(picture, [body], SCALE) == ()


def test_a_qr_code_is_found_where_it_stands() -> None:
    code = cv2.QRCodeEncoder.create().encode("https://example.invalid/audit/370705")
    big = cv2.resize(code, (240, 240), interpolation=cv2.INTER_NEAREST)
    picture = page()
    picture[300:540, 1200:1440] = big
    marks = find_codes(picture, Transform.scale(72 / DPI))
    assert [m.kind for m in marks] == ["barcode"]
    assert marks[0].box.iou(Box(432, 108, 518.4, 194.4)) > 0.7


def test_a_page_of_text_carries_no_code() -> None:
    picture = page()
    for row in range(20):
        for column in range(24):
            cv2.putText(
                picture,
                "E",
                (100 + 55 * column, 200 + 90 * row),
                cv2.FONT_HERSHEY_SIMPLEX,
                1.4,
                20,
                3,
            )
    assert find_codes(picture, Transform.scale(72 / DPI)) == ()


def test_a_detector_that_stumbles_over_a_page_finds_no_code_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Stumbling:
        def detect(self, picture: object) -> object:
            raise cv2.error("convhull.cpp:143: error: (-215:Assertion failed)")

    monkeypatch.setattr(cv2, "QRCodeDetector", Stumbling)
    monkeypatch.setattr(cv2.barcode, "BarcodeDetector", Stumbling)
    assert find_codes(page(), Transform.identity()) == ()
