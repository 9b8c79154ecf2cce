"""Pages filed twice are named, both of them; templates for different persons are not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from support.pages import blank_page, line, page

from extractor.core.page import PacketPage
from extractor.imaging.likeness import differing_bits, fingerprint
from extractor.pipeline.page_repeats import repeated_pages
from tests.imaging.pictures import as_scanned, draw_grid, draw_text_like, paper

TEXT = (
    "南昌锦程企业服务有限公司与江西某某科技有限公司合作协议",
    "一、双方在信息服务、技术服务、创业服务等方面开展合作，期限三年。",
    "二、服务费用共计人民币128000元，分两次支付，开票后10日内付清。",
    "三、本协议自2023年5月20日起生效，一式4份，双方各执2份。",
)


def written(no: int, *texts: str, bits: str = "") -> PacketPage:
    made = page(*(line(t, 60, 80 + 20 * i) for i, t in enumerate(texts)), no=no)
    return replace(made, read=replace(made.read, fingerprint=bits))


def test_the_same_paper_scanned_again_is_named_with_both_pages() -> None:
    again = [*TEXT[:3], TEXT[3].replace("双方各执", "双万各执")]  # one character misread
    (problem,) = repeated_pages([written(1, *TEXT), written(2, "目录"), written(3, *again)])
    assert problem.page == 3 and problem.kind == "duplicate_page"
    assert "第3页" in problem.message and "第1页" in problem.message


def test_another_figure_makes_another_paper() -> None:
    other = [t.replace("128000", "126000") for t in TEXT]
    assert repeated_pages([written(1, *TEXT), written(2, *other)]) == ()


def test_a_template_for_other_parties_is_another_paper() -> None:
    other = [TEXT[0].replace("江西某某科技", "九江大山机械"), *TEXT[1:]]
    assert repeated_pages([written(1, *TEXT), written(2, *other)]) == ()


def test_blank_pages_do_not_repeat_each_other() -> None:
    assert repeated_pages([blank_page(1), blank_page(2)]) == ()


def test_two_sheets_of_one_page_do_not_repeat_each_other() -> None:
    left = written(1, *TEXT)
    assert repeated_pages([left, replace(left, sheet=1)]) == ()


def test_pictures_without_text_are_compared_by_their_look() -> None:
    photograph = paper(900, 1200)
    cv2.circle(photograph, (300, 400), 220, (60, 90, 120), -1)
    cv2.rectangle(photograph, (500, 700), (850, 1150), (140, 120, 60), -1)
    other = paper(900, 1200)
    cv2.rectangle(other, (80, 90), (820, 500), (60, 120, 90), -1)
    draw_text_like(other, 100, 800, 18)
    one, again, another = (
        fingerprint(as_scanned(p, seed=i)[..., 1])
        for i, p in enumerate((photograph, photograph, other))
    )
    assert differing_bits(one, again) <= 12 < 24 < differing_bits(one, another)
    pages = [written(n, bits=b) for n, b in enumerate((one, again, another), 1)]
    (problem,) = repeated_pages(pages)
    assert problem.page == 2


def test_unknown_looks_are_alike_to_nothing() -> None:
    assert differing_bits("", "0" * 64) == 256
    form = paper()
    draw_grid(form, 100, 200, [300, 300], 8, 90)
    assert len(fingerprint(np.ascontiguousarray(form[..., 0]))) == 64
