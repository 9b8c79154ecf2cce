"""Recorded readings come back for the same picture, and for no other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extractor.core.errors import EngineError
from extractor.ocr.engine import Image, OcrLine
from extractor.ocr.recorded import RecordedEngine, RecordingEngine

QUAD = ((10.0, 10.0), (90.0, 11.0), (90.0, 31.0), (10.0, 30.0))
LINE = OcrLine("资产总额", QUAD, 0.987, (10.0, 30.0, 50.0, 70.0, 90.0), (0.99, 0.98, 0.99, 0.98))


class OneLine:
    name = "one_line"
    version = "1"

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        return (LINE,) if bgr.mean() < 250 else ()


def picture(seed: int = 0, shape: tuple[int, int] = (300, 200)) -> Image:
    coarse = np.random.default_rng(seed).integers(0, 255, (15, 10), dtype=np.uint8)
    gray = np.kron(coarse, np.ones((shape[0] // 15, shape[1] // 10), np.uint8)).astype(np.uint8)
    return np.ascontiguousarray(np.repeat(gray[:, :, None], 3, axis=2))


def test_what_was_recorded_is_played_back(tmp_path: Path) -> None:
    recorder = RecordingEngine(OneLine(), tmp_path)
    assert recorder.read(picture()) == (LINE,)
    player = RecordedEngine(tmp_path)
    assert player.read(picture()) == (LINE,)
    assert (player.name, player.version) == ("one_line", "1")


def test_an_empty_reading_is_a_reading(tmp_path: Path) -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    RecordingEngine(OneLine(), tmp_path).read(white)
    assert RecordedEngine(tmp_path).read(white) == ()


def test_a_grey_level_of_difference_is_the_same_picture(tmp_path: Path) -> None:
    RecordingEngine(OneLine(), tmp_path).read(picture())
    nearly = np.clip(picture().astype(int) + 1, 0, 255).astype(np.uint8)
    assert RecordedEngine(tmp_path).read(nearly) == (LINE,)


@pytest.mark.parametrize("other", [picture(1), picture(0, (600, 400))])
def test_another_picture_is_an_error_that_says_what_to_do(tmp_path: Path, other: Image) -> None:
    RecordingEngine(OneLine(), tmp_path).read(picture())
    with pytest.raises(EngineError, match="record it anew"):
        RecordedEngine(tmp_path).read(other)


def test_two_recordings_that_look_alike_are_not_guessed_between(tmp_path: Path) -> None:
    recorder = RecordingEngine(OneLine(), tmp_path)
    one, two, three = (picture() for _ in range(3))
    two[0, 0] ^= 1
    three[0, 0] ^= 2
    recorder.read(one)
    recorder.read(two)
    with pytest.raises(EngineError, match="several"):
        RecordedEngine(tmp_path).read(three)


def test_the_same_reading_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        RecordingEngine(OneLine(), tmp_path / name).read(picture())
    (one,) = (tmp_path / "a").glob("*.gz")
    assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes()


def test_a_folder_without_recordings_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"engine\.json"):
        RecordedEngine(tmp_path)


def test_a_broken_recording_is_named(tmp_path: Path) -> None:
    RecordingEngine(OneLine(), tmp_path).read(picture())
    (file,) = tmp_path.glob("*.gz")
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(EngineError, match=file.name):
        RecordedEngine(tmp_path).read(picture())
