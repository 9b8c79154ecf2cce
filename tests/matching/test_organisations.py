"""Are two firm names one firm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.matching import (
    Sameness,
    compare_organisations,
    find_duplicates,
    match_names,
)
from extractor.matching.look_alikes import look_alike
from extractor.matching.org_parts import org_parts

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)
NAMES = st.builds(
    lambda region, core, form: region + core + form,
    st.sampled_from(["", "江西", "江西省", "南昌市", "上海"]),
    HAN,
    st.sampled_from(["", "有限公司", "有限责任公司", "股份有限公司", "协会", "中心"]),
)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("江西青橙科技有限公司", "江西青橙科技有限责任公司"),
        ("青橙（江西）科技有限公司", "青橙(江西)科技 有限公司"),
        ("青橙（江西）科技有限公司", "青橙江西科技有限公司"),
        ("江西青橙科技有限公司全体股东", "江西青橙科技有限公司"),
        ("萬達信息股份有限公司", "万达信息股份有限公司"),
        ("江西青橙科技有限公司南昌分公司", "江西青橙科技有限责任公司南昌分公司"),
    ],
)
def test_spellings_of_one_firm_are_the_same(a: str, b: str) -> None:
    assert compare_organisations(a, b).verdict is Sameness.SAME


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("江西青橙科技有限公司", "青橙科技有限公司"),
        ("江西省青橙科技有限公司", "江西青橙科技有限公司"),
        ("江西青橙科技有限公司", "江西青橙科技股份有限公司"),
        ("江西华宇信息科技有限公司", "江西华字信息科技有限公司"),
        ("青橙科技", "江西青橙科技有限公司"),
        ("江西青橙信息科技有限公", "江西青橙信息科技有限公司"),
    ],
)
def test_short_forms_and_slips_are_only_likely(a: str, b: str) -> None:
    match = compare_organisations(a, b)
    assert match.verdict is Sameness.LIKELY and match.reason


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("江西青橙科技有限公司", "江西青橙科技有限公司南昌分公司"),
        ("江西青橙科技有限公司九江分公司", "江西青橙科技有限公司南昌分公司"),
        ("江西青橙科技有限公司", "湖南青橙科技有限公司"),
        ("青橙集团有限公司", "青橙有限公司"),
        ("南昌第一机械厂", "南昌第二机械厂"),
        ("江西省中小企业协会", "江西省中小企业服务中心"),
        ("江西青橙科技有限公司", "江西红梅食品有限公司"),
        ("", "江西青橙科技有限公司"),
        ("", ""),
    ],
)
def test_branches_regions_numbers_and_strangers_are_different(a: str, b: str) -> None:
    assert compare_organisations(a, b).verdict is Sameness.DIFFERENT


def test_a_look_alike_character_scores_above_any_other_slip() -> None:
    slip = compare_organisations("江西华宇科技有限公司", "江西华字科技有限公司")
    other = compare_organisations("江西华源科技有限公司", "江西华泰科技有限公司")
    assert slip.score > other.score and "另一家" in other.reason
    assert look_alike("宇", "字") and not look_alike("源", "泰") and not look_alike("", "")


@given(NAMES, NAMES)
def test_comparing_is_symmetric_and_scored_within_bounds(a: str, b: str) -> None:
    there, back = compare_organisations(a, b), compare_organisations(b, a)
    assert there.verdict == back.verdict and abs(there.score - back.score) < 1e-9
    assert 0 <= there.score <= 1


@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    assert compare_organisations(name, f" {name} ").verdict is Sameness.SAME


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_raises(a: str, b: str) -> None:
    compare_organisations(a, b)
    find_duplicates([a, b, a])
    match_names([a], [b, a])


def test_the_parts_of_a_name() -> None:
    parts = org_parts("江西省南昌市青橙信息科技集团有限责任公司九江分公司")
    assert (parts.region, parts.core, parts.form) == ("江西南昌", "青橙信息科技", "有限公司")
    assert parts.group and parts.branch == "九江分公司"


def test_the_best_of_several_is_found_and_strangers_are_refused() -> None:
    firms = ["江西红梅食品有限公司", "江西青橙科技有限公司", "南昌青柠科技有限公司"]
    found = match_names(["江西青橙科枝有限公司"], firms)[0]
    assert found is not None and found.index == 1 and found.match.verdict is Sameness.LIKELY
    assert match_names(["上饶白鹤物流有限公司"], firms)[0] is None
    assert match_names(["x"], [])[0] is None


def test_a_short_name_that_fits_two_firms_names_the_rival() -> None:
    found = match_names(["青橙"], ["青橙科技有限公司", "青橙食品有限公司", "红梅食品有限公司"])[0]
    assert found is not None and found.rivals


def test_duplicates_are_reported_in_list_order() -> None:
    names = [
        "江西青橙科技有限公司",
        "",
        "江西红梅食品有限公司",
        "江西青橙科技有限责任公司",
        "",
        "江西红梅食品有限公司",
    ]
    found = find_duplicates(names)
    assert [(d.first, d.second, d.match.verdict) for d in found] == [
        (0, 3, Sameness.SAME),
        (2, 5, Sameness.SAME),
    ]


def test_likely_duplicates_are_kept_apart_from_certain_ones() -> None:
    found = find_duplicates(
        ["江西华宇信息科技有限公司", "江西华字信息科技有限公司", "江西华泰信息科技有限公司"]
    )
    assert [(d.first, d.second, d.match.verdict) for d in found] == [(0, 1, Sameness.LIKELY)]


@given(st.lists(NAMES, max_size=12), st.lists(NAMES, min_size=1, max_size=12))
def test_matching_many_agrees_with_matching_one(names: list[str], firms: list[str]) -> None:
    assert match_names(names, firms) == tuple(match_names([n], firms)[0] for n in names)


NOTED = st.builds(
    lambda name, note, other: name + note.format(other) if note else name,
    NAMES,
    st.sampled_from(["", "", "（原名：{}）", "(曾用名{})", "（现更名为{}）"]),
    NAMES,
)


@given(st.lists(NOTED, max_size=10), st.lists(NOTED, min_size=1, max_size=10))
def test_blocking_never_loses_a_pair_that_the_plain_comparison_is_sure_of(
    names: list[str], firms: list[str]
) -> None:
    for name, found in zip(names, match_names(names, firms), strict=True):
        plain = [i for i, f in enumerate(firms) if compare_organisations(name, f).verdict == "same"]
        sure = found is not None and found.match.verdict is Sameness.SAME
        assert sure == bool(plain)
        assert not sure or (found is not None and found.index in plain)


@given(st.lists(NOTED, max_size=12))
def test_every_repeated_entry_of_a_list_is_found(names: list[str]) -> None:
    found = {d.second for d in find_duplicates(names) if d.match.verdict is Sameness.SAME}
    plain = {
        j
        for j, b in enumerate(names)
        if any(compare_organisations(a, b).verdict == "same" for a in names[:j])
    }
    assert found == plain


@given(NOTED, NOTED)
def test_names_with_former_names_compare_alike_both_ways(a: str, b: str) -> None:
    there, back = compare_organisations(a, b), compare_organisations(b, a)
    assert (there.verdict, there.score) == (back.verdict, pytest.approx(back.score))


def test_a_former_name_is_no_part_of_the_present_one() -> None:
    parts = org_parts("江西青橙科技有限公司（原名：江西旧橙（南昌）商贸有限公司）")
    assert (parts.norm, parts.former) == ("江西青橙科技有限公司", "江西旧橙(南昌)商贸有限公司")
    assert org_parts("江西原创文化有限公司").former == ""
    assert org_parts("江西高原科技有限公司").former == ""
