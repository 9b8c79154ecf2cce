"""``--lang`` of the commands that write papers."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.worksheet.wording import Language

LangOption = Annotated[
    str, typer.Option("--lang", help="标题和说明的语言：zh 或 en；公文和表样本身仍为中文。")
]


def language_of(lang: str) -> Language:
    """``typer.BadParameter`` for any other language."""
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} 不支持；应为 zh 或 en", param_hint="--lang")
    return "en" if lang == "en" else "zh"
