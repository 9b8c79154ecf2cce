"""Names of packet files: decoded, ordered as people number them, and safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SHOWN_LENGTH = 120
_CHINESE_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
# A Chinese numeral counts as a number only where lists are numbered so: 一、 第三章 附件十二
_CHINESE_NUMBER = re.compile(
    r"(?:(?<=第)|(?<=附件)|(?<=附表)|(?<=[（(])|^)[〇零一二三四五六七八九十百]{1,5}"
)
_JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db"})
_JUNK_STARTS = (".", "~$")
_JUNK_ENDS = (".tmp", ".part", ".crdownload", ".partial", "~")


def decode_names(raw_names: Iterable[bytes]) -> list[str]:
    """Names as text. All of one archive are judged together: one program wrote them.

    UTF-8 where each name is; else GBK where the bytes make common Chinese characters; else CP437,
    the code page of the zip format itself. Packers in China write GBK without saying so.
    """
    names = list(raw_names)
    for encoding in ("ascii", "utf-8"):
        try:
            return [name.decode(encoding) for name in names]
        except UnicodeDecodeError:
            continue
    encoding = "gb18030" if _looks_like_gbk(names) else "cp437"
    return [_decode_one(name, encoding) for name in names]


def decode_name(name: bytes) -> str:
    """One name on its own; see ``decode_names``."""
    return decode_names([name])[0]


def _decode_one(name: bytes, encoding: str) -> str:
    try:
        return name.decode("utf-8")  # members added later by another program
    except UnicodeDecodeError:
        return name.decode(encoding, "replace")


def _looks_like_gbk(names: list[bytes]) -> bool:
    joined = b"/".join(names)
    try:
        text = joined.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [c for c in text if ord(c) > 127]
    # GB2312 holds the 6,763 characters of daily use. Accented CP437 letters read as GBK give rare
    # characters outside of it.
    common = sum(1 for c in foreign if _is_gb2312(c))
    return common * 2 >= len(foreign)


def _is_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sort key: ``2.pdf`` before ``10.pdf``, ``附件二`` before ``附件十``, folder by folder."""
    return tuple(_component_key(part) for part in name.split("/"))


def _component_key(part: str) -> tuple[tuple[int, int, str], ...]:
    folded = unicodedata.normalize("NFKC", part).casefold()
    folded = _CHINESE_NUMBER.sub(lambda m: str(_chinese_number(m.group())), folded)
    key = []
    for piece in re.split(r"([0-9]+)", folded):
        if piece[:1].isascii() and piece[:1].isdigit():
            digits = piece.lstrip("0")
            key.append((0, len(digits), digits))  # not int(): a name may hold thousands of digits
        elif piece:
            key.append((1, 0, piece))
    return (*key, (-1, 0, part))


def _chinese_number(text: str) -> int:
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += max(digit, 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _CHINESE_DIGITS[char]
    return total + digit


def shown(name: str) -> str:
    """The name for a message: control and direction characters escaped, very long ones cut."""
    text = "".join(c if _is_plain(c) else _escaped(c) for c in name)
    if len(text) > _SHOWN_LENGTH:
        half = _SHOWN_LENGTH // 2
        text = f"{text[:half]}…{text[-half:]}"
    return text


def _is_plain(char: str) -> bool:
    # Cc control, Cf direction marks and joiners, Zl/Zp line breaks, Cs/Cn/Co no characters
    return unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp", "Cs", "Cn", "Co")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def is_junk(name: str) -> bool:
    """True for hidden, temporary and system files: no part of what the applicant files."""
    return any(
        part.lower() in _JUNK_NAMES
        or part.startswith(_JUNK_STARTS)
        or part.lower().endswith(_JUNK_ENDS)
        for part in name.split("/")
    )


def refusal_of_member(name: str) -> str | None:
    """Why an archive member of this name is not unpacked (Chinese); ``None`` where it may be."""
    if name.startswith("/") or re.match(r"^[A-Za-z]:", name):
        return "使用绝对路径"
    parts = name.split("/")
    if ".." in parts:
        return "路径指向压缩包之外（..）"
    if not any(part.strip() for part in parts):
        return "没有文件名"
    return None
