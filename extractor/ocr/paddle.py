"""The default engine: PaddleOCR on ONNX Runtime, offline, with positions for every character.

Options were measured in the design's trials: detection on at most 1280 px and no memory arena hold
a process under 700 MB (defaults reach 3.8 GB); recognition lines are not padded to 320 px (a third
of the time); the line orientation classifier stays off because it turns codes upside down.

PaddleOCR reports words and a mean score. The recogniser itself knows more: at which column it saw
each character, and how sure. ``_CharacterDecode`` takes the place of its last step and keeps that.
It hangs on private names of paddlex, pinned to the version below 3.8; should they move, the engine
falls back to PaddleOCR's plain result and ``char_x`` is empty.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from extractor.core.errors import EngineError
from extractor.ocr.char_positions import character_edges
from extractor.ocr.engine import Image, OcrLine, Quad
from extractor.ocr.printed_part import printed_part
from extractor.ocr.variants import WAVERING, simplified_shapes, with_paired_brackets
from extractor.ocr.word_gaps import gaps_in_line, with_spaces
from extractor.setup.assets import load_manifest, model_folder
from extractor.setup.paths import cache_dir

_log = logging.getLogger(__name__)

DETECTION_SIDE_PX = 1280
"""The longer side of the image that the detector sees: an A4 page at 110 dpi."""
DETECTION_SHARE = 1280 / 2339
DETECTION_MOST_PX = 1664
"""Larger sheets (A3 rosters, folded statements) keep that scale, up to here."""


class PaddleEngine:
    """PaddleOCR with local models. Made once a process; loads (about three seconds) when it first
    reads, so that a packet of digital pages never pays for it."""

    name = "paddle"

    def __init__(self, *, threads: int = 1, models: Path | None = None) -> None:
        """Proves the models without loading them.

        Args:
            threads: of ONNX Runtime inside one reading. Two processes of one thread read more
                pages a minute than one process of two.
            models: the models folder; the default one where ``None``.

        Raises:
            ModelError: a model is missing or altered.
        """
        self._detection = model_folder("text_detection", models)
        self._recognition = model_folder("text_recognition", models)
        self._threads = threads
        self._ocr: Any = None

    def load(self) -> None:
        """Loads now what ``read`` would load first.

        Raises:
            EngineError: PaddleOCR itself cannot be loaded.
        """
        if self._ocr is None:
            self._ocr = _paddleocr(self._detection, self._recognition, self._threads)
            _keep_characters(self._ocr)

    @property
    def version(self) -> str:
        """Engine, runtime and models, e.g. ``paddleocr-3.7.0+onnxruntime-1.31.1+ppocrv6-small@…``."""
        manifest = load_manifest()
        return (
            f"paddleocr-{version('paddleocr')}+onnxruntime-{version('onnxruntime')}"
            f"+{manifest.set}@{manifest.fingerprint}"
        )

    def read(self, bgr: Image) -> tuple[OcrLine, ...]:
        """See ``OcrEngine.read``."""
        if bgr.size == 0:
            return ()
        self.load()
        longer = max(bgr.shape[:2])
        side = min(max(round(DETECTION_SHARE * longer), DETECTION_SIDE_PX), DETECTION_MOST_PX)
        # The detector's time goes with its area, and a fifth to a half of a page is margin.
        x0, y0, x1, y1 = printed_part(bgr)
        part = np.ascontiguousarray(bgr[y0:y1, x0:x1])
        (result,) = self._ocr.predict(
            part, text_det_limit_side_len=round(min(1.0, side / longer) * max(part.shape[:2]))
        )
        corner = np.array([x0, y0], np.float32)
        polygons = (np.asarray(polygon, np.float32) + corner for polygon in result["rec_polys"])
        found = zip(result["rec_texts"], result["rec_scores"], polygons, strict=True)
        lines = (_line(text, float(score), polygon, bgr) for text, score, polygon in found)
        return tuple(line for line in lines if line.text.strip())


def _paddleocr(detection: Path, recognition: Path, threads: int) -> Any:
    # Read at import time by paddlex: they must be set before, and they hold for this process only.
    os.environ["PADDLE_PDX_CACHE_HOME"] = str(cache_dir() / "paddlex")
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    try:
        from paddleocr import PaddleOCR  # two seconds and 200 MB: only who reads pages pays
    except ImportError as err:
        raise EngineError(f"PaddleOCR cannot be loaded: {err} — run: make setup") from err
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    return PaddleOCR(
        text_detection_model_name=detection.name,
        text_detection_model_dir=str(detection),
        text_recognition_model_name=recognition.name,
        text_recognition_model_dir=str(recognition),
        text_recognition_batch_size=1,
        text_det_limit_type="max",
        text_det_limit_side_len=DETECTION_SIDE_PX,
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        device="cpu",
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": threads, "enable_cpu_mem_arena": False},
    )


# -- characters ------------------------------------------------------------------------------


class _CharacterText(str):
    """The text of a line that remembers where along the line (0..1) each character was seen."""

    centres: tuple[float, ...]
    scores: tuple[float, ...]

    @classmethod
    def of(cls, text: str, centres: Sequence[float], scores: Sequence[float]) -> _CharacterText:
        self = cls(text)
        self.centres, self.scores = tuple(centres), tuple(scores)
        return self


class _Decoder(Protocol):
    character: Sequence[str]


class _CharacterDecode:
    """The recogniser's last step: class probabilities by column -> text with positions and scores.

    Greedy CTC, like the step it replaces: the best class of every column, runs of one class are one
    character, class 0 is the blank. A character's place is the middle of its run weighted by
    probability; its score the best probability in the run.
    """

    def __init__(self, replaced: _Decoder) -> None:
        self._alphabet = replaced.character
        self._simplified = simplified_shapes(replaced.character)

    def __call__(
        self, pred: Any, return_word_box: bool = False, **kwargs: Any
    ) -> tuple[list[str], list[float]]:
        ratios: Sequence[float] = kwargs.get("wh_ratio_list", ())
        widest: float = kwargs.get("max_wh_ratio", 1.0)
        texts: list[str] = []
        scores: list[float] = []
        for no, columns in enumerate(np.asarray(pred[0])):
            # Right of the line its image is padded to the batch's widest.
            used = ratios[no] / widest if no < len(ratios) and widest else 1.0
            text = self._decode(columns, max(used, 1e-6))
            texts.append(text)
            scores.append(float(np.mean(text.scores)) if text.scores else 0.0)
        return texts, scores

    def _decode(self, columns: NDArray[np.float32], used: float) -> _CharacterText:
        best = columns.argmax(axis=-1)
        probability = columns[np.arange(len(best)), best]
        starts = np.flatnonzero(np.r_[True, best[1:] != best[:-1]])
        ends = np.r_[starts[1:], len(best)]
        text, centres, scores = "", [], []
        for start, end in zip(starts, ends, strict=True):
            index = int(best[start])
            if index == 0:
                continue
            weights = probability[start:end].astype(float)
            if index in self._simplified:
                # Both shapes are one character to the reader: their probabilities add up.
                other = columns[start:end, self._simplified[index]].astype(float)
                if other.max() >= WAVERING:
                    index, weights = self._simplified[index], weights + other
            middle = float(np.average(np.arange(start, end) + 0.5, weights=weights))
            text += self._alphabet[index]
            centres.append(min(middle / (len(best) * used), 1.0))
            scores.append(float(weights.max()))
        return _CharacterText.of(with_paired_brackets(text), centres, scores)


def _keep_characters(ocr: Any) -> None:
    try:
        recogniser = ocr.paddlex_pipeline._pipeline.text_rec_model
        replaced = recogniser.post_op
        if not isinstance(replaced.character, Sequence):
            raise AttributeError("character")
    except AttributeError as err:
        _log.warning("paddlex has changed (%s): character positions are not known", err)
        return
    recogniser.post_op = _CharacterDecode(replaced)


def _line(text: str, score: float, polygon: NDArray[np.float32], bgr: Image) -> OcrLine:
    points = [(float(x), float(y)) for x, y in polygon]
    quad: Quad = (points[0], points[1], points[2], points[3])
    line = OcrLine(str(text), quad, score)
    if not isinstance(text, _CharacterText):
        return line
    # PaddleOCR turns crops of this shape by 90° before reading: x says nothing about them.
    if line.height >= 1.5 * line.width:
        return OcrLine(str(text), quad, score, (), text.scores)
    gaps = gaps_in_line(str(text), text.centres, quad, bgr)
    spaced, centres, scores = with_spaces(str(text), text.centres, text.scores, gaps)
    left, right = (points[0][0] + points[3][0]) / 2, (points[1][0] + points[2][0]) / 2
    return OcrLine(spaced, quad, score, character_edges(spaced, centres, left, right), scores)
