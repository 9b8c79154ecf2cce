"""``extractor letter``: the draft of a 补正通知书."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.core.worksheet import Outcome
from extractor.decisions.state import state_of
from extractor.doors.cli_language import LangOption, language_of
from extractor.doors.stored import worksheet_files
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import load_tools
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.json_out import read_json
from extractor.worksheet.letters.supplement import supplement_letter
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.prepared import for_people
from extractor.worksheet.telling import Telling
from extractor.worksheet.wording import words_of

NAME = "补正通知书.docx"


def letter(
    results: Annotated[list[Path], typer.Argument(help="worksheet.json 或结果文件夹，可多个。")],
    out: Annotated[
        Path | None, typer.Option(help="写成哪个 docx；默认写在底稿旁边。只用于一份底稿。")
    ] = None,
    office: Annotated[str, typer.Option(help="落款单位。")] = "",
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    lang: LangOption = "zh",
) -> None:
    """按底稿中的问题和缺少的材料起草补正通知书（docx），供审核人员修改后发出。

    审核人员已驳回的问题不列入。
    """
    caption = words_of(language_of(lang))("caption.letter")
    paths = list(worksheet_files(results))
    if out is not None and len(paths) > 1:
        raise typer.BadParameter("只能用于一份底稿", param_hint="--out")
    naming = naming_of(load_tools(config).catalogue)
    for path in paths:
        worksheet = read_json(path)
        state = state_of(worksheet)
        decided = {
            f"{f.check}/{f.severity}": made.action
            for f in worksheet.findings
            if f.outcome is Outcome.FAILED
            and (made := state.disposition(f)) is not None
            and not made.stale  # what was dismissed said something else
        }
        shown = for_people(mask_worksheet(worksheet, naming.sensitive), naming, "zh")
        telling = Telling(shown, words_of("zh"), naming)
        content = supplement_letter(telling, decided, office=office, caption=caption)
        target = out or path.parent / NAME
        write_bytes_atomically(target, content)
        typer.echo(str(target))
