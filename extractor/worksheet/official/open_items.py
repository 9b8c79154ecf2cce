"""The list of what was left empty in a form, in words."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.worksheet.official.layout import OpenItem
from extractor.worksheet.telling import page_ranges

TITLE = "未填项"
NOTE = "以下各项没有可靠的数据，表中留空（或已注明存疑），请核对原件后填写。本页不随表报送。"
HEADS = ("平台", "栏目", "原因", "读到的内容", "页码")


def open_rows(items: Iterable[OpenItem]) -> list[tuple[str, str, str, str, str]]:
    """One row of text for each item, under ``HEADS``."""
    return [
        (i.platform or "—", i.cell, i.why, i.read or "—", page_ranges(i.pages, "、") or "—")
        for i in items
    ]
