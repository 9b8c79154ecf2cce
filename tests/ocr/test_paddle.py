"""The default engine: its decoding without models, and the real thing (marked)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PilImage
from PIL import ImageDraw

from extractor.core.errors import ModelError
from extractor.ocr.engine import Image
from extractor.ocr.paddle import PaddleEngine, _CharacterDecode
from tests.imaging.pictures import chinese_font


class Alphabet:
    character = ("blank", "资", "产", "5", "2", "0", " ")


def columns(*classes: int, score: float = 0.9) -> np.ndarray:
    """Probabilities of one line whose columns show these classes."""
    out = np.full((1, len(classes), len(Alphabet.character)), (1 - score) / 6, np.float32)
    out[0, np.arange(len(classes)), classes] = score
    return out


def test_runs_of_a_class_are_one_character_and_blanks_separate_equal_ones() -> None:
    texts, scores = _CharacterDecode(Alphabet())([columns(0, 1, 1, 0, 3, 0, 3, 3, 0, 0)])
    assert str(texts[0]) == "资55"
    assert scores[0] == pytest.approx(0.9)
    assert texts[0].centres == pytest.approx((0.2, 0.45, 0.7))


def test_padding_right_of_a_line_does_not_shift_its_characters() -> None:
    decode = _CharacterDecode(Alphabet())
    texts, _ = decode([columns(1, 2, 0, 0)], wh_ratio_list=[1.0], max_wh_ratio=2.0)
    assert texts[0].centres == pytest.approx((0.25, 0.75))


def test_a_line_of_blanks_is_empty_with_score_zero() -> None:
    texts, scores = _CharacterDecode(Alphabet())([columns(0, 0, 0)])
    assert (str(texts[0]), scores[0]) == ("", 0.0)


def test_missing_models_are_told_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="extractor models install"):
        PaddleEngine(models=tmp_path)


# -- with the real models --------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine() -> PaddleEngine:
    try:
        return PaddleEngine()
    except ModelError as err:
        pytest.skip(str(err))


LINES = (
    "服务场地面积：520平方米",
    "资产总额1,234.56万元，其中专业人员12人",
    "统一社会信用代码：91360100MA35K2XY7L",
    "2016年5月20日至2036年5月19日",
)


def _page(size: int) -> tuple[Image, dict[str, list[float]]]:
    font = chinese_font(size)
    image = PilImage.new("RGB", (1300, 400), "white")
    draw = ImageDraw.Draw(image)
    edges = {}
    for row, text in enumerate(LINES):
        draw.text((90, 40 + 85 * row), text, fill="black", font=font)
        edges[text] = [90 + font.getlength(text[:k]) for k in range(len(text) + 1)]
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1]), edges


@pytest.mark.models
@pytest.mark.parametrize("size", [26, 36])
def test_printed_lines_are_read_and_each_character_is_found_within_half_its_size(
    engine: PaddleEngine, size: int
) -> None:
    image, edges = _page(size)
    found = {line.text: line for line in engine.read(image)}
    for text in LINES:
        assert text in found, sorted(found)
        line = found[text]
        assert len(line.char_score) == len(text) and min(line.char_score) > 0.5
        for got, true in zip(line.char_x[1:-1], edges[text][1:-1], strict=True):
            assert abs(got - true) < 0.5 * size


@pytest.mark.models
def test_a_blank_page_has_no_lines(engine: PaddleEngine) -> None:
    assert engine.read(np.full((800, 600, 3), 255, np.uint8)) == ()


@pytest.mark.models
def test_loading_and_reading_ask_nothing_of_the_network(engine: PaddleEngine) -> None:
    # urllib3, which paddlex imports, tries once whether ::1 can be bound: that asks nobody.
    script = """
import sys
asked = []
def watch(event, args):
    if event.startswith("socket.") and not event.endswith(("__new__", "bind", "gethostname")):
        asked.append((event, args[1:]))
sys.addaudithook(watch)
import numpy as np
from extractor.ocr.paddle import PaddleEngine
engine = PaddleEngine()
image = np.full((200, 400, 3), 255, np.uint8)
image[80:110, 60:300:12] = 0
engine.read(image)
sys.exit(f"asked: {asked}" if asked else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
