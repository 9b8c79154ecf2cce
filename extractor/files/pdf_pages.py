"""Pages of a PDF: pdfium renders and gives text and rulings; qpdf mends what pdfium cannot open.

Runs in the child only. Text and rulings come from pdfium, the same engine that paints the page, so
that boxes and pixels cannot disagree; the table structure is made by pdfplumber's own functions
(``digital_tables``).
"""

from __future__ import annotations

import ctypes
import io
import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extractor.core.geometry import POINTS_PER_INCH, Box, Size, Transform
from extractor.files.digital_tables import rulings_to_tables, tables_with_text
from extractor.files.limits import Limits
from extractor.files.model import PageFailure, RawPage
from extractor.files.page_objects import read_objects
from extractor.files.shared_file import SharedFile
from extractor.files.text_layer import chars_to_lines, read_chars, suspicions

_MAX_SIDE_PX = 20_000  # pdfium's rasteriser and codecs grow fragile beyond
_COVER_GRID = 100
_REPAIRED = "repaired"


class _LayerTimeout(Exception):
    """Text layer and tables took longer than ``Limits.layer_seconds``."""


class PdfPages:
    """The pages of one PDF. ``page(n, dpi)`` counts from 1.

    ``notes`` holds ``repaired`` where the file was damaged and content may be lost.
    """

    def __init__(self, file: SharedFile, limits: Limits) -> None:
        self._limits = limits
        self.notes: tuple[str, ...] = ()
        self._document = self._open(file)
        self.total_pages = len(self._document)
        self._document.init_forms()

    def _open(self, file: SharedFile) -> pdfium.PdfDocument:
        try:
            document = _open_as_it_is(file)
            if len(document) > 0:
                self.notes = (_REPAIRED,) if _is_damaged(file) else ()
                return document
        except pdfium.PdfiumError as exc:
            # pdfium's last error may be an older file's; qpdf decides whether a password is asked.
            if _needs_password(file):
                raise PageFailure(
                    "password", "PDF 设有打开密码，无法读取；请提供去除密码后的文件"
                ) from exc
        mended = _mend(file)
        if mended is None:
            raise PageFailure("damaged", "PDF 已损坏，无法修复；请重新导出或扫描后再提交")
        self.notes = (_REPAIRED,)
        return mended

    def page(self, number: int, dpi: float) -> RawPage:
        """Page ``number`` as a viewer shows it.

        Raises:
            PageFailure: the page cannot be rendered. A failing text layer is no failure of the
                page, it is said in ``layer_suspect``.
        """
        page = self._load(number)
        try:
            size = Size(*page.get_size())
            px_per_pt = self._px_per_pt(size, dpi)
            image = self._render(page, px_per_pt)
            empty = RawPage(size=size, image=image, dpi=px_per_pt * POINTS_PER_INCH)
            try:
                with _time_limit(self._limits.layer_seconds):
                    return _with_layer(page, empty)
            except _LayerTimeout:
                return _without_layer(empty, "layer_timeout")
            except (MemoryError, pdfium.PdfiumError, ValueError, ArithmeticError):
                return _without_layer(empty, "layer_failed")
        finally:
            page.close()

    def _load(self, number: int) -> pdfium.PdfPage:
        """The page, with the values of filled form fields made part of its content."""
        try:
            page = self._document[number - 1]
            if _has_filled_fields(page) and (
                pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
                == pdfium_c.FLATTEN_SUCCESS
            ):
                page.close()
                page = self._document[number - 1]
        except pdfium.PdfiumError as exc:
            raise PageFailure("damaged", "该页数据已损坏，无法显示；请重新导出或扫描该页") from exc
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height) and min(width, height) > 0):
            page.close()
            raise PageFailure("damaged", "该页没有有效的页面尺寸，无法显示；请重新导出该页")
        return page

    def _px_per_pt(self, size: Size, dpi: float) -> float:
        return min(
            dpi / POINTS_PER_INCH,
            math.sqrt(self._limits.max_pixels / (size.width_pt * size.height_pt)),
            _MAX_SIDE_PX / max(size.width_pt, size.height_pt),
        )

    def _render(self, page: pdfium.PdfPage, px_per_pt: float) -> NDArray[np.uint8]:
        try:
            bitmap = page.render(scale=px_per_pt, rev_byteorder=False)
            pixels = bitmap.to_numpy()
        except pdfium.PdfiumError as exc:
            raise PageFailure("memory", "该页过于庞大，渲染时内存不足，未读取") from exc
        if pixels.ndim == 2:
            pixels = pixels[:, :, None]
        if pixels.shape[2] == 1:
            pixels = np.repeat(pixels, 3, axis=2)
        copied: NDArray[np.uint8] = np.ascontiguousarray(pixels[:, :, :3])
        if copied.base is not None:
            copied = copied.copy()  # the bitmap's memory goes with the bitmap
        bitmap.close()
        return copied


