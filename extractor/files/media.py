"""What a file is, by its content; its suffix is only a hint to be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

PDF = "application/pdf"
ZIP = "application/zip"


class Handling(Enum):
    """What becomes of a file."""

    PAGES = "pages"
    ARCHIVE = "archive"
    CONVERT = "convert"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Media:
    """A media type and its handling. ``kind`` and ``advice`` (Chinese) say why one is refused;
    ``office`` is the kind of document that is to be converted (``docx``, ``xls`` …)."""

    type: str
    handling: Handling
    kind: str = ""
    advice: str = ""
    office: str = ""


_EXPORT = "请导出为 PDF 后提交"
_REPACK = "请解压后重新打包为 zip 提交"
_MAGIC: tuple[tuple[int, bytes, Media], ...] = (
    (0, b"\xff\xd8\xff", Media("image/jpeg", Handling.PAGES)),
    (0, b"\x89PNG\r\n\x1a\n", Media("image/png", Handling.PAGES)),
    (0, b"II*\x00", Media("image/tiff", Handling.PAGES)),
    (0, b"MM\x00*", Media("image/tiff", Handling.PAGES)),
    (0, b"II+\x00", Media("image/tiff", Handling.PAGES)),
    (0, b"MM\x00+", Media("image/tiff", Handling.PAGES)),
    (0, b"BM", Media("image/bmp", Handling.PAGES)),
    (0, b"PK\x03\x04", Media(ZIP, Handling.ARCHIVE)),
    (0, b"PK\x05\x06", Media(ZIP, Handling.ARCHIVE)),
)


def _refused(media_type: str, what: str, advice: str, kind: str = "unsupported") -> Media:
    return Media(media_type, Handling.REFUSED, kind, f"{what}；{advice}")


_REFUSED_MAGIC: tuple[tuple[int, bytes, Media], ...] = (
    (0, b"Rar!", _refused("application/vnd.rar", "RAR 压缩包暂不支持读取", _REPACK)),
    (
        0,
        b"7z\xbc\xaf\x27\x1c",
        _refused("application/x-7z-compressed", "7z 压缩包暂不支持读取", _REPACK),
    ),
    (0, b"\x1f\x8b", _refused("application/gzip", "gzip 压缩包暂不支持读取", _REPACK)),
    (257, b"ustar", _refused("application/x-tar", "tar 压缩包暂不支持读取", _REPACK)),
    (4, b"ftypheic", _refused("image/heic", "HEIC 照片暂不支持读取", "请转换为 JPG 后提交")),
    (4, b"ftypmif1", _refused("image/heic", "HEIC 照片暂不支持读取", "请转换为 JPG 后提交")),
    (8, b"WEBP", _refused("image/webp", "WebP 图片暂不支持读取", "请转换为 JPG 或 PNG 后提交")),
    (0, b"GIF8", _refused("image/gif", "GIF 图片暂不支持读取", "请转换为 JPG 或 PNG 后提交")),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_LOCKED = _refused(
    "application/x-ole-storage",
    "Office 文件设有密码，无法读取",
    "请提供去除密码后导出的 PDF",
    "password",
)
_OLE_OLD = _refused("application/x-ole-storage", "这种旧版文件暂不支持读取", _EXPORT)


def _office(media_type: str, kind: str) -> Media:
    return Media(media_type, Handling.CONVERT, office=kind)


# The streams' names in a compound file's directory are UTF-16.
_OLE_KINDS: tuple[tuple[bytes, Media], ...] = tuple(
    (stream.encode("utf-16-le"), _office(media_type, kind))
    for stream, media_type, kind in (
        ("WordDocument", "application/msword", "doc"),
        ("Workbook", "application/vnd.ms-excel", "xls"),
        ("Book\0", "application/vnd.ms-excel", "xls"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint", "ppt"),
    )
)
_OOXML = "application/vnd.openxmlformats-officedocument."
_ZIP_BASED: dict[str, Media] = {
    "docx": _office(_OOXML + "wordprocessingml.document", "docx"),
    "xlsx": _office(_OOXML + "spreadsheetml.sheet", "xlsx"),
    "pptx": _office(_OOXML + "presentationml.presentation", "pptx"),
    "odt": _office("application/vnd.oasis.opendocument.text", "odt"),
    "ods": _office("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    "odp": _office("application/vnd.oasis.opendocument.presentation", "odp"),
    "ofd": _refused("application/ofd", "OFD 版式文件格式暂不支持读取", "请转换为 PDF 后提交"),
}
_BROKEN_OFFICE = Media(
    "application/octet-stream", Handling.REFUSED, "damaged",
    "Office 文件已损坏，无法打开；请导出为 PDF 后提交",
)  # fmt: skip
_BY_SUFFIX = {
    ".pdf": PDF,
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".bmp": "image/bmp",
    ".zip": ZIP,
}
_OFFICE_SUFFIXES = {
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".pptx": "pptx",
    ".ofd": "ofd",
    ".odt": "odt",
    ".ods": "ods",
    ".odp": "odp",
    ".docm": "docx",
    ".xlsm": "xlsx",
    ".pptm": "pptx",
}
EMPTY = Media("application/x-empty", Handling.REFUSED, "empty", "文件是空的（0 字节）；请重新上传")
_HEAD_BYTES = 4096
_OLE_BYTES = 1 << 20


def sniff(path: Path, name: str) -> Media:
    """What the file at ``path`` is; ``name`` is the applicant's name for it.

    An Office or OFD file is a zip inside: say so by ``zip_content_media`` once its directory is read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not head:
            return EMPTY
        if head.startswith(_OLE):
            rest = head + file.read(_OLE_BYTES)
            if "EncryptedPackage".encode("utf-16-le") in rest:
                return _OLE_LOCKED
            file.seek(-min(path.stat().st_size, _OLE_BYTES), 2)
            rest += file.read(_OLE_BYTES)  # the directory lies where the writer put it
            return next((media for name, media in _OLE_KINDS if name in rest), _OLE_OLD)
    for offset, magic, media in (*_MAGIC, *_REFUSED_MAGIC):
        if head[offset : offset + len(magic)] == magic:
            return media
    if b"%PDF-" in head[:1024]:
        return Media(PDF, Handling.PAGES)
    return _unknown(name)


