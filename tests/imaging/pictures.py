"""Pages drawn with OpenCV alone, so that tests need no fonts; and a font for those that do."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from extractor.imaging.plane import Picture

PX_PER_PT = 200 / 72
PX_PER_MM = 200 / 25.4


def chinese_font(size: int) -> ImageFont.FreeTypeFont:
    """A Chinese font of this machine; skips the test where there is none."""
    folders = [Path("/usr/share/fonts"), Path.home() / ".fonts", Path("/Library/Fonts")]
    for name in ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc"):
        for folder in folders:
            for file in sorted(folder.rglob(name)) if folder.is_dir() else []:
                return ImageFont.truetype(str(file), size)
    pytest.skip("no Chinese font on this machine")


def paper(width: int = 1240, height: int = 1754, tone: int = 250) -> Picture:
    return np.full((height, width, 3), tone, np.uint8)


def draw_grid(page: Picture, x: int, y: int, cols: list[int], rows: int, row_px: int) -> None:
    xs = [x, *np.cumsum(cols) + x]
    for i in range(rows + 1):
        cv2.line(page, (xs[0], y + i * row_px), (int(xs[-1]), y + i * row_px), (20, 20, 20), 2)
    for at in xs:
        cv2.line(page, (int(at), y), (int(at), y + rows * row_px), (20, 20, 20), 2)


def draw_text_like(page: Picture, x: int, y: int, count: int, size: int = 26) -> None:
    """Strokes as dense as print: small crosses and bars in a row."""
    for i in range(count):
        left = x + i * (size + 9)
        cv2.line(page, (left, y), (left + size, y), (10, 10, 10), 3)
        cv2.line(page, (left, y + size // 2), (left + size, y + size // 2), (10, 10, 10), 3)
        cv2.line(page, (left + size // 2, y), (left + size // 2, y + size), (10, 10, 10), 3)


def draw_seal(page: Picture, cx: int, cy: int, radius: int, tone: tuple[int, int, int]) -> None:
    """A ring with radial strokes and a star's blob, multiplied in as ink is."""
    layer = np.full_like(page, 255)
    cv2.circle(layer, (cx, cy), radius, tone, max(3, radius // 18), cv2.LINE_AA)
    for k in range(14):
        a = np.radians(150 + k * 240 / 13)
        inner, outer = 0.68 * radius, 0.88 * radius
        p = (int(cx + inner * np.cos(a)), int(cy + inner * np.sin(a)))
        q = (int(cx + outer * np.cos(a)), int(cy + outer * np.sin(a)))
        cv2.line(layer, p, q, tone, max(2, radius // 14), cv2.LINE_AA)
    cv2.circle(layer, (cx, cy), radius // 5, tone, -1, cv2.LINE_AA)
    page[:] = (page.astype(np.uint16) * layer // 255).astype(np.uint8)


def as_scanned(page: Picture, quality: int = 75, noise: float = 3.0, seed: int = 1) -> Picture:
    grain = np.random.default_rng(seed).normal(0, noise, page.shape)
    noisy = np.clip(page.astype(np.float32) + grain, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