def _open_as_it_is(file: SharedFile) -> pdfium.PdfDocument:
    return pdfium.PdfDocument(file.reader(), autoclose=True)


def _with_layer(page: pdfium.PdfPage, empty: RawPage) -> RawPage:
    to_viewer = _page_to_viewer(page, empty.size)
    objects = read_objects(page, to_viewer)
    cover = _cover(objects.images, empty.size)
    text_page = page.get_textpage()
    try:
        chars = read_chars(text_page, to_viewer, objects)
    finally:
        text_page.close()
    tables = rulings_to_tables(objects.rulings, empty.size) if chars and objects.complete else ()
    tables, free = tables_with_text(tables, chars)
    lines = [line for table in tables for cell in table.cells for line in cell.lines]
    lines += chars_to_lines(free)
    lines.sort(key=lambda line: (line.box.y0, line.box.x0))
    return RawPage(
        size=empty.size,
        image=empty.image,
        dpi=empty.dpi,
        layer=tuple(lines),
        layer_tables=tables,
        image_cover=cover,
        layer_suspect=suspicions(chars, empty.image, empty.size),
    )


def _without_layer(empty: RawPage, reason: str) -> RawPage:
    return RawPage(size=empty.size, image=empty.image, dpi=empty.dpi, layer_suspect=(reason,))


def _page_to_viewer(page: pdfium.PdfPage, size: Size) -> Transform:
    """User space of the page to viewer points, asked from pdfium itself.

    It knows how it cut MediaBox to CropBox and turned the page; three corners fix the transform.
    """
    grid = 10_000

    def user_point(x: int, y: int) -> tuple[float, float]:
        px, py = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDF_DeviceToPage(page, 0, 0, grid, grid, 0, x, y, px, py)
        return px.value, py.value

    (ox, oy), (rx, ry), (dx, dy) = user_point(0, 0), user_point(grid, 0), user_point(0, grid)
    w, h = size.width_pt, size.height_pt
    return Transform.affine(
        (rx - ox) / w, (dx - ox) / h, ox, (ry - oy) / w, (dy - oy) / h, oy
    ).inverse()


def _cover(images: tuple[Box, ...], size: Size) -> float:
    """Share of the page under ``images``, on a grid of 1% steps."""
    mask = np.zeros((_COVER_GRID, _COVER_GRID), bool)
    for box in images:
        x0, x1 = (round(v / size.width_pt * _COVER_GRID) for v in (box.x0, box.x1))
        y0, y1 = (round(v / size.height_pt * _COVER_GRID) for v in (box.y0, box.y1))
        mask[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = True
    return float(mask.mean())


def _has_filled_fields(page: pdfium.PdfPage) -> bool:
    """True where the page shows form fields or typed notes, which are not in its text layer."""
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), 2_000)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        subtype = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
        if subtype in (pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT):
            return True
    return False


def _is_damaged(file: SharedFile) -> bool:
    """True where the file's end or its cross-reference is broken (a truncated upload, mostly).

    pdfium rebuilds such a file silently; pages may be missing from what it found.
    """
    import pikepdf  # heavy, and not needed for images

    try:
        with file.reader() as source, pikepdf.open(source, suppress_warnings=True) as pdf:
            return any("xref" in text or "damaged" in text for text in map(str, pdf.get_warnings()))
    except pikepdf.PasswordError:
        return False
    except (pikepdf.PdfError, MemoryError, OSError, ValueError):
        return True


def _needs_password(file: SharedFile) -> bool:
    import pikepdf

    try:
        with file.reader() as source:
            pikepdf.open(source, suppress_warnings=True).close()
    except pikepdf.PasswordError:
        return True
    except (pikepdf.PdfError, MemoryError, OSError, ValueError, RuntimeError):
        return False
    return False


def _mend(file: SharedFile) -> pdfium.PdfDocument | None:
    """What qpdf can rebuild of the file, in memory; ``None`` where nothing can be rebuilt.

    Raises:
        PageFailure: the file is sound and has no pages.
    """
    import pikepdf

    mended = io.BytesIO()
    try:
        with file.reader() as source, pikepdf.open(source, suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                raise PageFailure("no_pages", "PDF 中没有任何页面；请重新导出或扫描")
            pdf.save(mended)
        document = pdfium.PdfDocument(mended.getvalue(), autoclose=True)
        return document if len(document) > 0 else None
    except (pikepdf.PdfError, pdfium.PdfiumError, MemoryError, OSError, ValueError, RuntimeError):
        return None


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise ``_LayerTimeout`` in the body after ``seconds``; works between Python instructions."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _LayerTimeout

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
