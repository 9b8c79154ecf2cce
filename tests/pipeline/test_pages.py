"""A page is read in one piece: turned, deskewed, cleaned, with boxes that lead back to the viewer."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from extractor.core.geometry import Box, Size
from extractor.core.page import Line, ReadPage, TextSource
from extractor.files.model import RawPage
from extractor.imaging.plane import Picture, rotated, turned
from extractor.ocr.engine import Image, OcrLine
from extractor.pipeline.page_cache import PageCache
from extractor.pipeline.pages import PageOptions, PageTools, read_page, read_page_cached

A4 = (1654, 2339)
OPTIONS = PageOptions(keep_picture=False)


class BarReader:
    """An engine for pages whose "text" is black bars: each bar on the page is a line that says how
    tall the ink notch at its head is. Bars lie along the writing; the notch is at the left end, so
    the page reads surely only the right way up (or, like real engines, turned clockwise)."""

    name = "bars"
    version = "1"

    def __init__(self) -> None:
        self.readings = 0

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        self.readings += 1
        dark = (bgr[..., 0] < 128).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
        lines = []
        for no in range(1, count):
            x, y, w, h = (int(v) for v in stats[no][:4])
            if min(w, h) < 8 or min(w, h) > 60 or max(w, h) < 100:
                continue
            lines.append(self._line((labels[y : y + h, x : x + w] == no).astype(np.uint8), x, y))
        return tuple(lines)

    def _line(self, part: Picture, x: int, y: int) -> OcrLine:
        (cx, cy), (w, h), angle = cv2.minAreaRect(np.argwhere(part)[:, ::-1].astype(np.float32))
        corners = cv2.boxPoints(((cx + x, cy + y), (w, h), angle))
        order = sorted(corners.tolist(), key=lambda p: p[0])
        left, right = sorted(order[:2], key=lambda p: p[1]), sorted(order[2:], key=lambda p: p[1])
        quad = (left[0], right[0], right[1], left[1])
        height, width = part.shape
        tall = height > width
        # The head of the bar is full, its tail thin: which end has more ink?
        half = part[: height // 2] if tall else part[:, : width // 2]
        head_first = half.sum() > part.sum() / 2
        score = 0.97 if head_first else 0.5
        text = f"线{max(w, h):.0f}长段"
        return OcrLine(text, tuple(tuple(p) for p in quad), score)  # type: ignore[arg-type]


def bar(page: Picture, x: int, y: int, length: int) -> Box:
    """Draws a bar; returns its box in pixels."""
    cv2.rectangle(page, (x, y), (x + length, y + 19), (0, 0, 0), -1)
    cv2.rectangle(page, (x + length // 2, y), (x + length, y + 5), (255, 255, 255), -1)
    return Box(x, y, x + length + 1, y + 20)


def bars_page() -> tuple[Picture, list[Box]]:
    page = np.full((A4[1], A4[0], 3), 255, np.uint8)
    boxes = [bar(page, 200, 300 + 150 * i, 500 + 60 * i) for i in range(10)]
    return page, boxes


def raw_of(page: Picture, dpi: float = 200.0, **more: object) -> RawPage:
    size = Size(page.shape[1] * 72 / dpi, page.shape[0] * 72 / dpi)
    return RawPage(size, page, dpi, image_cover=1.0, **more)  # type: ignore[arg-type]


def read(raw: RawPage) -> ReadPage:
    return read_page(raw, PageTools(BarReader()), OPTIONS)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 2.0, -1.2])
def test_boxes_lead_back_to_where_the_line_stands_in_the_viewer(turn: int, skew: float) -> None:
    page, boxes = bars_page()
    viewed, slant = rotated(page, skew) if skew else (page, None)
    viewed, turning = turned(viewed, turn)
    result = read(raw_of(viewed))
    assert result.rotation_deg == turn
    assert result.skew_deg == pytest.approx(skew, abs=0.25)
    assert len(result.lines) == len(boxes)
    move = turning if slant is None else slant.then(turning)
    for line, box in zip(result.lines, boxes, strict=True):
        expected = move.box(box)
        got = [v / 0.36 for v in result.viewer_box(line.box).as_tuple()]
        assert got == pytest.approx(expected.as_tuple(), abs=9)
        # and upright the line lies flat again
        assert line.box.height < 24 * 0.36


def test_lines_come_in_reading_order() -> None:
    page = np.full((A4[1], A4[0], 3), 255, np.uint8)
    bar(page, 900, 300, 400)
    bar(page, 200, 306, 300)
    bar(page, 200, 200, 500)
    bar(page, 200, 600, 350)
    texts = [line.text for line in read(raw_of(page)).lines]
    assert texts == ["线500长段", "线300长段", "线400长段", "线350长段"]


def test_an_image_without_resolution_keeps_its_own_points() -> None:
    page, boxes = bars_page()
    big = cv2.resize(page, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
    result = read(raw_of(np.asarray(big, np.uint8), dpi=72.0))
    assert result.size == Size(2481, 3508)
    first = result.viewer_box(result.lines[0].box)
    assert first.as_tuple() == pytest.approx([v * 1.5 for v in boxes[0].as_tuple()], abs=6)
    assert "low_resolution" not in result.quality.reasons


def test_a_blank_page_is_blank() -> None:
    result = read(raw_of(np.full((A4[1], A4[0], 3), 250, np.uint8)))
    assert result.lines == () and result.tables == () and result.marks == ()
    assert result.quality.reasons == ("blank",) and result.rotation_deg == 0


def test_a_page_of_a_few_pixels_is_no_accident() -> None:
    for shape in ((1, 1, 3), (3, 2000, 3), (40, 40, 3)):
        result = read(raw_of(np.full(shape, 90, np.uint8)))
        assert result.lines == ()


# -- text layer ------------------------------------------------------------------------------

LAYER = tuple(
    Line(t, Box(60, 60 + 20 * i, 260, 72 + 20 * i), 1.0, TextSource.TEXT_LAYER)
    for i, t in enumerate(
        ["中小企业公共服务示范平台", "资产总额：1,234.56万元", "从业人员数：35人"]
    )
)


class SaysNothing:
    name = "nothing"
    version = "1"

    def __init__(self, *lines: OcrLine) -> None:
        self.lines = lines
        self.readings = 0

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        self.readings += 1
        return self.lines


def digital(cover: float = 0.0, suspect: tuple[str, ...] = (), layer: object = LAYER) -> RawPage:
    page = np.full((A4[1], A4[0], 3), 255, np.uint8)
    for line in LAYER:
        box = [int(v / 0.36) for v in line.box.as_tuple()]
        for x in range(box[0], box[2], 12):
            cv2.line(page, (x, box[1]), (x, box[3]), (0, 0, 0), 3)
    size = Size(A4[0] * 0.36, A4[1] * 0.36)
    return RawPage(size, page, 200.0, layer, (), cover, suspect)  # type: ignore[arg-type]


def test_a_digital_page_is_never_ocrd() -> None:
    engine = SaysNothing()
    result = read_page(digital(), PageTools(engine), OPTIONS)
    assert engine.readings == 0
    assert result.source is TextSource.TEXT_LAYER and result.lines == LAYER


@pytest.mark.parametrize(
    "raw",
    [
        digital(cover=0.97),
        digital(suspect=("invisible_text",)),
        digital(suspect=("turned_90",)),
        digital(layer=()),
        digital(layer=(Line("第 3 页", Box(10, 10, 40, 20), 1.0, TextSource.TEXT_LAYER),), cover=0.4),
    ],
    ids=["searchable scan", "invisible", "turned", "no layer", "page number on a scan"],
)  # fmt: skip
def test_a_layer_that_may_not_say_what_is_seen_gives_way_to_ocr(raw: RawPage) -> None:
    engine = SaysNothing()
    result = read_page(raw, PageTools(engine), OPTIONS)
    assert engine.readings >= 1 and result.source is TextSource.OCR


def test_on_request_even_a_good_layer_is_left_aside() -> None:
    options = PageOptions(use_text_layer=False, keep_picture=False)
    assert read_page(digital(), PageTools(SaysNothing()), options).source is TextSource.OCR


def test_rare_characters_in_the_layer_are_checked_against_the_pixels() -> None:
    strange = tuple(Line("ꓘ鿯䶵䲣" * 4, line.box, 1.0, TextSource.TEXT_LAYER) for line in LAYER)
    quad = ((20.0, 20.0), (500.0, 20.0), (500.0, 50.0), (20.0, 50.0))
    differs = SaysNothing(OcrLine("资产总额", quad, 0.99))
    assert read_page(digital(layer=strange), PageTools(differs), OPTIONS).source is TextSource.OCR
    agrees = SaysNothing(*(OcrLine(line.text, quad, 0.99) for line in strange))
    result = read_page(digital(layer=strange), PageTools(agrees), OPTIONS)
    assert result.source is TextSource.TEXT_LAYER and agrees.readings == 1


def test_a_digital_page_with_a_picture_keeps_its_text_and_adds_that_of_the_picture() -> None:
    inside = ((900.0, 1500.0), (1300.0, 1500.0), (1300.0, 1530.0), (900.0, 1530.0))
    on_layer = tuple((x / 0.36, y / 0.36) for x, y in ((60, 60), (260, 60), (260, 72), (60, 72)))
    engine = SaysNothing(
        OcrLine("营业执照", inside, 0.98), OcrLine("中小企业公共服务示范平合", on_layer, 0.97)
    )  # type: ignore[arg-type]
    result = read_page(digital(cover=0.3), PageTools(engine), OPTIONS)
    assert result.source is TextSource.MIXED
    assert [line.text for line in result.lines] == [*(line.text for line in LAYER), "营业执照"]


# -- cache -----------------------------------------------------------------------------------


def test_a_page_read_once_is_not_fetched_again(tmp_path: Path) -> None:
    fetched: list[int] = []

    def fetch() -> RawPage:
        fetched.append(1)
        return raw_of(bars_page()[0])

    tools = PageTools(BarReader(), PageCache(tmp_path))
    options = PageOptions()
    first = read_page_cached("ab" * 32, 1, fetch, tools, options)
    second = read_page_cached("ab" * 32, 1, fetch, tools, options)
    assert first == second and len(fetched) == 1
    assert tools.cache is not None and tools.cache.picture(first.image_key).is_file()


def test_the_picture_is_the_page_as_viewed_at_150_dpi_at_most(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    page, _ = turned(bars_page()[0], 90)
    result = read_page(raw_of(page), PageTools(BarReader(), cache), PageOptions())
    picture = cv2.imread(str(cache.picture(result.image_key)))
    assert picture.shape == (round(A4[0] * 0.75), round(A4[1] * 0.75), 3)
