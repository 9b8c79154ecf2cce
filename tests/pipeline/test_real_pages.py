"""Real pages that nobody laid out for us: forms of strange offices by their labels, turned scans."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.distance import Levenshtein

from extractor.core.page import PacketPage, ReadPage
from extractor.fields.forms.answers import answers_on
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.files.server import PageServer
from extractor.pipeline.page_options import PageOptions
from extractor.pipeline.pages import PageTools, read_page

REAL = Path(os.environ.get("EXTRACTOR_REAL_DATA", "/nonexistent"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.models,
    pytest.mark.skipif(not REAL.is_dir(), reason="EXTRACTOR_REAL_DATA is not set"),
]


@pytest.fixture(scope="module")
def engine() -> Any:
    from extractor.core.errors import ModelError
    from extractor.ocr.paddle import PaddleEngine

    try:
        made = PaddleEngine(threads=1)
        made.load()
    except ModelError as error:
        pytest.skip(f"no OCR models: {error}")
    return made


def picture_page(engine: Any, path: Path) -> ReadPage:
    """An image file as the packet would hold it, read."""
    kind = "image/png" if path.suffix == ".png" else "image/jpeg"
    with PageServer(path, kind) as server:
        return read_page(server.page(1, 200), PageTools(engine), PageOptions())


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).strip(":。")


# The floors are what was read when these pages were first tried; no reader was changed for one of them.


def answered(page: ReadPage, pairs: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Labels whose value stands among what was found for them, and the others with what was found."""
    packet_page = PacketPage("f_1", 1, 1, page)
    labels = sorted({key for key, _ in pairs})
    index = LabelIndex(Label(key, (key,)) for key in labels)
    found: dict[str, list[str]] = {key: [] for key in labels}
    for answer in answers_on(packet_page, index, prose=False):
        found[answer.owner].append(plain(answer.run.text))
    right = [key for key, value in pairs if plain(value) in found[key]]
    wrong = [
        f"{key}: {value} <- {found[key]}" for key, value in pairs if plain(value) not in found[key]
    ]
    return right, wrong


def test_a_car_request_form_never_seen_is_read_by_its_labels(engine: Any) -> None:
    path = REAL / "tables" / "rapid_car_request_form.jpg"
    gold = json.loads(path.with_suffix("").with_suffix(".kv.json").read_text("utf-8"))
    pairs = [(key.split("#")[0], value) for key, value in gold["kv"]]
    right, wrong = answered(picture_page(engine, path), pairs)
    print(f"car form: {len(right)}/{len(pairs)}", wrong)
    assert len(right) >= 6


def test_a_form_filled_in_by_many_hands_is_read_by_its_labels(engine: Any) -> None:
    gold = json.loads((REAL / "forms_xfund" / "kv_gold.json").read_text("utf-8"))
    pairs = [(p["key"], p["value"]) for p in gold["pages"]["zh_val_21"]]
    right, wrong = answered(picture_page(engine, REAL / "forms_xfund" / "zh_val_21.jpg"), pairs)
    print(f"XFUND: {len(right)}/{len(pairs)}", wrong)
    assert len(right) >= 14


def test_a_permit_of_another_office_is_read_by_its_labels(engine: Any) -> None:
    name = "food_circulation_permit_scan.jpg"
    gold = json.loads((REAL / "licences" / "fields_gold.json").read_text("utf-8"))["files"][name]
    pairs = [(k, v) for k, v in gold.items() if k != "doc_type" and "_" not in k]
    right, wrong = answered(picture_page(engine, REAL / "licences" / name), pairs)
    print(f"permit: {len(right)}/{len(pairs)}", wrong)
    assert len(right) >= 4


def test_turned_pages_are_read_the_same_both_ways(engine: Any) -> None:
    texts = []
    for turn in (90, 180):
        with PageServer(
            REAL / "scans" / f"docling_ocr_test_rotated_{turn}.pdf", "application/pdf"
        ) as s:
            page = read_page(s.page(1, 200), PageTools(engine), PageOptions())
        texts.append("".join("".join(line.text.split()) for line in page.lines))
    rate = Levenshtein.distance(*texts) / max(map(len, texts))
    print(f"turned pages: {len(texts[0])} characters, CER between the two {rate:.4f}")
    assert len(texts[0]) > 50
    assert rate <= 0.01