def _unknown(name: str) -> Media:
    suffix = suffix_of(name)
    if suffix in _BY_SUFFIX:
        return Media(
            "application/octet-stream",
            Handling.REFUSED,
            "damaged",
            f"扩展名是 {suffix}，但内容不是这种文件或已损坏；请重新导出或扫描后再提交",
        )
    if suffix in _OFFICE_SUFFIXES:
        return _broken(_OFFICE_SUFFIXES[suffix])
    return Media(
        "application/octet-stream",
        Handling.REFUSED,
        "unsupported",
        "文件格式暂不支持读取；请提交 PDF、JPG、PNG、TIFF、Word、Excel 文件或 zip",
    )


def zip_content_media(member_names: list[str], name: str) -> Media | None:
    """The document format that the zip called ``name`` really is; ``None`` for a plain archive."""
    names = set(member_names)
    if "[Content_Types].xml" in names:
        for folder, what in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(member.startswith(folder) for member in names):
                return _ZIP_BASED[what]
    if "OFD.xml" in names:
        return _ZIP_BASED["ofd"]
    if "mimetype" in names and "content.xml" in names:
        return _ZIP_BASED[_OFFICE_SUFFIXES.get(suffix_of(name), "odt")]
    return None


def _broken(kind: str) -> Media:
    return _BROKEN_OFFICE if _ZIP_BASED[kind].handling is Handling.CONVERT else _ZIP_BASED[kind]


def broken_zip_media(name: str) -> Media:
    """What to say of a zip whose directory cannot be read, or is empty."""
    known = _OFFICE_SUFFIXES.get(suffix_of(name))
    if known is not None:
        return _broken(known)
    return unopened_zip("damaged", "压缩包已损坏、不完整或没有内容，无法打开；请重新打包后提交")


def unopened_zip(kind: str, advice: str) -> Media:
    """A zip that stays closed, and why (Chinese)."""
    return Media(ZIP, Handling.REFUSED, kind, advice)


def suffix_of(name: str) -> str:
    """The suffix in lower case with its dot, "" where there is none."""
    return PurePosixPath(name).suffix.lower()


def suffix_disagrees(name: str, media: Media) -> bool:
    """True where the suffix promises another kind of file that we know than the content is."""
    promised = _BY_SUFFIX.get(suffix_of(name))
    known = media.handling in (Handling.PAGES, Handling.CONVERT)
    return promised is not None and promised != media.type and known
