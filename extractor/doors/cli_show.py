"""``extractor show``: a stage's result drawn over a page, for the eyes."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extractor.core.errors import UsageError
from extractor.pipeline.pictures import PagePictures
from extractor.pipeline.reading import interpret, read_packet
from extractor.pipeline.review import temporary_workdir
from extractor.pipeline.show import draw_stage
from extractor.pipeline.tools import RunOptions, load_tools


class StageName(StrEnum):
    """Stages that can be drawn."""

    WORDS = "words"
    TABLES = "tables"
    FIELDS = "fields"


def show(
    packet: Annotated[Path, typer.Argument(help="申报材料：文件、文件夹或压缩包。")],
    stage: Annotated[StageName, typer.Option(help="画哪一步的结果。")] = StageName.FIELDS,
    page: Annotated[int, typer.Option(min=1, help="第几页（全部材料连续编号）。")] = 1,
    out: Annotated[Path | None, typer.Option(help="图片文件；默认写在当前文件夹。")] = None,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 2,
) -> None:
    """把某一步的结果（文字、表格、字段）画在页面图上，存为 PNG。"""
    tools = load_tools(config)
    options = RunOptions(workers=workers)
    folder = options.page_cache
    assert folder is not None  # the cache is on
    with temporary_workdir() as work:
        read = read_packet(packet, Path(work), options)
        wanted = [p for p in read.pages if p.no == page]
        if not wanted:
            raise UsageError(f"没有第 {page} 页，或该页未能读取；共 {len(read.pages)} 页可读")
        picture = PagePictures(wanted, folder).get(page)
        if picture is None:
            raise UsageError(f"第 {page} 页没有保存图片；请用 --no-cache 以外的方式重新读取")
        reading = interpret(read, tools, dt.date.today())
    target = out or Path(f"{packet.stem}-p{page:04d}-{stage.value}.png")
    target.parent.mkdir(parents=True, exist_ok=True)
    for sheet in wanted:  # two sheets may lie on one page
        picture = draw_stage(picture, sheet, stage.value, reading)
    picture.save(target)
    typer.echo(str(target))
