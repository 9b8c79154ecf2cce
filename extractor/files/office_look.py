"""Looks into an office document inside the child, before the document is handed to another program.

Every XML part is read by defusedxml without building a tree: a DTD or an entity (bombs, outside files) has
no business there. Sizes are measured while streaming.
"""

from __future__ import annotations

import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from extractor.files.limits import Limits
from extractor.files.model import PageFailure
from extractor.files.shared_file import SharedFile

_CHUNK = 1 << 16
_XML = (".xml", ".rels", ".vml")
_DAMAGED = PageFailure("damaged", "Office 文件内容已损坏，无法读取；请导出为 PDF 后提交")


class _Nothing:
    """Takes what the parser says and keeps nothing."""

    def close(self) -> None:
        return None


def look_into(handle: int, limits: Limits) -> None:
    """Prove the zip-based document behind ``handle`` harmless to parse; closes the handle.

    Raises:
        PageFailure: it is damaged, too large, or holds a DTD or entities.
    """
    try:
        with SharedFile(handle).reader() as source, zipfile.ZipFile(source) as document:
            left = limits.max_office_bytes
            for entry in document.infolist():
                if entry.filename.lower().endswith(_XML):
                    left = _parse(document, entry, left)
    except DefusedXmlException as exc:
        raise PageFailure(
            "unsafe_xml",
            "文件内含有 DTD 或实体定义，出于安全未读取；请导出为 PDF 后提交",
            repr(exc),
        ) from exc
    except (ParseError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as exc:
        raise PageFailure(_DAMAGED.kind, _DAMAGED.message, repr(exc)) from exc


def _parse(document: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Read one part; gives how many bytes may still come."""
    parser = DefusedXMLParser(target=_Nothing(), forbid_dtd=True)
    with document.open(entry) as part:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise PageFailure("too_large", "文件解压后过大，未读取；请导出为 PDF 后提交")
            parser.feed(chunk)
    parser.close()
    return left
