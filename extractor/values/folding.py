"""Width folding and character classes. Folding keeps the length, so positions stay those of the text."""

from __future__ import annotations

import unicodedata

_SPECIAL = {
    "\u3000": " ",
    "\u00a0": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\u2009": " ",
    "\u202f": " ",
    "￥": "¥",
    "∶": ":",
    "︰": ":",
    "﹒": ".",
    "．": ".",
    "﹐": ",",
    "﹑": "、",
    "﹪": "%",
    "﹝": "〔",
    "﹞": "〕",
    "￣": "~",
    "〜": "~",
    "∼": "~",
    "〇": "〇",
    "○": "〇",
    "◯": "〇",
}
_RADICALS = range(0x2E80, 0x2FE0)
_COMPATIBILITY_IDEOGRAPHS = range(0xF900, 0xFB00)
_FULL_WIDTH = range(0xFF01, 0xFF5F)


def _folded(ch: str) -> str:
    special = _SPECIAL.get(ch)
    if special is not None:
        return special
    code = ord(ch)
    if code in _FULL_WIDTH:
        return chr(code - 0xFEE0)
    if code in _RADICALS or code in _COMPATIBILITY_IDEOGRAPHS:
        # Some PDF fonts map 人 to the radical ⼈; NFKC knows the pairs, one character each.
        normal = unicodedata.normalize("NFKC", ch)
        return normal if len(normal) == 1 else ch
    return ch


_FOLDS = {
    code: _folded(chr(code))
    for code in (*_RADICALS, *_COMPATIBILITY_IDEOGRAPHS, *_FULL_WIDTH, *map(ord, _SPECIAL))
}


def fold_width(text: str) -> str:
    """Full width to half width, odd spaces to spaces, radicals to characters; same length as ``text``.

    Not NFKC on the whole: that turns ``①`` into a digit and ``㎡`` into two characters.
    """
    return text.translate(_FOLDS)


def is_han(ch: str) -> bool:
    """A Chinese character (unified ideographs, extension A and beyond the basic plane, 〇)."""
    code = ord(ch)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x3FFFF
        or ch == "〇"
    )


def squeeze(text: str) -> str:
    """Drop spaces beside a Chinese character or punctuation; keep single spaces between Latin words."""
    words = text.split()
    out = ""
    for word in words:
        glue = " " if out and out[-1].isascii() and out[-1].isalnum() and word[0].isascii() else ""
        out += (glue if word[0].isalnum() else "") + word
    return out


_BLANKS = frozenset("/\\|-—–－―_~.。、,，:：*×xX·…＿")


def is_blank(text: str) -> bool:
    """Nothing but spaces, dashes, slashes and dots: how an empty cell is printed."""
    return all(ch.isspace() or ch in _BLANKS for ch in text)


def after_label(text: str) -> str:
    """What stands after the last leading label such as ``联系人：``; ``text`` itself without one.

    Only a short run of Chinese before a colon counts as a label, and only at the beginning; a colon
    inside brackets (``（原名：…）``) is part of a note.
    """
    head, colon, rest = text.partition(":")
    in_brackets = head.count("(") > head.count(")")
    if (
        colon
        and not in_brackets
        and rest.strip()
        and len(head) <= 16
        and any(is_han(c) for c in head)
    ):
        return rest.strip()
    return text.strip(" :")
