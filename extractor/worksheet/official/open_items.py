"""The list of what was left empty in a form, in words; a form itself is Chinese in any language."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.worksheet.english import English
from extractor.worksheet.official.layout import Form, Grid, Line, NewPage, OpenItem
from extractor.worksheet.telling import page_ranges
from extractor.worksheet.wording import Words

HEADS = ("platform", "cell", "why", "read", "pages")
"""Keys of the columns (``open.*``)."""


def captioned(form: Form, words: Words) -> tuple[Line | Grid | NewPage, ...]:
    """The form's blocks, under a line that says in other languages what this Chinese paper is."""
    caption = words("caption.form")
    return (Line(caption, size=9.0), *form.blocks) if caption else form.blocks


def open_heads(words: Words) -> tuple[str, ...]:
    """Heads of the columns."""
    return tuple(words(f"open.{key}") for key in HEADS)


def open_rows(
    items: Iterable[OpenItem], words: Words, english: English | None = None
) -> list[tuple[str, str, str, str, str]]:
    """One row of text for each item, under ``HEADS``. ``english`` tells cells and reasons."""
    none = words("value.none")

    def told(text: str) -> str:
        return text if english is None else english.text(text)

    return [
        (
            told(i.platform) or none,
            told(i.cell),
            told(i.why),
            i.read or none,
            page_ranges(i.pages, words("list.separator")) or none,
        )
        for i in items
    ]
