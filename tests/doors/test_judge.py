"""``extractor judge``: another scheme or date without reading a page; the original stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.config import the_tools
from support.worksheets import small_worksheet

from extractor.doors import cli_judge
from extractor.pipeline.naming import naming_of
from extractor.worksheet.json_out import read_json, write_json
from extractor.worksheet.mask import mask_worksheet


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_judge, "load_tools", lambda overlay=None: the_tools())


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A written result with a page picture."""
    folder = tmp_path / "某平台"
    sensitive = naming_of(the_tools().catalogue).sensitive
    write_json(mask_worksheet(small_worksheet(), sensitive), folder / "worksheet.json")
    (folder / "pages").mkdir()
    Image.new("RGB", (60, 80), "white").save(folder / "pages" / "0001.jpg")
    return folder


def test_what_changed_is_printed_and_written_beside_the_original(
    extractor: Callable, result: Path
) -> None:
    original = (result / "worksheet.json").read_bytes()
    done = extractor("judge", result, "--scheme", "taiyuan_2023", "--as-of", "2023-05-01")
    assert done.code in (0, 1)
    assert "jiangxi_2023 → taiyuan_2023" in done.text
    assert "→ 2023-05-01" in done.text
    assert "（原无此条） → " in done.text
    assert (result / "worksheet.json").read_bytes() == original
    written = read_json(result / "worksheet-taiyuan_2023-2023-05-01.json")
    assert (written.scheme.id, written.scheme.as_of) == ("taiyuan_2023", "2023-05-01")
    assert (result / "worksheet-taiyuan_2023-2023-05-01.xlsx").stat().st_size > 0


def test_an_own_folder_gets_the_pages_too(
    extractor: Callable, result: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    extractor("judge", result / "worksheet.json", "--scheme", "taiyuan_2023", "--out", out)
    assert sorted(p.name for p in (out / "某平台").iterdir()) == [
        "pages",
        "worksheet.json",
        "worksheet.xlsx",
    ]
    assert (out / "某平台" / "pages" / "0001.jpg").is_file()


def test_the_same_scheme_changes_nothing_and_says_so(extractor: Callable, result: Path) -> None:
    done = extractor("judge", result, "--json-only")
    assert "结论没有变化" in done.text
    again = json.loads((result / "worksheet-judged.json").read_bytes())
    before = json.loads((result / "worksheet.json").read_bytes())
    assert {**again, "extractor": None} == {**before, "extractor": None}


def test_many_at_once_keep_apart_by_name(extractor: Callable, result: Path, tmp_path: Path) -> None:
    twin = tmp_path / "b" / "某平台"
    shutil.copytree(result, twin)
    out = tmp_path / "out"
    extractor("judge", result, twin, "--scheme", "taiyuan_2023", "--out", out, "--json-only")
    assert sorted(p.name for p in out.iterdir()) == ["某平台", "某平台-2"]


def test_a_broken_worksheet_is_named_and_the_others_are_judged(
    extractor: Callable, result: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "坏" / "worksheet.json"
    broken.parent.mkdir()
    broken.write_text("{}", encoding="utf-8")
    done = extractor("judge", broken, result, "--scheme", "taiyuan_2023", "--json-only")
    assert done.code == 3
    assert str(broken) in done.text
    assert (result / "worksheet-taiyuan_2023.json").is_file()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--scheme", "taiyuan_2032"), "taiyuan_2032"),
        (("--as-of", "昨天"), "2024-04-18"),
        (("--lang", "fr"), "zh"),
    ],
)
def test_what_cannot_be_obeyed_is_refused(
    extractor: Callable, result: Path, options: tuple[str, ...], says: str
) -> None:
    done = extractor("judge", result, *options)
    assert done.code == 2
    assert says in done.text


def test_a_result_that_is_not_there_is_named(extractor: Callable, tmp_path: Path) -> None:
    done = extractor("judge", tmp_path / "没有")
    assert done.code == 2
    assert "没有这份工作底稿" in done.text


def test_the_original_is_never_written_over(extractor: Callable, result: Path) -> None:
    done = extractor("judge", result, "--scheme", "taiyuan_2023", "--out", result.parent)
    assert done.code == 2
    assert "--out" in done.text
