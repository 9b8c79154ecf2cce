"""Entities in prose: offsets that hold, shapes, and F1 on wordings of other papers than trained on."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.prose.entities import Entity, EntityKind, without_overlaps
from extractor.prose.patterns import find_shapes
from extractor.prose.pipeline import find_entities, uses_model

from marked import Marked, f1, marked, marked_texts  # isort: skip

SETS = {
    name: marked_texts(Path(__file__).parent / f"{name}.txt")
    for name in ("unseen", "second", "third")
}
TARGET = 0.95


def texts_of(text: str, kind: EntityKind) -> list[str]:
    return [e.text for e in find_entities(text, rules_only=True) if e.kind is kind]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("根据赣工信企业字〔2023〕12号文件要求", "赣工信企业字〔2023〕12号"),
        ("（工信部企业﹝2017﹞156号）同时废止", "工信部企业﹝2017﹞156号"),
        ("2024年3月28日出具赣豫会审字[2024]第0316号报告", "赣豫会审字[2024]第0316号"),
    ],
)
def test_document_numbers_begin_with_their_issuer(text: str, number: str) -> None:
    assert texts_of(text, EntityKind.DOCUMENT_NUMBER) == [number]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("自2022年1月1日起至2024年12月31日止", "2022年1月1日起至2024年12月31日"),
        ("期限：2022.01.01-2024.12.31", "2022.01.01-2024.12.31"),
        ("费款所属期2023.01-2023.02", "2023.01-2023.02"),
        ("2023年3月1日至5日举行", "2023年3月1日至5日"),
        ("2016年5月20日至长期", "2016年5月20日至长期"),
    ],
)
def test_periods_hold_both_ends(text: str, period: str) -> None:
    assert texts_of(text, EntityKind.PERIOD) == [period]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("租金人民币壹拾贰万元整（￥120,000.00元）", ["壹拾贰万元整", "￥120,000.00元"]),
        ("服务收入356.8万元，占60%", ["356.8万元"]),
        ("二〇二三年共46人", []),
    ],
)
def test_money_is_a_number_with_its_unit(text: str, amounts: list[str]) -> None:
    assert texts_of(text, EntityKind.MONEY) == amounts


def test_a_year_alone_is_no_date() -> None:
    assert texts_of("2023年度工作总结，2023年5月形成", EntityKind.DATE) == ["2023年5月"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="甲乙方公司局2023年月日，。〔〕号元万起至（） \n", max_size=60))
def test_spans_always_hold_the_text_they_name(text: str) -> None:
    for entity in find_entities(text, rules_only=True):
        assert text[entity.start : entity.end] == entity.text
        assert entity.text.strip() == entity.text != ""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=12))
def test_entities_of_one_layer_never_overlap(places: list[tuple[int, int]]) -> None:
    many = [Entity(a, a + n, EntityKind.DATE, "x" * n) for a, n in places]
    kept = without_overlaps(many)
    assert all(x.end <= y.start for x, y in pairwise(kept))


def test_the_measure_counts_exact_spans_only() -> None:
    text = marked("由<o>江西省工业和信息化厅</o>主办")
    right = Entity(1, 11, EntityKind.ORGANISATION, "江西省工业和信息化厅")
    loose = Entity(0, 11, EntityKind.ORGANISATION, "由江西省工业和信息化厅")
    assert f1(EntityKind.ORGANISATION, [(text, (right,))]) == 1.0
    assert f1(EntityKind.ORGANISATION, [(text, (loose,))]) == 0.0


def found(texts: list[Marked], *, rules_only: bool) -> list[tuple[Marked, tuple[Entity, ...]]]:
    return [(t, find_entities(t.text, rules_only=rules_only)) for t in texts]


def test_shapes_reach_the_target_by_rules_alone() -> None:
    for texts in SETS.values():
        pairs = [(t, without_overlaps(find_shapes(t.text))) for t in texts]
        for kind in (EntityKind.DATE, EntityKind.MONEY, EntityKind.DOCUMENT_NUMBER):
            assert f1(kind, pairs) >= TARGET, kind


@pytest.mark.parametrize("name", SETS)
def test_organisations_reach_the_target_on_every_set(name: str) -> None:
    if not uses_model():
        pytest.skip("no trained component in models/prose/names: rules alone are used")
    assert f1(EntityKind.ORGANISATION, found(SETS[name], rules_only=False)) >= TARGET


@pytest.mark.parametrize(("name", "reached"), [("unseen", 0.95), ("second", 0.95), ("third", 0.8)])
def test_persons_do_not_fall_back(name: str, reached: float) -> None:
    assert f1(EntityKind.PERSON, found(SETS[name], rules_only=False)) >= reached


def test_the_trained_component_earns_its_place_beside_the_rules() -> None:
    if not uses_model():
        pytest.skip("no trained component in models/prose/names: rules alone are used")
    rules = found(SETS["unseen"], rules_only=True)
    both = found(SETS["unseen"], rules_only=False)
    assert f1(EntityKind.ORGANISATION, both) > f1(EntityKind.ORGANISATION, rules) + 0.05


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("争议提交长沙仲裁委员会裁决", ["长沙仲裁委员会"]),
        ("甲公司及其全资子公司泉州丝路报关服务有限公司对债务负责", ["泉州丝路报关服务有限公司"]),
        ("国家税务总局南昌市红谷滩区税务局认定", ["国家税务总局南昌市红谷滩区税务局"]),
        ("现任南昌航空大学经济管理学院副院长", ["南昌航空大学"]),
        ("平台设有信息中心、培训中心和创业服务中心三个机构", []),
    ],
)
def test_a_known_place_or_a_leading_word_begins_a_name(text: str, names: list[str]) -> None:
    assert texts_of(text, EntityKind.ORGANISATION) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("合影人员（左起）：苟小川、鲜于洪、方清泉", ["苟小川", "鲜于洪", "方清泉"]),
        ("见省中小企业发展服务中心单国樑联系", ["单国樑"]),
        ("服务窗口周一至周五开放", []),
        ("违约金不超过合同总价的百分之十", []),
    ],
)
def test_persons_stand_beside_titles_in_lists_or_behind_an_organisation(
    text: str, names: list[str]
) -> None:
    assert texts_of(text, EntityKind.PERSON) == names
