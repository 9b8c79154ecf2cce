"""Rows taken for one, within a list and between two, and why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractor.matching import (
    ListedFirm,
    ListedPerson,
    firms_in_both,
    firms_renamed,
    people_in_both,
    people_twice,
    shared_phones,
)

FIRMS = (
    ListedFirm("江西红梅食品有限公司", "13907910001", "李梅"),
    ListedFirm("江西红梅食品有限责任公司", "13907910001", "李梅"),
    ListedFirm("南昌青柠物流有限公司", "0791-88880001", "王柠"),
    ListedFirm("九江白鹤机械厂", "88880001转8001", "张鹤"),
    ListedFirm("上饶金穗农业发展有限公司", "1390791****", "赵穗"),
)


def test_the_applicant_on_its_own_list_is_found_however_it_is_written() -> None:
    listed = ["江西红梅食品有限公司", "江西青橙科技有限责任公司", "江西青橙科技有限公司"]
    found = firms_in_both(["江西青橙科技有限公司"], listed)
    assert [(d.first, d.second, d.match.verdict) for d in found] == [(0, 1, "same"), (0, 2, "same")]
    likely = firms_in_both(
        ["江西青橙科技有限公司"], ["江西红梅食品有限公司", "江西青橙科枝有限公司"]
    )
    assert [(d.second, d.match.verdict) for d in likely] == [(1, "likely")]
    assert firms_in_both(["江西青橙科技有限公司"], ["", "江西红梅食品有限公司"]) == ()


def test_one_phone_beside_spellings_of_one_firm_is_no_shared_phone() -> None:
    assert shared_phones(FIRMS) == ()
    other = (*FIRMS, ListedFirm("宜春远航软件有限公司", "139 0791 0001"))
    (found,) = shared_phones(other)
    assert (found.phone, found.rows, found.firms) == ("13907910001", (0, 1, 5), 2)
    assert "2家" in found.reason and "2 firms" in found.reason_en
    assert shared_phones(other, least=3) == ()


def test_a_firm_under_two_names_is_told_by_its_contact_and_phone() -> None:
    firms = (*FIRMS, ListedFirm("南昌旧柠运输有限公司", "0791-88880001", "王柠"))
    (found,) = firms_renamed(firms)
    assert (found.first, found.second, found.match.verdict) == (2, 5, "likely")
    assert "王柠" in found.match.reason and "王柠" in found.match.reason_en
    assert (
        firms_renamed((*FIRMS, ListedFirm("南昌旧柠运输有限公司", "0791-88880001", "钱七"))) == ()
    )


def test_a_person_twice_is_told_by_what_agrees_beside_the_name() -> None:
    roster = [
        ListedPerson("王小明", "35", "南昌大学", "13907910001"),
        ListedPerson("王小明", "35", "江西财经大学", ""),
        ListedPerson("李四", "40"),
        ListedPerson("王小朋", "", "", "13907910001"),
        ListedPerson("李四"),
        ListedPerson("王小明", "50", "北京大学", "13907919999"),
    ]
    found = {(d.first, d.second): d.match for d in people_twice(roster)}
    assert found[0, 1].verdict == "same" and "年龄" in found[0, 1].reason
    assert found[0, 3].verdict == "likely" and "电话" in found[0, 3].reason
    assert found[2, 4].verdict == "likely" and "重名" in found[2, 4].reason
    # Every cell that can be compared differs: a namesake.
    assert (0, 5) not in found
    assert all(match.reason_en for match in found.values())


def test_staff_of_two_packets_are_found_and_those_of_one_are_not() -> None:
    left = [
        ListedPerson("王小明", phone="13907910001"),
        ListedPerson("王小明", phone="13907910001"),
    ]
    right = [ListedPerson("李四"), ListedPerson("王小明", phone="13907910001")]
    found = people_in_both(left, right)
    assert [(d.first, d.second, d.match.verdict) for d in found] == [(0, 1, "same"), (1, 1, "same")]
    assert people_in_both([], right) == () == people_in_both(left, [])


PEOPLE = st.lists(
    st.builds(
        ListedPerson,
        st.sampled_from(["王明", "王朋", "李四", "", "王*"]),
        st.sampled_from(["", "30", "31"]),
        st.sampled_from(["", "南昌大学"]),
        st.sampled_from(["", "13907910001", "13907910002 0791-88880001"]),
    ),
    max_size=8,
)


@given(PEOPLE, PEOPLE)
def test_persons_of_two_lists_are_found_either_way(
    left: list[ListedPerson], right: list[ListedPerson]
) -> None:
    there = {(d.first, d.second, d.match.verdict) for d in people_in_both(left, right)}
    back = {(d.second, d.first, d.match.verdict) for d in people_in_both(right, left)}
    assert there == back
