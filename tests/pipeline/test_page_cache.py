"""The page cache gives back exactly what was put in, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.core.geometry import Box, Size, Transform
from extractor.core.page import (
    Cell,
    Line,
    Mark,
    PageQuality,
    ReadPage,
    Seal,
    Table,
    TextSource,
)
from extractor.pipeline.page_cache import PageCache, page_key
from extractor.pipeline.page_options import PageOptions

numbers = st.floats(0, 2000, allow_nan=False)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), numbers, numbers, numbers, numbers)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
shares = st.floats(0, 1)
lines = st.builds(
    Line, texts, boxes, shares, st.sampled_from(TextSource),
    st.lists(numbers, max_size=4).map(tuple), st.lists(shares, max_size=4).map(tuple),
)  # fmt: skip
cells = st.builds(
    Cell, st.integers(0, 9), st.integers(0, 9), st.integers(1, 3), st.integers(1, 3), boxes,
    st.lists(lines, max_size=2).map(tuple),
)  # fmt: skip
tables = st.builds(
    Table, boxes, st.integers(1, 9), st.integers(1, 9), st.lists(cells, max_size=3).map(tuple)
)
sizes = st.builds(Size, numbers, numbers)
pages = st.builds(
    ReadPage,
    size=sizes,
    upright=sizes,
    to_viewer=st.builds(Transform, st.tuples(*[st.floats(-1e4, 1e4)] * 9)),
    source=st.sampled_from(TextSource),
    rotation_deg=st.sampled_from([0, 90, 180, 270]),
    skew_deg=st.floats(-15, 15),
    quality=st.builds(PageQuality, shares, st.lists(texts, max_size=2).map(tuple)),
    lines=st.lists(lines, max_size=3).map(tuple),
    tables=st.lists(tables, max_size=2).map(tuple),
    seals=st.lists(st.builds(Seal, boxes, shares, texts, texts | st.none()), max_size=2).map(tuple),
    marks=st.lists(st.builds(Mark, texts, boxes, shares), max_size=2).map(tuple),
    image_key=st.just(""),
    engines=st.lists(texts, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(page=pages)
def test_a_page_comes_back_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, page: ReadPage
) -> None:
    cache = PageCache(tmp_path_factory.mktemp("cache"))
    cache.store("ab12", page)
    assert cache.load("ab12") == page


def plain(image_key: str = "") -> ReadPage:
    size = Size(595, 842)
    identity = Transform.identity()
    quality = PageQuality(1.0)
    return ReadPage(size, size, identity, TextSource.OCR, 0, 0.0, quality, image_key=image_key)


def test_what_was_never_stored_is_not_found(tmp_path: Path) -> None:
    assert PageCache(tmp_path).load("ab12") is None


@pytest.mark.parametrize("damage", [b"", b"{", b'{"size": 3}', b"\xff\xfe"])
def test_a_damaged_file_is_a_miss(tmp_path: Path, damage: bytes) -> None:
    cache = PageCache(tmp_path)
    cache.store("ab12", plain())
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(damage)
    assert cache.load("ab12") is None
    cache.store("ab12", plain())
    assert cache.load("ab12") == plain()


def test_a_page_whose_picture_is_gone_is_a_miss(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    key = cache.store_picture(b"jpeg bytes")
    cache.store("ab12", plain(key))
    assert cache.load("ab12") == plain(key)
    cache.picture(key).unlink()
    assert cache.load("ab12") is None


def test_no_half_files_are_left(tmp_path: Path) -> None:
    cache = PageCache(tmp_path)
    cache.store("ab12", plain())
    cache.store_picture(b"x")
    assert all(not p.name.startswith(".") for p in tmp_path.rglob("*") if p.is_file())


class Engine:
    def __init__(self, name: str = "e", version: str = "1") -> None:
        self.name, self.version = name, version

    def read(self, bgr: object) -> tuple[()]:
        return ()


def test_the_key_covers_everything_a_reading_depends_on() -> None:
    options = PageOptions()
    keys = [
        page_key("a" * 64, 1, Engine(), options),
        page_key("b" * 64, 1, Engine(), options),
        page_key("a" * 64, 2, Engine(), options),
        page_key("a" * 64, 1, Engine(version="2"), options),
        page_key("a" * 64, 1, Engine(name="f"), options),
        page_key("a" * 64, 1, Engine(), PageOptions(dpi=300)),
    ]
    assert len(set(keys)) == len(keys)
    assert page_key("a" * 64, 1, Engine(), PageOptions()) == keys[0]


def test_the_pages_of_a_file_are_forgotten_with_their_pictures_and_no_others(
    tmp_path: Path,
) -> None:
    cache = PageCache(tmp_path)
    engine, options = Engine(), PageOptions()
    keys = {}
    for sha in ("a" * 64, "b" * 64):
        for no in (1, 2):
            page = plain(cache.store_picture(f"{sha}{no}".encode()))
            keys[sha[0], no] = page_key(sha, no, engine, options)
            cache.store(keys[sha[0], no], page)
    assert cache.forget_file("a" * 64) == 2
    assert cache.load(keys["a", 1]) is None
    assert cache.load(keys["b", 2]) is not None
    left = [p.suffix for p in tmp_path.rglob("*") if p.is_file()]
    assert sorted(left) == [".jpg", ".jpg", ".json", ".json"]
    assert cache.forget_file("a" * 64) == 0
