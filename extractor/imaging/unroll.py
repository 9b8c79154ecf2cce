"""A seal made readable: its ring unrolled into a straight line, its inner lines set upright.

Works on a picture of one seal, ink dark on white. The ring's own line is found as an ellipse, so that
oval seals and seals on slanted pages unroll alike. Where the text begins is told by the largest gap
without ink, which in a seal lies at its foot.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.imaging.plane import Picture

_Values = NDArray[np.floating[Any]]

#: Where ring text stands, in parts of the radius: below that are star and inner lines.
_TEXT_FROM = 0.57
_COLUMNS = 960
_ROWS = 90
_COLOURED = 28  # of 255, at the inked part of a seal; a faint copy has 35, JPEG noise 15


@dataclass(frozen=True, slots=True)
class Ring:
    """The outline of a seal in pixels of its picture: centre, half axes, turn of the first in degrees."""

    cx: float
    cy: float
    a: float
    b: float
    turn_deg: float = 0.0

    def points(self, angles: _Values, radius: float | _Values) -> tuple[_Values, _Values]:
        """x and y at ``radius`` (1 = the outline) in directions clockwise from the picture's top."""
        turn = np.radians(self.turn_deg)
        along = np.sin(angles) * np.cos(turn) - np.cos(angles) * np.sin(turn)
        across = np.sin(angles) * np.sin(turn) + np.cos(angles) * np.cos(turn)
        # The outline's distance in that direction: of an ellipse in polar form.
        reach = self.a * self.b / np.hypot(self.b * along, self.a * across)
        return (
            self.cx + radius * reach * np.sin(angles),
            self.cy - radius * reach * np.cos(angles),
        )


def seal_ink(bgr: Picture) -> Picture:
    """The ink of a coloured seal dark on white, without the black print beneath; else the grey picture.

    The strokes come from the brightness, that they are the seal's from the colour: photographs and
    many scans store colour coarser than brightness, so that the colour alone is a blur.
    """
    if bgr.ndim == 2:
        return _stretched(255 - bgr.astype(np.float32))
    if not is_coloured_seal(bgr):
        return _stretched(255 - bgr.mean(axis=2, dtype=np.float32))
    colour = _colour_of(bgr)
    light = bgr[..., :2].mean(axis=2, dtype=np.float32)  # red ink is darkest in green and blue
    # Shadows and tinted paper change slowly; a seal's strokes do not.
    ground = cv2.blur(cv2.dilate(light, np.ones((25, 25), np.uint8)), (31, 31))
    dark = np.clip(ground - light, 0, None)
    strong = max(float(np.percentile(dark[colour > 0.5 * np.percentile(colour, 97)], 75)), 20.0)
    # Black print has no colour of its own: it leaves gaps in the strokes above it, never strokes.
    share = np.clip(colour / (0.5 * float(np.percentile(colour, 97))), 0, 1)
    return _stretched((np.minimum(dark / strong, 1.0) * share * 255).astype(np.float32))


def is_coloured_seal(bgr: Picture) -> bool:
    """Whether the ink of this seal can be told from black print by its colour."""
    return bgr.ndim == 3 and float(np.percentile(_colour_of(bgr), 97)) > _COLOURED


def _colour_of(bgr: Picture) -> NDArray[np.float32]:
    colour = bgr.max(axis=2).astype(np.float32) - bgr.min(axis=2)
    return np.asarray(np.maximum(colour - float(np.median(colour)), 0), dtype=np.float32)


def _stretched(ink: NDArray[np.float32], strong_at: float = 97) -> Picture:
    """Ink 0 (none) upwards to a picture of dark ink on white; that percentile is nearly black."""
    ink = ink - float(np.percentile(ink, 30))
    strong = max(float(np.percentile(ink, strong_at)), 25.0)
    return np.clip(255 - 235 * ink / strong, 0, 255).astype(np.uint8)


