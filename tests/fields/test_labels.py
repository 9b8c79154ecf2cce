"""Finding labels in text: never overlapping, never in other words, however they were spelled."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import line, page

from extractor.fields.forms.labels import Label, LabelIndex
from extractor.fields.runs import TextRun, fold

NAMES = (
    "注册资本", "实缴资本", "注册日期", "注册地址", "联系人", "联系电话", "联系电话及传真", "传真",
    "手机", "统一社会信用代码", "单位名称", "申请单位名称", "从业人数", "名称",
)  # fmt: skip
INDEX = LabelIndex(Label(name, (name,)) for name in NAMES)

NOISE = st.text(
    st.sampled_from("：: 　，。（）_0123万元人资本联系注册电话传真单位名称日期曰一"), max_size=12
)
TEXTS = st.lists(st.one_of(st.sampled_from(NAMES), NOISE), max_size=8).map("".join)


def owners(text: str) -> list[str]:
    return [hit.owner for hit in INDEX.find_in(text)]


def test_the_longer_label_wins_over_one_inside_it() -> None:
    assert owners("联系电话及传真") == ["联系电话及传真"]
    assert owners("申请单位名称") == ["申请单位名称"]


def test_blanks_and_punctuation_in_a_label_do_not_matter() -> None:
    (hit,) = INDEX.find_in("联 系 人：王某")
    assert hit.owner == "联系人"
    assert hit.score == 1.0
    assert "联 系 人：王某"[hit.start : hit.end] == "联 系 人"


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("注册曰期", "注册日期"),
        ("注册资木", "注册资本"),
        ("统－社会信用代码", "统一社会信用代码"),
        ("统一杜会信用代码", "统一社会信用代码"),
        ("从业入数", "从业人数"),
    ],
)
def test_one_misread_character_is_forgiven_but_not_forgotten(text: str, owner: str) -> None:
    (hit,) = INDEX.find_in(text)
    assert hit.owner == owner
    assert 0.5 < hit.score < 1.0


@pytest.mark.parametrize("text", ["注册人员", "联系业务", "单位简称", "资本", "统计局", "称名位单"])
def test_words_that_only_resemble_a_label_are_none(text: str) -> None:
    assert owners(text) == []


def test_an_exact_label_is_not_given_to_a_near_one() -> None:
    index = LabelIndex([Label("short", ("流动资产合计",)), Label("long", ("非流动资产合计",))])
    assert [h.owner for h in index.find_in("非流动资产合计")] == ["long"]
    assert [h.owner for h in index.find_in("流动资产合计")] == ["short"]


def test_two_owners_may_share_a_spelling() -> None:
    index = LabelIndex([Label("rep_mobile", ("手机",)), Label("contact_mobile", ("手机",))])
    assert {h.owner for h in index.find_in("手机：138")} == {"rep_mobile", "contact_mobile"}


@given(TEXTS)
def test_labels_never_overlap_and_lie_inside_the_text(text: str) -> None:
    hits = INDEX.find_in(text)
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert 0 < hit.score <= 1
    for before, after in itertools.pairwise(hits):
        assert before.end <= after.start


@given(TEXTS)
def test_an_exact_label_covers_exactly_its_own_characters(text: str) -> None:
    for hit in INDEX.find_in(text):
        if hit.score == 1.0:
            assert fold(text[hit.start : hit.end]).text == fold(hit.owner).text


@given(st.sampled_from(NAMES), st.text("0123456789", min_size=1, max_size=6))
def test_a_label_is_found_whatever_figures_stand_around_it(name: str, figures: str) -> None:
    assert owners(f"{figures}{name}{figures}") == [name]


@given(st.text("ＡaＢ１2 　：中文㎡①()（）", max_size=20))
def test_folding_leads_back_to_the_character_it_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.index)
    assert list(folded.index) == sorted(folded.index)
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1)
        assert folded.text[i] in fold(text[start:end]).text


@given(st.lists(st.text("中文a1", min_size=1, max_size=6), min_size=1, max_size=4), st.data())
def test_a_stretch_over_several_lines_leads_back_to_their_boxes(
    texts: list[str], data: st.DataObject
) -> None:
    lines = [line(t, y=100 + 20 * i) for i, t in enumerate(texts)]
    run = TextRun(page(lines), tuple(lines))
    start = data.draw(st.integers(0, len(run.text)))
    end = data.draw(st.integers(start, len(run.text)))
    pieces = run.locate(start, end)
    assert "".join(ln.text[a:b] for ln, a, b in pieces) == run.text[start:end]
    box = run.box_of(start, end)
    assert (box is None) == (start == end)
    if box is not None:
        assert all(
            box.x0 <= ln.box_of(a, b).x0 and ln.box_of(a, b).x1 <= box.x1 for ln, a, b in pieces
        )
