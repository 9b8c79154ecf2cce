"""Two sheets on one page of the file: two papers in the worksheet, one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pikepdf
from support.config import the_tools
from support.pages import line, read_page

from extractor.core.geometry import Size, Transform
from extractor.core.page import PacketPage
from extractor.pipeline.pool import PageOutcome, PageTask
from extractor.pipeline.reading import interpret, read_packet
from extractor.pipeline.tools import RunOptions

A3 = Size(1191.0, 842.0)
NAMES = ("南昌企服科技有限公司", "赣州启航企业服务有限公司")


class TwoLicences:
    """Picklable: the second page of the file holds two licences, the others one line."""

    def __call__(self) -> TwoLicences:
        return self

    def read(self, task: PageTask) -> PageOutcome:
        if task.page_in_file != 2:
            return PageOutcome(task, read_page(line("目录", 250, 60)))
        halves = [
            replace(
                read_page(
                    line("营业执照", 200, 60, em=30),
                    line("统一社会信用代码：91360106MA35F8XK2L", 60, 120),
                    line(f"名称：{name}", 60, 160),
                    line("类型：有限责任公司", 60, 190),
                ),
                size=A3, upright=Size(595.5, 842), to_viewer=Transform.affine(1, 0, x, 0, 1, 0),
            )
            for name, x in zip(NAMES, (0.0, 595.5), strict=True)
        ]  # fmt: skip
        return PageOutcome(task, replace(halves[0], right=halves[1]))

    def close(self) -> None:
        pass


def test_both_papers_are_read_and_pages_are_those_of_the_file(tmp_path: Path) -> None:
    document = pikepdf.new()
    for _ in range(3):
        document.add_blank_page(page_size=(1191, 842))
    path = tmp_path / "a.pdf"
    document.save(path)
    packet = read_packet(
        path, tmp_path / "work", RunOptions(workers=1, use_cache=False), make_reader=TwoLicences()
    )
    assert [(p.no, p.sheet) for p in packet.pages] == [(1, 0), (2, 0), (2, 1), (3, 0)]
    assert all(isinstance(p, PacketPage) for p in packet.pages)

    reading = interpret(packet, the_tools(), dt.date(2024, 5, 1))
    assert [p.no for p in reading.pages] == [1, 2, 3]
    licences = [d for d in reading.documents if d.type == "business_license"]
    assert len({d.id for d in reading.documents}) == len(reading.documents)
    assert all(d.pages == (2,) for d in licences)
    assert reading.pages[1].document == licences[0].id
    names = {f.value: f.box for f in reading.facts if f.field == "lic_name"}
    assert set(names) == set(NAMES)
    left, right = (names[n] for n in NAMES)
    assert left is not None and right is not None
    assert left[2] < 595.5 < right[0] and right[2] <= 1191
    assert len({f.id for f in reading.facts}) == len(reading.facts)
