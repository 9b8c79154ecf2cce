"""One way to fold text for comparison, shared by every floor."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Characters that never decide whether two spellings are the same.
IGNORED = frozenset(" \t\n\u3000\u00a0_＿.…·-—－:：;；,，、。()（）[]【】〔〕<>《》\"'“”‘’*/|~～")


@lru_cache(maxsize=1 << 16)
def fold_text(text: str) -> str:
    """Width-folded, lower-cased, without blanks and punctuation."""
    return "".join(
        char.lower()
        for original in text
        if original not in IGNORED
        for char in unicodedata.normalize("NFKC", original)
        if char not in IGNORED
    )
