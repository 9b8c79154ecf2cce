"""Drop-down lists: 处理 in every reviewer column, and the vocabulary of a column in lists."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.worksheet.safe_text import utf16_units
from extractor.worksheet.wording import Words

_LONGEST_LIST = 255  # Excel's limit for a list written into the validation itself


def add_action_choices(sheet: XlsxSheet, column: int, first: int, last: int, words: Words) -> None:
    """采纳 / 请申请单位说明 / 不采纳 in rows ``first`` to ``last`` of ``column`` (all from 1)."""
    choices = [words(f"action.{action}") for action in ("accept", "ask", "reject")]
    _add(sheet, column, first, last, choices, words("col.action"), words("action.error"), "stop")


def add_word_choices(
    sheet: XlsxSheet, column: int, first: int, last: int, choices: Sequence[str], words: Words
) -> None:
    """The words of an enum column; another word is asked about, not refused.

    Words are ours (the catalogue's). A list that Excel cannot hold, or a word with a comma in it, gives
    no drop-down.
    """
    _add(sheet, column, first, last, choices, "", words("choice.other"), "warning")


def _add(
    sheet: XlsxSheet,
    column: int,
    first: int,
    last: int,
    choices: Sequence[str],
    title: str,
    error: str,
    style: str,
) -> None:
    formula = '"{}"'.format(",".join(choices))
    if last < first or not choices or utf16_units(formula) > _LONGEST_LIST:
        return
    if any("," in choice or '"' in choice for choice in choices):
        return
    validation = DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle=style,
        errorTitle=title or None,
        error=error,
    )
    sheet.add_data_validation(validation)
    letter = get_column_letter(column)
    validation.add(f"{letter}{first}:{letter}{last}")
