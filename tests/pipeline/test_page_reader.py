"""What runs in a page worker: a page or the reason why not, never an exception that ends the run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw
from support.readers import InkEngine

from extractor.core.errors import ModelError
from extractor.ocr.engine import Image as Picture
from extractor.ocr.engine import OcrLine
from extractor.pipeline.pool import PageTask
from extractor.pipeline.reader import PageReader, ReaderFactory


class Raising(InkEngine):
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def read(self, bgr: Picture) -> tuple[OcrLine, ...]:
        raise self.error


class Counting(InkEngine):
    def __init__(self) -> None:
        self.reads = 0

    def read(self, bgr: Picture) -> tuple[OcrLine, ...]:
        self.reads += 1
        return super().read(bgr)


def scan(path: Path, at: int = 60) -> Path:
    picture = Image.new("RGB", (400, 560), "white")
    ImageDraw.Draw(picture).rectangle((60, at, 340, at + 20), fill="black")
    picture.save(path, dpi=(72, 72))
    return path


def task(path: Path, page: int = 1, media_type: str = "image/png") -> PageTask:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return PageTask(page, "file", str(path), media_type, sha256, page)


def test_a_page_is_read_with_what_it_took(tmp_path: Path) -> None:
    reader = PageReader(ReaderFactory(None), InkEngine())
    outcome = reader.read(task(scan(tmp_path / "a.png")))
    reader.close()
    assert outcome.read is not None
    assert outcome.read.text == "页面上有文字"
    assert outcome.kind == ""
    assert outcome.seconds > 0


def test_files_follow_one_another(tmp_path: Path) -> None:
    reader = PageReader(ReaderFactory(None), InkEngine())
    boxes = []
    for n, at in enumerate((60, 300, 60)):
        outcome = reader.read(task(scan(tmp_path / f"{n}.png", at)))
        assert outcome.read is not None
        boxes.append(outcome.read.lines[0].box.y0)
    reader.close()
    assert boxes[0] == boxes[2]
    assert boxes[1] - boxes[0] == pytest.approx(240, abs=3)


def test_a_page_beyond_the_file_is_an_outcome(tmp_path: Path) -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.save(tmp_path / "a.pdf")
    reader = PageReader(ReaderFactory(None), InkEngine())
    outcome = reader.read(task(tmp_path / "a.pdf", 5, "application/pdf"))
    good = reader.read(task(tmp_path / "a.pdf", 1, "application/pdf"))
    reader.close()
    assert outcome.read is None
    assert outcome.kind and outcome.message
    assert good.read is not None


@pytest.mark.parametrize(
    ("error", "kind"),
    [(ModelError("缺少模型：请运行 extractor models install"), "model"), (MemoryError(), "memory")],
)
def test_a_failing_engine_is_the_outcome_of_its_page(
    tmp_path: Path, error: BaseException, kind: str
) -> None:
    reader = PageReader(ReaderFactory(None), Raising(error))
    outcome = reader.read(task(scan(tmp_path / "a.png")))
    reader.close()
    assert outcome.read is None
    assert outcome.kind == kind
    assert outcome.message


def test_a_page_in_the_cache_is_not_read_again(tmp_path: Path) -> None:
    engine = Counting()
    wanted = task(scan(tmp_path / "a.png"))
    first = PageReader(ReaderFactory(tmp_path / "cache"), engine)
    one = first.read(wanted)
    first.close()
    reads = engine.reads
    assert reads > 0
    (tmp_path / "a.png").unlink()
    again = PageReader(ReaderFactory(tmp_path / "cache"), engine)
    other = again.read(wanted)
    again.close()
    assert engine.reads == reads
    assert other.read == one.read


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    reader = PageReader(ReaderFactory(None), InkEngine())
    reader.close()
    reader.read(task(scan(tmp_path / "a.png")))
    reader.close()
    reader.close()


def test_a_warm_reader_has_read_a_page_of_its_own_and_kept_nothing_of_it(tmp_path: Path) -> None:
    engine = Counting()
    reader = PageReader(ReaderFactory(tmp_path / "cache"), engine)
    try:
        reader.warm_up()
        assert engine.reads and not list(tmp_path.rglob("*.*"))
        assert reader._host.child is not None  # the caged child is there, its decoders loaded
        missing = PageTask(1, "f", str(tmp_path / "none.png"), "image/png", "0" * 64, 1)
        assert reader.read(missing).read is None  # the sample page is not left open
    finally:
        reader.close()
