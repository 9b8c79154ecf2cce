"""Simplified shapes and paired brackets, where the recogniser wavers."""

from __future__ import annotations

import numpy as np
import pytest

from extractor.ocr.paddle import _CharacterDecode
from extractor.ocr.variants import simplified_shapes, with_paired_brackets


class Alphabet:
    character = ("blank", "文", "靜", "静", "净")


def column(**shares: float) -> list[float]:
    names = dict(zip(Alphabet.character, range(5), strict=True))
    out = [0.0] * 5
    for name, share in shares.items():
        out[names[name]] = share
    return out


def read(*columns: list[float]) -> tuple[str, tuple[float, ...]]:
    texts, _ = _CharacterDecode(Alphabet())([np.array([columns], np.float32)])
    return str(texts[0]), texts[0].scores


def test_a_wavering_recogniser_means_the_simplified_shape() -> None:
    text, scores = read(column(文=0.99), column(靜=0.93, 静=0.06))
    assert text == "文静"
    assert scores[1] == pytest.approx(0.99)


def test_a_recogniser_that_is_sure_is_believed() -> None:
    assert read(column(靜=0.995, 静=0.005))[0] == "靜"


def test_other_characters_are_left_alone() -> None:
    assert read(column(静=0.6, 净=0.4))[0] == "静"


def test_every_pair_is_two_different_ideographs_and_no_target_is_itself_replaced() -> None:
    alphabet = [chr(c) for c in range(0x4E00, 0xA000)]
    shapes = simplified_shapes(alphabet)
    assert len(shapes) > 100
    assert not set(shapes) & set(shapes.values())
    # The targets are what offices print: GB 2312 level 1 and 2.
    for new in shapes.values():
        alphabet[new].encode("gb2312")
    for old in shapes:
        with pytest.raises(UnicodeEncodeError):
            alphabet[old].encode("gb2312")


@pytest.mark.parametrize(
    ("read_as", "meant"),
    [
        ("赣市工信〔2022]103号", "赣市工信〔2022〕103号"),
        ("[2022〕103号", "〔2022〕103号"),
        ("[1] 和〔2〕", "[1] 和〔2〕"),
        ("甲〕乙]丙[", "甲〕乙]丙["),
        ("", ""),
    ],
)
def test_mixed_brackets_are_paired(read_as: str, meant: str) -> None:
    assert with_paired_brackets(read_as) == meant
