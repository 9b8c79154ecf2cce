"""Turning, rotating and scaling pictures, each with the transform that maps points along.

Every function returns the new picture and the ``Transform`` from old to new pixel coordinates. A
pixel's coordinate is its corner, not its middle, so that lengths scale without half-pixel shifts.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.core.geometry import Transform

Picture = NDArray[np.uint8]
"""Gray (rows × columns) or blue-green-red (rows × columns × 3), 0..255."""

_PAPER = 255


def turned(image: Picture, clockwise_deg: int) -> tuple[Picture, Transform]:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees.

    Raises:
        ValueError: any other angle.
    """
    height, width = image.shape[:2]
    if clockwise_deg == 0:
        return image, Transform.identity()
    if clockwise_deg == 90:
        return _u8(np.rot90(image, -1)), Transform.affine(0, -1, height, 1, 0, 0)
    if clockwise_deg == 180:
        return _u8(np.rot90(image, 2)), Transform.affine(-1, 0, width, 0, -1, height)
    if clockwise_deg == 270:
        return _u8(np.rot90(image, 1)), Transform.affine(0, 1, 0, -1, 0, width)
    raise ValueError(f"a page turns by quarters, not by {clockwise_deg}°")


def rotated(image: Picture, clockwise_deg: float) -> tuple[Picture, Transform]:
    """The picture rotated about its centre on a canvas that keeps every corner, paper white.

    ``clockwise_deg`` may have any sign; meant for a few degrees.
    """
    height, width = image.shape[:2]
    angle = math.radians(clockwise_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    new_width = math.ceil(width * abs(cos) + height * abs(sin))
    new_height = math.ceil(height * abs(cos) + width * abs(sin))
    cx, cy = width / 2, height / 2
    # y points down, so this matrix turns clockwise as the eye sees it.
    matrix = Transform.affine(
        cos,
        -sin,
        new_width / 2 - cos * cx + sin * cy,
        sin,
        cos,
        new_height / 2 - sin * cx - cos * cy,
    )
    return _warped(image, matrix, new_width, new_height), matrix


def scaled(image: Picture, factor: float) -> tuple[Picture, Transform]:
    """The picture resized by ``factor`` (area averaging down, cubic up)."""
    height, width = image.shape[:2]
    new_width, new_height = max(1, round(width * factor)), max(1, round(height * factor))
    if (new_width, new_height) == (width, height):
        return image, Transform.identity()
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(image, (new_width, new_height), interpolation=how)
    return _u8(resized), Transform.scale(new_width / width, new_height / height)


def projected(image: Picture, matrix: Transform, width: int, height: int) -> Picture:
    """The picture as ``matrix`` (old pixels to new, perspective allowed) shows it.

    Outside the old picture its edge goes on: white would draw a line along a shaded one."""
    warped = cv2.warpPerspective(
        image,
        _of_middles(matrix),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _u8(warped)


def _of_middles(matrix: Transform) -> NDArray[np.float64]:
    """OpenCV counts from pixel middles, ``Transform`` from corners."""
    shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    full = np.linalg.inv(shift) @ np.array(matrix.m, dtype=np.float64).reshape(3, 3) @ shift
    return np.asarray(full, dtype=np.float64)


def _warped(image: Picture, matrix: Transform, width: int, height: int) -> Picture:
    full = _of_middles(matrix)
    border = (_PAPER, _PAPER, _PAPER)
    warped = cv2.warpAffine(
        image,
        full[:2],
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=border,
    )
    return _u8(warped)


def _u8(values: Any) -> Picture:
    picture: Picture = np.ascontiguousarray(values, dtype=np.uint8)
    return picture


def gray_of(image: Picture) -> Picture:
    """One channel: the picture itself where it has one already."""
    return image if image.ndim == 2 else _u8(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))


def three_channels(gray: Picture) -> Picture:
    """The gray picture as blue-green-red, which OCR engines take."""
    return gray if gray.ndim == 3 else _u8(cv2.merge([gray, gray, gray]))