def fit_ring(ink: Picture, guess: Ring) -> Ring:
    """``guess`` moved to where its whole line lies on ink and little ink lies just outside of it."""
    ring, turns = guess, abs(guess.a - guess.b) > 0.08 * guess.a
    for step in (8.0, 4.0, 2.0, 1.0):
        # Blurred by the step, so that the line pulls from afar.
        soft = np.asarray(cv2.GaussianBlur(255 - ink, (0, 0), 0.7 * step), dtype=np.uint8)
        best = _on_line(soft, ring)
        for _ in range(8):
            score, moved = max(
                ((_on_line(soft, near), near) for near in _neighbours(ring, step, turns)),
                key=lambda item: item[0],
            )
            if score <= best + 1e-6:
                break
            best, ring = score, moved
    is_near = 0.8 < ring.a / guess.a < 1.2 and 0.8 < ring.b / guess.b < 1.2
    return ring if is_near else guess


def _neighbours(ring: Ring, step: float, turns: bool) -> list[Ring]:
    near = []
    for sign in (-step, step):
        near += [
            replace(ring, cx=ring.cx + sign),
            replace(ring, cy=ring.cy + sign),
            replace(ring, a=ring.a + sign, b=ring.b + sign),
            replace(ring, a=ring.a + sign),
            replace(ring, b=ring.b + sign),
        ]
        if turns:
            near.append(replace(ring, turn_deg=ring.turn_deg + sign))
    return near


_AROUND = np.linspace(0, 2 * np.pi, 180, endpoint=False)


def _on_line(soft: Picture, ring: Ring) -> float:
    on = _sampled(soft, *ring.points(_AROUND, 0.985)).astype(float)
    # Print that crosses the line is darker than it: it must not draw the ring to itself.
    outside = _sampled(soft, *ring.points(_AROUND, 1.05)).astype(float)
    return float(np.minimum(on, 140).mean() - 0.7 * np.minimum(outside, 140).mean())


def _sampled(picture: NDArray[np.uint8], xs: _Values, ys: _Values) -> NDArray[np.uint8]:
    height, width = picture.shape
    inside = (xs >= 0) & (ys >= 0) & (xs < width) & (ys < height)
    got = picture[np.clip(ys, 0, height - 1).astype(int), np.clip(xs, 0, width - 1).astype(int)]
    return np.where(inside, got, 0).astype(np.uint8)


def without_print(ink: Picture, ring: Ring) -> Picture:
    """``ink`` of a grey seal without the print beneath, which is darker than the ring's own line.

    The picture itself where ring and print are equally dark, as on one-bit scans.
    """
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    lines = [_sampled(ink, *ring.points(angles, r)) for r in np.linspace(1.0, 0.94, 7)]
    tone = float(np.median(np.min(np.stack(lines), axis=0)))
    darker = (ink < 0.55 * tone).astype(np.uint8)
    if tone < 40 or not darker.any():
        return ink
    around = cv2.dilate(darker, np.ones((7, 7), np.uint8)) > 0
    out = ink.copy()
    out[around] = 255
    return out


@dataclass(frozen=True, slots=True)
class Unrolled:
    """A ring laid straight.

    Attributes:
        strip: the ring from ``start_deg`` clockwise once around, top outwards, dark on white.
        start_deg: clockwise from the picture's top.
        up_deg: direction of the middle of the text: where the seal's own top points.
    """

    strip: Picture
    start_deg: float
    up_deg: float


