"""Bad packets end to end: real opening, real page readers and limits; only the OCR is played.

A clear line names file and cause, the exit code and the worksheet say so, and nothing else is lost.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw
from support.readers import InkReaders

from extractor.pipeline import reading

SCHEME = ("--scheme", "jiangxi_2023", "--workers", "1", "--no-cache")


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ReaderFactory", InkReaders)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "packet"
    folder.mkdir()
    return folder


@pytest.fixture
def run(extractor: Callable, tmp_path: Path) -> Callable:
    def call(path: Path) -> tuple[int, dict, str]:
        done = extractor("run", path, *SCHEME, "--out", tmp_path / "out")
        (folder,) = (tmp_path / "out").iterdir()
        assert (folder / "worksheet.xlsx").is_file()
        return done.code, json.loads((folder / "worksheet.json").read_bytes()), done.text

    return call


def scan(path: Path, *, ink: bool = True) -> Path:
    picture = Image.new("RGB", (400, 560), "white")
    if ink:
        ImageDraw.Draw(picture).rectangle((60, 60, 340, 80), fill="black")
    picture.save(path, dpi=(72, 72))
    return path


def pdf_bytes(password: str = "") -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    if password:
        document.save(out, encryption=pikepdf.Encryption(user=password, owner=password))
    else:
        document.save(out)
    return out.getvalue()


def only_problem(worksheet: dict, file: str) -> dict:
    found = [p for p in worksheet["problems"] if file in p["message"]]
    assert len(found) == 1, worksheet["problems"]
    return found[0]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("空文件.pdf", b"", None),
        ("截断.pdf", pdf_bytes()[:200], None),
        ("加密.pdf", pdf_bytes("secret"), "password"),
        ("不是图片.jpg", b"just some words", None),
        ("坏压缩包.zip", b"PK\x03\x04 broken", None),
    ],
)
def test_a_bad_file_is_named_with_its_cause_and_the_good_one_beside_it_is_read(
    run: Callable, box: Path, name: str, content: bytes, kind: str | None
) -> None:
    scan(box / "1.png")
    (box / name).write_bytes(content)
    code, worksheet, text = run(box)
    assert code == 3
    problem = only_problem(worksheet, name)
    assert kind is None or problem["kind"] == kind
    assert name in text
    assert "Traceback" not in text
    assert len(worksheet["pages"]) == 1, "the good page is read"


def test_a_packet_that_is_one_bad_file_still_gets_a_worksheet(
    run: Callable, tmp_path: Path
) -> None:
    path = tmp_path / "加密.pdf"
    path.write_bytes(pdf_bytes("secret"))
    code, worksheet, _text = run(path)
    assert code == 3
    assert worksheet["pages"] == []
    assert [p["kind"] for p in worksheet["problems"]] == ["password", "no_pages"]
    assert all("加密.pdf" in p["message"] for p in worksheet["problems"])
    assert all(m["status"] != "found" for m in worksheet["materials"])
    assert not any(c["verdict"] in ("met", "not_met") for c in worksheet["criteria"])


def test_a_zip_in_a_zip_is_read_and_a_deeper_one_is_said(run: Callable, tmp_path: Path) -> None:
    def zipped(name: str, content: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, content)
        return out.getvalue()

    png = scan(tmp_path / "1.png").read_bytes()
    deep = zipped("deeper.zip", zipped("2.png", png))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", zipped("1.png", png))
        archive.writestr("deep.zip", deep)
    path = tmp_path / "p.zip"
    path.write_bytes(outer.getvalue())
    code, worksheet, _text = run(path)
    assert len(worksheet["pages"]) == 1
    assert code == 3
    assert only_problem(worksheet, "deeper.zip")


def test_a_name_with_line_breaks_stays_on_one_line(run: Callable, box: Path) -> None:
    scan(box / "好.png")
    (box / "两行\n名字\x1b[31m.pdf").write_bytes(b"")
    code, worksheet, text = run(box)
    assert code == 3
    (problem,) = worksheet["problems"]
    assert "\n" not in problem["message"]
    assert "\x1b[31m" not in text


def test_a_packet_with_none_of_the_expected_papers_is_complete_and_says_what_is_missing(
    run: Callable, box: Path
) -> None:
    scan(box / "照片.png")
    scan(box / "风景.jpg")
    code, worksheet, _text = run(box)
    assert worksheet["problems"] == []
    assert code in (0, 1), "nothing was lost in reading"
    assert worksheet["documents"]
    # hardly any ink: nobody knows the paper, or it counts as not readable
    assert {d["type"] for d in worksheet["documents"]} <= {"other_material", "blank_or_unreadable"}
    wanted = [m for m in worksheet["materials"] if m["requirement"] == "mandatory"]
    assert wanted
    assert not any(m["status"] == "found" for m in wanted)
    assert not any(c["verdict"] == "met" for c in worksheet["criteria"])


def test_a_blank_scan_is_a_page_without_words(run: Callable, box: Path) -> None:
    scan(box / "白纸.png", ink=False)
    code, worksheet, _text = run(box)
    assert code in (0, 1)
    assert [d["type"] for d in worksheet["documents"]] == ["blank_or_unreadable"]
    assert worksheet["facts"] == []


def test_an_empty_folder_has_a_worksheet_that_says_so(run: Callable, box: Path) -> None:
    code, worksheet, _text = run(box)
    assert code == 3
    assert worksheet["pages"] == []
    assert worksheet["problems"]
