"""``extractor summary`` and ``extractor compare``: packets side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor.core.errors import UsageError
from extractor.doors.cli_language import LangOption, language_of
from extractor.doors.rounds import packets_in
from extractor.doors.stored import PAGES, FolderPictures, worksheet_files
from extractor.pipeline.naming import naming_of
from extractor.pipeline.resubmission import Filing, resubmission
from extractor.pipeline.reused_photos import photo_prints
from extractor.pipeline.rounds import masked_round, round_of
from extractor.pipeline.tools import load_tools
from extractor.worksheet.atomic import write_bytes_atomically
from extractor.worksheet.json_out import read_json
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.prepared import for_people
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.summary.compared import comparison_docx, comparison_lines
from extractor.worksheet.summary.model import SharedKind
from extractor.worksheet.summary.page import summary_page
from extractor.worksheet.summary.workbook import shared_of, summary_workbook
from extractor.worksheet.wording import words_of


def summary(
    results: Annotated[list[Path], typer.Argument(help="放着各份结果的文件夹，或多个结果文件夹。")],
    out: Annotated[Path, typer.Option(help="写到哪个文件夹。")] = Path("summary"),
    photos: Annotated[bool, typer.Option("--photos/--no-photos", help="是否比较照片。")] = True,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    lang: LangOption = "zh",
) -> None:
    """把同一批申报材料放在一起：按条件排列数值，找出共同的企业、人员、电话、照片和审计报告文号。

    写出 summary.xlsx 和 summary.html。
    """
    packets = packets_in(results)
    if len(packets) < 2:
        raise UsageError("只找到一份工作底稿；汇总至少需要两份")
    tools = load_tools(config)
    prints = {}
    for place, packet in enumerate(packets):
        pictures = FolderPictures(packet.path.parent / PAGES)
        if photos and pictures.folder.is_dir():
            prints[place] = photo_prints(packet.worksheet, pictures.get)
    found = round_of(
        [p.worksheet for p in packets], [p.path.parent.name or p.name for p in packets], tools, prints
    )  # fmt: skip
    language = language_of(lang)
    words, naming = words_of(language), naming_of(tools.catalogue, language)
    if not unmask:
        found = masked_round(found, naming.sensitive)
    console = Console()
    for kind in SharedKind:
        shared = shared_of(found, kind)
        sure = sum(s.sure for s in shared)
        console.print(
            words("shared.counted").format(
                title=words(f"shared.{kind}"), sure=sure, likely=len(shared) - sure
            ),
            highlight=False,
        )
    for name, content in (
        ("summary.xlsx", summary_workbook(found, naming, language)),
        ("summary.html", summary_page(found, naming, language)),
    ):
        write_bytes_atomically(out / name, content)
        console.print(escape(one_line(str(out / name))), highlight=False, soft_wrap=True)


def compare(
    old: Annotated[Path, typer.Argument(help="上次的 worksheet.json 或结果文件夹。")],
    new: Annotated[Path, typer.Argument(help="这次的 worksheet.json 或结果文件夹。")],
    out: Annotated[Path | None, typer.Option(help="写成 docx；默认只显示。")] = None,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    lang: LangOption = "zh",
) -> None:
    """对照补正前后的两份底稿：哪些数据变了，哪些问题已补正，哪些仍在，哪些是新的。"""
    (before,), (after,) = worksheet_files([old]), worksheet_files([new])
    language = language_of(lang)
    naming = naming_of(load_tools(config).catalogue, language)
    sheets = [read_json(path) for path in (before, after)]
    if not unmask:
        sheets = [mask_worksheet(sheet, naming.sensitive) for sheet in sheets]
    sheets = [for_people(sheet, naming, language) for sheet in sheets]
    told = resubmission(*(Filing(sheet, naming, language) for sheet in sheets))
    console = Console()
    for line in comparison_lines(told):
        console.print(escape(one_line(line)), highlight=False, soft_wrap=True)
    if out is not None:
        write_bytes_atomically(out, comparison_docx(told))
        console.print(escape(one_line(str(out))), highlight=False, soft_wrap=True)