def unroll(ink: Picture, ring: Ring) -> tuple[Unrolled, ...]:
    """The ring laid straight, as often as it may be read otherwise, the likeliest first.

    Cut where there is least ink around the foot; the same narrower, for widely spaced characters; cut
    at the emptiest place anywhere, for seals put on upside down.
    """
    outer = _inner_edge(ink, ring)
    angles = np.linspace(0, 4 * np.pi, 2 * _COLUMNS, endpoint=False)
    radii = np.linspace(outer, _TEXT_FROM, _ROWS)
    xs, ys = ring.points(angles[None, :], radii[:, None])
    twice = cv2.remap(
        ink,
        xs.astype(np.float32),
        ys.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    twice = _stretched(255 - twice.astype(np.float32), 92)
    foot, anywhere = _gaps(twice[:, :_COLUMNS])
    ways = [(foot, 1.0), (foot, 0.7)]
    if abs(anywhere - foot) > _COLUMNS // 12:
        ways.append((anywhere, 1.0))
    found = []
    for at, share in ways:
        strip = np.ascontiguousarray(twice[:, at : at + _COLUMNS], dtype=np.uint8)
        if share < 1:
            size = (round(_COLUMNS * share), _ROWS)
            strip = np.asarray(cv2.resize(strip, size, interpolation=cv2.INTER_AREA), np.uint8)
        start = at * 360 / _COLUMNS
        found.append(Unrolled(strip, start, (start + 180) % 360))
    return tuple(found)


def _inner_edge(ink: Picture, ring: Ring) -> float:
    """Where the ring's line ends and its text may begin, in parts of the radius."""
    dark = (ink < 150).astype(np.uint8)
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radii = np.linspace(1.0, 0.8, 41)
    share = [float(_sampled(dark, *ring.points(angles, r)).mean()) for r in radii]
    # The innermost circle that is nearly all ink: some seals have a second, thin line.
    lines = [i for i, s in enumerate(share) if s > 0.7]
    if not lines:
        return 0.95
    at = lines[-1]
    while at + 1 < len(radii) and share[at + 1] > 0.45:
        at += 1
    return float(min(0.97, radii[at] - 0.005))


def _gaps(strip: Picture) -> tuple[int, int]:
    """The columns of least ink: near the foot, and anywhere.

    Within a window of 44°: code numbers and inner lines fill the gap thinly, a character's neighbour
    is never so far.
    """
    ink = (strip[: int(_ROWS * 0.75)] < 140).mean(axis=0)
    window = np.hanning(round(_COLUMNS * 44 / 360))
    smooth = np.convolve(np.tile(ink, 3), window / window.sum(), mode="same")[
        _COLUMNS : 2 * _COLUMNS
    ]
    away = np.abs(np.arange(_COLUMNS) / _COLUMNS - 0.5) * 360
    near = np.where(away <= 60, smooth + 0.0006 * away, np.inf)
    return int(near.argmin()), int(smooth.argmin())


def has_inner_ink(inner: Picture) -> bool:
    """Whether anything is written in the ``inner_lines`` of a seal, read or not."""
    height, width = inner.shape
    zone = inner[round(0.3 * height) :, round(0.2 * width) : round(0.8 * width)]
    # An inner line covers a tenth to a quarter of it, noise and remains of print a twentieth at most.
    return bool((zone < 150).mean() > 0.07)


def inner_lines(ink: Picture, ring: Ring, up_deg: float) -> Picture:
    """What stands inside the ring below the star, upright: two thirds of the disc on white."""
    side = 2 * max(ring.a, ring.b)
    turn = np.asarray(cv2.getRotationMatrix2D((ring.cx, ring.cy), up_deg, 1.0), dtype=np.float64)
    turn[:, 2] += side / 2 - np.array([ring.cx, ring.cy])
    whole = round(side)
    upright = cv2.warpAffine(ink, turn, (whole, whole), borderValue=(255,))
    disc = np.full((whole, whole), 0, np.uint8)
    cv2.circle(disc, (whole // 2, whole // 2), round(0.69 * whole / 2), (1,), -1)
    upright = np.where(disc > 0, upright, 255).astype(np.uint8)
    lower = upright[
        round(0.6 * whole) : round(0.85 * whole), round(0.1 * whole) : round(0.9 * whole)
    ]
    wide = np.asarray(cv2.resize(lower, None, fx=1.3, fy=1.3, interpolation=cv2.INTER_CUBIC))
    return _stretched(255 - wide.astype(np.float32), 93)
