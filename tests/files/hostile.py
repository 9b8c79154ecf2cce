"""Files for these tests, made on the spot: honest ones, odd ones and wicked ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))

PDF = "application/pdf"


def drawn_pdf(path: Path, *draw: Callable[[Canvas], None], size: tuple[float, float] = A4) -> Path:
    """A PDF with one page for each function."""
    canvas = Canvas(str(path), pagesize=size)
    for page in draw:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def plain_pdf(path: Path, pages: int = 1) -> Path:
    """A sound PDF; page n says ``page n``."""

    def page(n: int) -> Callable[[Canvas], None]:
        return lambda c: c.drawString(72, 700, f"page {n}")

    return drawn_pdf(path, *(page(n + 1) for n in range(pages)))


def plain_png(path: Path, size: tuple[int, int] = (40, 30)) -> Path:
    Image.new("RGB", size, (200, 30, 30)).save(path, "PNG")
    return path


def many_pages_pdf(path: Path, pages: int) -> Path:
    """Thousands of empty pages."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(200, 200))
    pdf.save(path)
    return path


def locked_pdf(path: Path) -> Path:
    """A PDF that asks for a password."""
    with pikepdf.open(plain_pdf(path.with_suffix(".open"))) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    path.with_suffix(".open").unlink()
    return path


def memory_bomb_pdf(path: Path, unpacked: int = 3 << 30) -> Path:
    """Page 1 holds an image that unpacks to gigabytes; page 2 is harmless."""
    # A fully flushed block may be repeated: no need to pack gigabytes to make them.
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    once = head + block * (unpacked >> 24) + packer.flush()
    side = int((unpacked / 3) ** 0.5)
    image = (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB"
        b"/Filter[/FlateDecode/FlateDecode]" % (side, side)
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<<%s>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>",
        page % (5, b"/XObject<</Im0 6 0 R>>"),
        page % (7, b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"),
        _stream(b"<<", b"q 500 0 0 500 20 20 cm /Im0 Do Q"),
        _stream(image, zlib.compress(once, 9)),
        _stream(b"<<", b"BT /F 20 Tf 72 700 Td (page 2) Tj ET"),
    ]
    path.write_bytes(_pdf_of(objects))
    return path


def _stream(head: bytes, data: bytes) -> bytes:
    return head + b"/Length %d>>stream\n%s\nendstream" % (len(data), data)


def _pdf_of(objects: list[bytes]) -> bytes:
    """A PDF written by hand: libraries unpack what they are asked to write."""
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count, table, count, len(out),
    )  # fmt: skip


def claimed_png(width: int, height: int) -> bytes:
    """A PNG whose header claims a size; there is next to nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    """A zip of these members, deflated."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def zip_bytes(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def raw_named_zip(path: Path, members: dict[bytes, bytes]) -> Path:
    """A zip whose names are these very bytes, the UTF-8 flag not set, as packers in China write."""
    placeholders = {f"{i:0{len(name)}d}": name for i, name in enumerate(members)}
    assert all(len(k) == len(v) for k, v in placeholders.items())
    data = zip_bytes(dict(zip(placeholders, members.values(), strict=True)))
    for placeholder, name in placeholders.items():
        assert data.count(placeholder.encode()) == 2
        data = data.replace(placeholder.encode(), name)
    path.write_bytes(data)
    return path


def with_flag(data: bytes, flag: int) -> bytes:
    """A one-member zip with a general purpose flag set in both its headers."""
    out = bytearray(data)
    out[6:8] = struct.pack("<H", struct.unpack_from("<H", out, 6)[0] | flag)
    at = out.index(b"PK\x01\x02")
    out[at + 8 : at + 10] = struct.pack("<H", struct.unpack_from("<H", out, at + 8)[0] | flag)
    return bytes(out)
