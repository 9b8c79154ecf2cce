"""``extractor show``, ``bench`` and ``models``: thin doors over stages tested elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from support.config import the_tools
from support.readers import InkReaders

from extractor.core.errors import ModelError
from extractor.doors import batch, cli_bench, cli_show
from extractor.pipeline import reading


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "ReaderFactory", InkReaders)
    for module in (cli_show, cli_bench):
        monkeypatch.setattr(module, "load_tools", lambda overlay=None: the_tools())
    monkeypatch.setattr(cli_bench, "require_models", lambda: None)
    monkeypatch.setenv("EXTRACTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (595, 842), "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 400, 130), fill="black")
    path = tmp_path / "扫描.png"
    picture.save(path, dpi=(72, 72))
    return path


def test_a_stage_of_a_page_is_drawn_into_a_picture(
    extractor: Callable, scan: Path, tmp_path: Path
) -> None:
    out = tmp_path / "drawn" / "page.png"
    done = extractor("show", scan, "--stage", "words", "--page", 1, "--out", out, "--workers", 1)
    assert done.code == 0, done.text
    assert str(out) in done.text
    with Image.open(out) as drawn:
        colours = {c for _n, c in drawn.convert("RGB").getcolors(1 << 24) or []}
    assert any(b > r + 60 for r, _g, b in colours), "a blue box stands around the words"


def test_a_page_that_is_not_there_is_bad_usage(extractor: Callable, scan: Path) -> None:
    done = extractor("show", scan, "--page", 9, "--workers", 1)
    assert done.code == 2
    assert "9" in done.text


def test_an_unknown_stage_is_bad_usage(extractor: Callable, scan: Path) -> None:
    assert extractor("show", scan, "--stage", "thoughts").code == 2


def test_a_bench_prints_figures_and_what_was_wrong(
    extractor: Callable, scan: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "packet").mkdir()
    scan.rename(folder / "packet" / scan.name)
    truth = {
        "packet": "sample", "scheme": "jiangxi_2023", "case": {"filing_date": "2024-04-18"},
        "pages": [{"no": 1, "document_type": "business_license"}],
        "facts": [{"field": "lic_name", "value": "甲公司", "page": 1, "box": [1, 1, 2, 2]}],
        "rows": [],
    }  # fmt: skip
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    done = extractor("bench", folder, "--workers", 1)
    assert done.code == 0, done.text
    assert "sample: 1 pages" in done.out
    assert "pages/min" in done.out
    assert "0/1" in done.out
    assert "business_license" in done.out
    assert "lic_name" in done.out


def test_a_bench_without_samples_says_so(
    extractor: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    done = extractor("bench")
    assert done.code == 2
    assert "truth.json" in done.text


def test_a_missing_model_ends_a_run_before_a_page_is_read(
    extractor: Callable, monkeypatch: pytest.MonkeyPatch, scan: Path, tmp_path: Path
) -> None:
    def missing() -> None:
        raise ModelError("缺少模型 det：请运行 extractor models install")

    monkeypatch.setattr(batch, "require_models", missing)
    done = extractor("run", scan, "--scheme", "jiangxi_2023", "--out", tmp_path / "out")
    assert done.code == 2
    assert "extractor models install" in done.err
    assert not (tmp_path / "out").exists()


def test_models_are_listed_with_their_licence(extractor: Callable) -> None:
    done = extractor("models", "list")
    assert done.code == 0
    assert all(len(row.split("\t")) == 3 for row in done.out.strip().splitlines())
