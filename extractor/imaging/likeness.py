"""The look of a page in 256 bits, to find pages that were scanned or filed twice."""

from __future__ import annotations

import cv2

from extractor.imaging.plane import Picture

_SIDE = 16


def fingerprint(gray: Picture) -> str:
    """64 hex digits: for each place of a 16 × 16 grid whether it is brighter than its right neighbour.

    The same paper scanned twice differs in few bits, other papers in a third to a half of them. A page
    of nothing gives noise: whoever compares asks for text or ink first.
    """
    small = cv2.resize(gray, (_SIDE + 1, _SIDE), interpolation=cv2.INTER_AREA).astype(int)
    bits = (small[:, :-1] > small[:, 1:] + 1).ravel()
    value = 0
    for bit in bits:
        value = value << 1 | int(bit)
    return f"{value:064x}"


def differing_bits(one: str, other: str) -> int:
    """How many of the 256 bits differ; 256 where either is unknown."""
    if len(one) != 64 or len(other) != 64:
        return _SIDE * _SIDE
    return (int(one, 16) ^ int(other, 16)).bit_count()
