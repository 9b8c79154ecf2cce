"""A small real worksheet: one hand-made page through classification, fields and rules."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from extractor.core.worksheet import SourceFile, Worksheet
from extractor.files.model import OpenedFile, OpenedPacket
from extractor.pipeline.pictures import PagePictures
from extractor.pipeline.reading import ReadPacket, interpret
from extractor.pipeline.review import Reviewed, judge_reading
from extractor.setup.case import CaseFile, merge_case
from support.config import the_tools
from support.pages import grid, line, page

RECEIVED = dt.date(2024, 5, 1)


@cache
def small_packet(name: str = "a.pdf") -> ReadPacket:
    table = grid([["申请单位名称", "南昌企服科技有限公司"], ["注册资本", "500万元"]])
    first = page(line("中小企业公共服务示范平台申请表", x=120, y=70, em=18), table)
    info = SourceFile(
        id="file_a", name=name, sha256="0" * 64, media_type="application/pdf", bytes=1, pages=1
    )
    opened = OpenedPacket("p_test", name, (OpenedFile(info, Path(name)),), ())
    return ReadPacket(opened, (first,), ())


@cache
def small_worksheet(name: str = "a.pdf", scheme: str = "jiangxi_2023") -> Worksheet:
    reading = interpret(small_packet(name), the_tools(), RECEIVED)
    told = merge_case(CaseFile(scheme=scheme), None, None)
    return judge_reading(reading, told, the_tools(), RECEIVED, ("made by hand",))


def small_review(name: str = "a.pdf", scheme: str = "jiangxi_2023") -> Reviewed:
    packet = small_packet(name)
    return Reviewed(small_worksheet(name, scheme), PagePictures(packet.pages, Path("none")), packet)
