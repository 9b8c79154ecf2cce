"""Pages through the child: what comes out of sound files, and what does not get out of wicked ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hostile import (
    CHINESE,
    PDF,
    claimed_png,
    drawn_pdf,
    locked_pdf,
    many_pages_pdf,
    memory_bomb_pdf,
    plain_pdf,
    plain_png,
)
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractor.core.geometry import Box, Size
from extractor.files.child_process import PageHost
from extractor.files.limits import Limits
from extractor.files.model import PageFailure, RawPage
from extractor.files.server import PageServer


def read(path: Path, media_type: str = PDF, *, page: int = 1, dpi: float = 144) -> RawPage:
    with PageServer(path, media_type) as server:
        return server.page(page, dpi)


def ink_box(raw: RawPage) -> Box:
    """Around everything darker than mid grey, in points."""
    ys, xs = np.nonzero(raw.image.min(axis=2) < 128)
    k = 72 / raw.dpi
    return Box(xs.min() * k, ys.min() * k, (xs.max() + 1) * k, (ys.max() + 1) * k)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- PDF ------------------------------------------------------------------------------------------


def test_a_page_gives_picture_and_text_in_one_place(tmp_path: Path) -> None:
    raw = read(drawn_pdf(tmp_path / "a.pdf", lambda c: c.drawString(100, 600, "Hxyz 42")))
    assert (raw.size.width_pt, raw.size.height_pt) == pytest.approx(A4, abs=0.1)
    assert raw.image.dtype == np.uint8
    assert raw.image.shape[:2] == pytest.approx((A4[1] * 2, A4[0] * 2), abs=1.5)
    [line] = raw.layer
    assert line.text == "Hxyz 42"
    assert line.confidence == 1.0
    ink = ink_box(raw)
    assert ink.share_inside(line.box.expanded(1)) == pytest.approx(1, abs=0.02)
    assert len(line.char_x) == len(line.text) + 1
    assert list(line.char_x) == sorted(line.char_x)
    assert raw.image_cover == 0 and raw.layer_suspect == ()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_boxes_follow_crop_box_and_rotation(tmp_path: Path, rotate: int) -> None:
    path = drawn_pdf(tmp_path / "a.pdf", lambda c: c.drawString(150, 500, "CROPPED"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].CropBox = [100, 300, 400, 700]
        pdf.pages[0].Rotate = rotate
        pdf.save(path)
    raw = read(path)
    sides = (300, 400) if rotate in (0, 180) else (400, 300)
    assert (raw.size.width_pt, raw.size.height_pt) == sides
    [line] = raw.layer
    assert line.text == "CROPPED"
    assert ink_box(raw).share_inside(line.box.expanded(1)) > 0.98
    assert raw.layer_suspect == (() if rotate == 0 else (f"turned_{rotate}",))


def test_the_picture_is_bgr(tmp_path: Path) -> None:
    def red(c: Canvas) -> None:
        c.setFillColorRGB(1, 0, 0)
        c.rect(0, 0, *A4, fill=1)

    assert tuple(read(drawn_pdf(tmp_path / "a.pdf", red)).image[50, 50]) == (0, 0, 255)


def test_wide_gaps_split_a_run_and_spaced_labels_stay_whole(tmp_path: Path) -> None:
    def draw(c: Canvas) -> None:
        c.setFont(CHINESE, 12)
        c.drawString(72, 700, "资产总额")
        c.drawString(200, 700, "1,234.50")
        c.drawString(72, 650, "姓")
        c.drawString(96, 650, "名：")

    raw = read(drawn_pdf(tmp_path / "a.pdf", draw))
    assert [line.text for line in raw.layer] == ["资产总额", "1,234.50", "姓名："]


def test_text_printed_twice_for_boldness_is_read_once(tmp_path: Path) -> None:
    def draw(c: Canvas) -> None:
        c.drawString(100, 700, "Total 100")
        c.drawString(100.3, 700, "Total 100")

    [line] = read(drawn_pdf(tmp_path / "a.pdf", draw)).layer
    assert line.text == "Total 100"


def test_invisible_text_over_a_scan_is_suspect(tmp_path: Path) -> None:
    scan = Image.effect_noise((400, 500), 90).convert("RGB")

    def draw(c: Canvas) -> None:
        c.drawImage(ImageReader(scan), 0, 0, *A4)
        text = c.beginText(100, 600)
        text.setTextRenderMode(3)
        text.textLine("hidden words of an OCR")
        c.drawText(text)

    raw = read(drawn_pdf(tmp_path / "a.pdf", draw))
    assert raw.image_cover == pytest.approx(1, abs=0.02)
    assert "invisible_text" in raw.layer_suspect


def test_text_under_a_scan_is_suspect_and_text_on_a_picture_is_not(tmp_path: Path) -> None:
    scan = ImageReader(Image.effect_noise((300, 400), 60).convert("RGB"))

    def under(c: Canvas) -> None:
        c.drawString(100, 600, "replaced words")
        c.drawImage(scan, 0, 0, *A4)

    def over(c: Canvas) -> None:
        c.drawImage(scan, 0, 0, *A4)
        c.setFillColorRGB(0, 0, 0)
        c.drawString(100, 600, "words on a picture")

    path = drawn_pdf(tmp_path / "a.pdf", under, over)
    assert "covered_text" in read(path).layer_suspect
    assert read(path, page=2).layer_suspect == ()


def test_white_text_on_white_is_suspect(tmp_path: Path) -> None:
    def draw(c: Canvas) -> None:
        c.setFillColorRGB(1, 1, 1)
        c.drawString(100, 600, "amount 5,000,000")

    assert "invisible_text" in read(drawn_pdf(tmp_path / "a.pdf", draw)).layer_suspect


def test_a_font_that_does_not_say_its_characters_is_suspect(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "a.pdf", lambda c: c.drawString(100, 600, "ABC"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        [font] = pdf.pages[0].Resources.Font.values()
        font.Encoding = pikepdf.Dictionary(
            Type=pikepdf.Name.Encoding,
            Differences=[65, pikepdf.Name("/g1"), pikepdf.Name("/g2"), pikepdf.Name("/g3")],
        )
        pdf.save(path)
    raw = read(path)
    assert raw.layer_suspect != ()


def test_text_beside_the_page_is_suspect(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "a.pdf", lambda c: c.drawString(400, 600, "beside"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].CropBox = [0, 0, 300, 800]
        pdf.save(path)
    assert "outside_page" in read(path).layer_suspect


def test_values_of_filled_form_fields_are_part_of_the_layer(tmp_path: Path) -> None:
    def draw(c: Canvas) -> None:
        c.drawString(72, 700, "Name:")
        c.acroForm.textfield(name="n", value="FILLED", x=120, y=690, width=200, height=24)

    raw = read(drawn_pdf(tmp_path / "a.pdf", draw))
    assert "FILLED" in "".join(line.text for line in raw.layer)


def test_a_page_of_giant_size_is_rendered_within_the_pixel_limit(tmp_path: Path) -> None:
    raw = read(drawn_pdf(tmp_path / "a.pdf", lambda c: None, size=(200_000, 100_000)), dpi=200)
    assert raw.size == Size(200_000, 100_000)
    assert raw.image.shape[0] * raw.image.shape[1] <= 41_000_000
    assert raw.dpi == pytest.approx(raw.image.shape[1] / 200_000 * 72, rel=0.01)


# --- images ---------------------------------------------------------------------------------------


def test_an_image_without_dpi_has_one_point_a_pixel(tmp_path: Path) -> None:
    raw = read(plain_png(tmp_path / "a.png", (40, 30)), "image/png")
    assert raw.size == Size(40, 30)
    assert raw.image.shape == (30, 40, 3)
    assert raw.dpi == pytest.approx(72)
    assert tuple(raw.image[5, 5]) == (30, 30, 200)
    assert raw.layer == () and raw.image_cover == 1


def test_an_image_has_the_size_its_dpi_says(tmp_path: Path) -> None:
    Image.new("L", (300, 600), 255).save(tmp_path / "a.jpg", dpi=(300, 300))
    raw = read(tmp_path / "a.jpg", "image/jpeg", dpi=150)
    assert raw.size == Size(72, 144)
    assert raw.image.shape == (300, 150, 3)


def test_a_photo_is_shown_as_its_exif_says(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.paste((0, 0, 255), (0, 0, 20, 20))  # blue, top left as stored
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to show
    image.save(tmp_path / "a.png", exif=exif)
    raw = read(tmp_path / "a.png", "image/png")
    assert raw.image.shape == (60, 40, 3)
    assert tuple(raw.image[5, 35]) == (255, 0, 0)  # now top right
    assert tuple(raw.image[5, 5]) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_tiff_keeps_its_two_resolutions_apart(tmp_path: Path, orientation: int) -> None:
    image = Image.new("L", (204, 98), 255)
    tags = {0x0112: orientation}
    image.save(tmp_path / "fax.tif", dpi=(204.0, 98.0), tiffinfo=tags)
    raw = read(tmp_path / "fax.tif", "image/tiff", dpi=300)
    assert (raw.size.width_pt, raw.size.height_pt) == pytest.approx((72, 72), abs=0.5)
    assert abs(raw.image.shape[0] - raw.image.shape[1]) <= 2


def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20 + i, 20), (i * 80, 0, 0)) for i in range(3)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    with PageServer(tmp_path / "a.tif", "image/tiff") as server:
        assert server.page_count == 3
        shapes = [server.page(n, 200).image.shape for n in (3, 1, 2)]
        assert shapes == [(20, 22, 3), (20, 20, 3), (20, 21, 3)]
        assert tuple(server.page(3, 200).image[0, 0]) == (0, 0, 160)


@pytest.mark.parametrize(
    ("mode", "colour", "suffix", "media_type", "expected"),
    [
        ("CMYK", (0, 255, 255, 0), "tif", "image/tiff", (0, 0, 255)),
        ("I;16", 65535 // 2, "png", "image/png", (127, 127, 127)),
        ("P", 0, "png", "image/png", (0, 0, 0)),
        ("RGBA", (0, 0, 0, 0), "png", "image/png", (255, 255, 255)),
        ("LA", (0, 255), "png", "image/png", (0, 0, 0)),
        ("1", 1, "png", "image/png", (255, 255, 255)),
        ("L", 77, "bmp", "image/bmp", (77, 77, 77)),
    ],
)
def test_every_kind_of_pixel_becomes_bgr(
    tmp_path: Path, mode: str, colour, suffix: str, media_type: str, expected
) -> None:
    path = tmp_path / f"a.{suffix}"
    image = Image.new(mode, (16, 16), colour)
    if mode == "P":
        image.putpalette([0, 0, 0])
    image.save(path)
    pixel = read(path, media_type).image[8, 8].astype(int)
    assert np.abs(pixel - expected).max() <= 1


def test_a_huge_jpeg_is_decoded_coarser(tmp_path: Path) -> None:
    Image.new("L", (9000, 9000), 200).save(tmp_path / "a.jpg", dpi=(600, 600))
    raw = read(tmp_path / "a.jpg", "image/jpeg", dpi=600)
    assert raw.size.width_pt == pytest.approx(1080)
    assert raw.image.shape[0] * raw.image.shape[1] <= 41_000_000
    assert raw.dpi == pytest.approx(raw.image.shape[1] / 1080 * 72, rel=0.01)


def test_an_image_of_forty_thousand_pixels_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(claimed_png(40_000, 40_000))
    with pytest.raises(PageFailure) as caught:
        read(tmp_path / "a.png", "image/png")
    assert caught.value.kind == "too_large"
    assert "40000×40000" in caught.value.message


def test_a_truncated_image_is_damaged(tmp_path: Path) -> None:
    data = plain_png(tmp_path / "a.png", (300, 300)).read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(PageFailure) as caught:
        read(tmp_path / "a.png", "image/png")
    assert caught.value.kind == "damaged"


# --- the cage -------------------------------------------------------------------------------------


def test_a_password_is_asked_for_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(PageFailure) as caught, PageServer(locked_pdf(tmp_path / "a.pdf"), PDF):
        pass
    assert caught.value.kind == "password"


def test_a_memory_bomb_fails_its_page_and_the_next_one_is_read(tmp_path: Path) -> None:
    with PageServer(memory_bomb_pdf(tmp_path / "a.pdf"), PDF) as server:
        assert server.page_count == 2
        try:
            raw = server.page(1, 100)
        except PageFailure as failure:
            assert failure.kind in ("crash", "memory", "timeout")
        else:
            assert raw.image.ndim == 3  # pdfium gave up on the image alone: fine too
        [line] = server.page(2, 100).layer
        assert line.text == "page 2"
        peak = _peak_bytes(server.child_pid)
    assert peak < 1 << 30


def _peak_bytes(pid: int | None) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_a_page_that_takes_too_long_is_killed_and_after_some_the_file_is_given_up(
    tmp_path: Path,
) -> None:
    limits = Limits(page_seconds=0.0, max_child_deaths=2)
    kinds, pids = [], []
    with PageServer(plain_pdf(tmp_path / "a.pdf", 4), PDF, limits) as server:
        for n in range(1, 5):
            pids.append(server.child_pid)
            with pytest.raises(PageFailure) as caught:
                server.page(n, 100)
            kinds.append(caught.value.kind)
    assert kinds == ["timeout", "timeout", "gave_up", "gave_up"]
    assert not any(is_alive(pid) for pid in pids if pid)


def test_a_child_that_dies_after_good_pages_is_replaced_without_a_word(tmp_path: Path) -> None:
    with PageServer(plain_pdf(tmp_path / "a.pdf", 3), PDF) as server:
        server.page(1, 72)
        first = server.child_pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert server.page(2, 72).layer[0].text == "page 2"
        assert server.child_pid != first


def test_leaving_ends_the_child(tmp_path: Path) -> None:
    with PageServer(plain_pdf(tmp_path / "a.pdf"), PDF) as server:
        pid = server.child_pid
        assert pid is not None and is_alive(pid)
    assert not is_alive(pid)


def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from extractor.files.server import PageServer\n"
        f"s = PageServer(Path({str(plain_pdf(tmp_path / 'a.pdf'))!r}), {PDF!r}).__enter__()\n"
        "print(s.child_pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    pid = int(done.stdout)
    for _ in range(100):
        if not _is_running(pid):
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def _is_running(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"  # a zombie only waits for its new parent


def test_one_host_serves_many_files_with_one_child(tmp_path: Path) -> None:
    with PageHost() as host:
        pids = set()
        for i in range(3):
            path = plain_png(tmp_path / f"{i}.png", (10 + i, 10))
            with PageServer(path, "image/png", host=host) as server:
                assert server.page(1, 72).image.shape == (10, 10 + i, 3)
                pids.add(server.child_pid)
    assert len(pids) == 1
    assert not any(is_alive(pid) for pid in pids if pid)


def test_two_open_files_on_one_host_do_not_mix(tmp_path: Path) -> None:
    with PageHost() as host:
        a = plain_png(tmp_path / "a.png", (10, 10))
        b = plain_pdf(tmp_path / "b.pdf", 2)
        with (
            PageServer(a, "image/png", host=host) as first,
            PageServer(b, PDF, host=host) as second,
        ):
            assert first.page(1, 72).image.shape == (10, 10, 3)
            assert second.page(2, 72).layer[0].text == "page 2"
            assert first.page(1, 72).image.shape == (10, 10, 3)


def test_pages_beyond_the_limit_are_counted_but_not_served(tmp_path: Path) -> None:
    path = many_pages_pdf(tmp_path / "a.pdf", 5)
    with PageServer(path, PDF, Limits(max_pages_per_file=3)) as server:
        assert (server.page_count, server.total_pages) == (3, 5)
        with pytest.raises(PageFailure) as caught:
            server.page(4, 72)
    assert caught.value.kind == "missing"


def test_the_cage_has_no_network_no_programs_no_disk(tmp_path: Path) -> None:
    code = f"""
import os, socket
from extractor.files.cage import lock_in
held = lock_in(1 << 30)
def tried(what):
    try:
        what()
    except (OSError, MemoryError) as exc:
        return type(exc).__name__
    return "done"
def connect():
    with socket.socket() as s:
        s.settimeout(2)
        s.connect(("192.0.2.1", 80))
def write():
    with open({str(tmp_path / "written")!r}, "wb", buffering=0) as f:
        f.write(b"x" * 10)
print(sorted(held))
print("connect", tried(connect))
print("write", tried(write))
print("memory", tried(lambda: bytearray(2 << 30)))
print("program", tried(lambda: os.execv("/bin/true", ["true"])) if "seccomp" in held else "-")
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert {"memory", "disk"} <= set(eval(lines[0])), done.stderr
    assert lines[1] != "connect done"
    assert lines[2] in ("write PermissionError", "write OSError")  # by landlock, by the limit
    assert lines[3] == "memory MemoryError"
    assert lines[4] in ("program PermissionError", "program -")
