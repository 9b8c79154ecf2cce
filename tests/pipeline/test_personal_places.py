"""Numbers of persons in page pictures: found among the page's words, painted over, left by ``--unmask``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageStat
from support.pages import line, read_page

from extractor.core.page import PacketPage
from extractor.core.worksheet import BoxTuple, PageInfo
from extractor.pipeline.page_cache import PageCache
from extractor.pipeline.personal_places import personal_places
from extractor.pipeline.pictures import PagePictures

ID_NUMBER = "360102198503124514"
KEY = "ab" * 32
INFO = PageInfo(
    no=3, file="f", page_in_file=1, width_pt=595, height_pt=842, source="ocr", rotation_deg=0,
    skew_deg=0.0, quality=0.9,
)  # fmt: skip
NAME = line("联系人张三", y=100)
MOBILE = line("电话13812345678转", y=140)
PERSON = line(f"身份证号{ID_NUMBER}", y=180)
CODE = line("统一社会信用代码91360100MA35K8Q70X", y=220)


def page() -> PacketPage:
    read = replace(read_page(NAME, MOBILE, PERSON, CODE), image_key=KEY)
    return PacketPage(3, "f", 1, read)


def pictures(folder: Path) -> PagePictures:
    """A white page with a black bar where each line stands, one pixel a point."""
    picture = Image.new("RGB", (595, 842), "white")
    draw = ImageDraw.Draw(picture)
    for at in (NAME, MOBILE, PERSON, CODE):
        draw.rectangle((at.box.x0, at.box.y0, at.box.x1, at.box.y1), fill="black")
    path = PageCache(folder).picture(KEY)
    path.parent.mkdir(parents=True)
    picture.save(path, "JPEG", quality=95)
    return PagePictures((page(),), folder)


def light(picture: Image.Image, box: BoxTuple) -> float:
    """Mean brightness well inside a box, 0 to 255."""
    x0, y0, x1, y1 = box
    inside = picture.convert("L").crop((int(x0 + 2), int(y0 + 2), int(x1 - 2), int(y1 - 2)))
    return ImageStat.Stat(inside).mean[0]


def test_numbers_are_found_where_their_characters_stand() -> None:
    found = personal_places((page(),))
    assert list(found) == [3]
    mobile, person = found[3]
    assert mobile == (MOBILE.char_x[2], 140.0, MOBILE.char_x[13], 150.5)
    assert person == (PERSON.char_x[4], 180.0, PERSON.char_x[-1], 190.5)


def test_a_page_without_them_has_no_places() -> None:
    assert personal_places((PacketPage(1, "f", 1, read_page(NAME, CODE)),)) == {}


def test_only_the_numbers_are_painted_over(tmp_path: Path) -> None:
    places = personal_places((page(),))
    names = pictures(tmp_path / "c").copy_to(tmp_path / "out", {3: (INFO, places[3])})
    with Image.open(tmp_path / "out" / names[3]) as shown:
        for box in places[3]:
            assert light(shown, box) > 100  # grey now
        for kept in (NAME, CODE):
            assert light(shown, (kept.box.x0, kept.box.y0, kept.box.x1, kept.box.y1)) < 40
        before = (MOBILE.box.x0, MOBILE.box.y0, places[3][0][0] - 2, MOBILE.box.y1)
        assert light(shown, before) < 40  # the word in front of the number


def test_unmasked_pictures_are_the_ones_that_were_read(tmp_path: Path) -> None:
    made = pictures(tmp_path / "c")
    names = made.copy_to(tmp_path / "out")
    kept = PageCache(tmp_path / "c").picture(KEY)
    assert (tmp_path / "out" / names[3]).read_bytes() == kept.read_bytes()
