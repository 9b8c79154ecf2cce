"""A whole page with the real models: turned, askew, sealed, ticked."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as PilImage
from PIL import ImageDraw

from extractor.core.errors import ModelError
from extractor.core.geometry import Size
from extractor.files.model import RawPage
from extractor.imaging.plane import Picture, rotated, turned
from extractor.ocr.paddle import PaddleEngine
from extractor.pipeline.pages import PageOptions, PageTools, read_page
from tests.imaging.pictures import as_scanned, chinese_font, draw_grid, draw_seal
from tests.imaging.test_marks import draw_tick

pytestmark = pytest.mark.models
ROWS = ("信息服务", "技术服务", "创业服务")
BELOW = ("资产总额：1,234.56万元", "申报单位：南昌某某技术服务有限公司", "2023年5月20日")


@pytest.fixture(scope="module")
def engine() -> PaddleEngine:
    try:
        return PaddleEngine()
    except ModelError as err:
        pytest.skip(str(err))


def page() -> Picture:
    image = PilImage.new("RGB", (1654, 2339), (251, 251, 249))
    draw, font = ImageDraw.Draw(image), chinese_font(34)
    for i, text in enumerate(("服务功能", *ROWS)):
        draw.text((180, 325 + 90 * i), text, fill="black", font=font)
    draw.text((660, 325), "是否提供", fill="black", font=font)
    for i, text in enumerate(BELOW):
        draw.text((500, 900 + 80 * i), text, fill="black", font=font)
    drawn = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    draw_grid(drawn, 150, 300, [450, 300], 4, 90)
    draw_tick(drawn, 750, 435, 48, 4)
    draw_tick(drawn, 760, 615, 40, 5)
    draw_seal(drawn, 760, 990, 165, (45, 40, 215))
    return drawn


@pytest.mark.parametrize(("turn", "skew"), [(0, 0.8), (90, -1.5), (180, 0.0), (270, 2.2)])
def test_a_sealed_form_is_read_whichever_way_it_was_laid_on_the_glass(
    engine: PaddleEngine, turn: int, skew: float
) -> None:
    viewed, _ = rotated(page(), skew)
    viewed, _ = turned(viewed, turn)
    scanned = as_scanned(viewed)
    size = Size(scanned.shape[1] * 0.36, scanned.shape[0] * 0.36)
    raw = RawPage(size, scanned, 200.0, image_cover=1.0)
    result = read_page(raw, PageTools(engine), PageOptions(keep_picture=False))

    assert result.rotation_deg == turn
    assert result.skew_deg == pytest.approx(skew, abs=0.1)
    for text in BELOW:
        assert text in result.text.replace("，", ","), result.text
    (table,) = result.tables
    assert [table.at(r, 0).text for r in range(4)] == ["服务功能", *ROWS]  # type: ignore[union-attr]
    assert len(result.seals) == 1
    ticks = [m for m in result.marks if m.kind == "tick"]
    ticked = {
        r
        for r in range(1, 4)
        for m in ticks
        if (cell := table.at(r, 1)) and cell.box.contains_point(m.box.cx, m.box.cy)
    }
    assert ticked == {1, 3}
