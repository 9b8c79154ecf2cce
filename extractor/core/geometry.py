"""Boxes, sizes and plane transforms: the one coordinate system everything speaks.

Unit: the PDF point (1/72 inch). Origin: top left, x to the right, y downwards.
Two spaces occur and every value says which one it is in:

* *viewer* space: the page as a viewer shows it (CropBox, after /Rotate or EXIF). Everything
  that leaves the reading stage (facts, findings, worksheet) is in viewer space.
* *upright* space: the page after we turned and deskewed it, text lines horizontal. Words, lines
  and table cells live here while a page is being read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in points."""

    width_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle in points, ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(v) for v in (self.x0, self.y0, self.x1, self.y1)):
            raise ValueError(f"box with a coordinate that is not finite: {self}")
        if self.x1 < self.x0 or self.y1 < self.y0:
            raise ValueError(f"box with negative extent: {self}")

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        return (self.y0 + self.y1) / 2

    def as_tuple(self) -> tuple[float, float, float, float]:
        """The four coordinates, in the order of the worksheet contract."""
        return (self.x0, self.y0, self.x1, self.y1)

    def rounded(self, digits: int = 2) -> Box:
        """The same box with coordinates rounded, so that stored results compare byte for byte."""
        return Box(*(round(v, digits) for v in self.as_tuple()))

    def contains_point(self, x: float, y: float, slack: float = 0.0) -> bool:
        return self.x0 - slack <= x <= self.x1 + slack and self.y0 - slack <= y <= self.y1 + slack

    def expanded(self, dx: float, dy: float | None = None) -> Box:
        """The box grown by ``dx`` on the left and right and ``dy`` above and below."""
        dy = dx if dy is None else dy
        x0, x1 = self.x0 - dx, self.x1 + dx
        y0, y1 = self.y0 - dy, self.y1 + dy
        if x1 < x0:
            x0 = x1 = self.cx
        if y1 < y0:
            y0 = y1 = self.cy
        return Box(x0, y0, x1, y1)

    def intersection(self, other: Box) -> Box | None:
        """The common part, or ``None`` where the boxes do not meet."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        if x1 <= x0 or y1 <= y0:
            return None
        return Box(x0, y0, x1, y1)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        common = self.intersection(other)
        if common is None:
            return 0.0
        return common.area / (self.area + other.area - common.area)

    def share_inside(self, other: Box) -> float:
        """How much of this box's area lies inside ``other``, 0..1 (0 for an empty box)."""
        common = self.intersection(other)
        return 0.0 if common is None or self.area == 0 else common.area / self.area

    def overlap_x(self, other: Box) -> float:
        """Length of the common horizontal stretch, 0 if there is none."""
        return max(0.0, min(self.x1, other.x1) - max(self.x0, other.x0))

    def overlap_y(self, other: Box) -> float:
        """Length of the common vertical stretch, 0 if there is none."""
        return max(0.0, min(self.y1, other.y1) - max(self.y0, other.y0))


def union_box(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all of ``boxes``; ``None`` where there are none."""
    items = list(boxes)
    if not items:
        return None
    return Box(
        min(b.x0 for b in items),
        min(b.y0 for b in items),
        max(b.x1 for b in items),
        max(b.y1 for b in items),
    )


@dataclass(frozen=True, slots=True)
class Transform:
    """A plane projective transform, row-major 3×3; maps (x, y) of one space to another."""

    m: tuple[float, float, float, float, float, float, float, float, float]

    @staticmethod
    def identity() -> Transform:
        return Transform((1, 0, 0, 0, 1, 0, 0, 0, 1))

    @staticmethod
    def scale(sx: float, sy: float | None = None) -> Transform:
        return Transform((sx, 0, 0, 0, sx if sy is None else sy, 0, 0, 0, 1))

    @staticmethod
    def affine(a: float, b: float, c: float, d: float, e: float, f: float) -> Transform:
        """``x' = a·x + b·y + c``, ``y' = d·x + e·y + f`` (OpenCV's 2×3 order)."""
        return Transform((a, b, c, d, e, f, 0, 0, 1))

    def point(self, x: float, y: float) -> tuple[float, float]:
        m = self.m
        w = m[6] * x + m[7] * y + m[8]
        return (m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w

    def box(self, box: Box) -> Box:
        """The axis-parallel box around the four transformed corners."""
        corners = [
            self.point(x, y)
            for x, y in ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
        ]
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))

    def then(self, after: Transform) -> Transform:
        """First this transform, then ``after``."""
        a, b = after.m, self.m
        return Transform(
            tuple(  # type: ignore[arg-type]  # always nine values
                sum(a[3 * r + k] * b[3 * k + c] for k in range(3))
                for r in range(3)
                for c in range(3)
            )
        )

    def inverse(self) -> Transform:
        """The transform back.

        Raises:
            ValueError: the transform flattens the plane and has no inverse.
        """
        a, b, c, d, e, f, g, h, i = self.m
        det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
        if abs(det) < 1e-12:
            raise ValueError("transform has no inverse")
        return Transform(
            (
                (e * i - f * h) / det,
                (c * h - b * i) / det,
                (b * f - c * e) / det,
                (f * g - d * i) / det,
                (a * i - c * g) / det,
                (c * d - a * f) / det,
                (d * h - e * g) / det,
                (b * g - a * h) / det,
                (a * e - b * d) / det,
            )
        )
