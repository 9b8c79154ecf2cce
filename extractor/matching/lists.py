"""Rows of lists taken for one: within a list and between two lists, each with its reason.

Firms: the applicant on its own list, firms in two lists, one phone for many firms, one firm under two
names. People: the same person twice on a roster, or on the rosters of two packets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.matching.blocks import find_duplicates, match_names
from extractor.matching.organisations import compare_organisations
from extractor.matching.people import compare_people
from extractor.matching.phones import compare_phones
from extractor.matching.verdict import Duplicate, Match, Sameness
from extractor.values.contacts import find_phones
from extractor.values.names import name_norm


@dataclass(frozen=True, slots=True)
class ListedFirm:
    """A firm as a list prints it; "" where a cell is empty or was not read."""

    name: str
    phone: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person as a roster prints them; "" where a cell is empty or was not read."""

    name: str
    age: str = ""
    school: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """One number beside several firms: the places of its rows, and how many different firms they name."""

    phone: str
    rows: tuple[int, ...]
    firms: int
    reason: str
    reason_en: str


def firms_in_both(left: Sequence[str], right: Sequence[str]) -> tuple[Duplicate, ...]:
    """For each name of ``left`` every entry of ``right`` that is surely it, else the likeliest one.

    For the applicant on its own list: ``left`` holds its name. Ordered by place in ``right``.
    """
    keyed: list[Duplicate] = []
    for first, best in enumerate(match_names(left, right)):
        if best is None:
            continue
        if best.match.verdict is not Sameness.SAME:
            keyed.append(Duplicate(first, best.index, best.match))
            continue
        for second, name in enumerate(right):
            match = compare_organisations(left[first], name)
            if match.verdict is Sameness.SAME:
                keyed.append(Duplicate(first, second, match))
    return tuple(sorted(keyed, key=lambda pair: (pair.second, pair.first)))


def shared_phones(firms: Sequence[ListedFirm], least: int = 2) -> tuple[SharedPhone, ...]:
    """Numbers that stand beside ``least`` or more different firms.

    A firm written in two ways (有限公司 and 有限责任公司) counts once. Masked numbers and cells in which
    no phone number is seen are left out.
    """
    rows_of: dict[str, list[int]] = {}
    for place, firm in enumerate(firms):
        for phone in dict.fromkeys(find_phones(firm.phone)) if name_norm(firm.name) else ():
            rows_of.setdefault(phone, []).append(place)
    found = []
    for phone, rows in rows_of.items():
        if len(rows) < least:  # most numbers stand beside one firm: nothing to compare
            continue
        names = [firms[place].name for place in rows]
        again = {d.second for d in find_duplicates(names) if d.match.verdict is Sameness.SAME}
        different = len(names) - len(again)
        if different >= least:
            found.append(
                SharedPhone(
                    phone,
                    tuple(rows),
                    different,
                    f"同一号码对应{different}家名称不同的企业",
                    f"one number beside {different} firms of different names",
                )
            )
    return tuple(sorted(found, key=lambda shared: shared.rows))


def firms_renamed(firms: Sequence[ListedFirm]) -> tuple[Duplicate, ...]:
    """Rows of different names that have the same phone and the same contact person: perhaps one firm.

    Never more than likely: one person may look after several firms. Rows whose names are the same or
    alike are ``find_duplicates``'s.
    """
    found = []
    for shared in shared_phones(firms):
        for first, second in _pairs(shared.rows):
            a, b = firms[first], firms[second]
            if compare_people(a.contact, b.contact).verdict is not Sameness.SAME:
                continue
            if compare_organisations(a.name, b.name).verdict is not Sameness.DIFFERENT:
                continue
            match = Match(
                Sameness.LIKELY,
                0.6,
                f"名称不同，联系人“{a.contact}”和电话相同，可能是同一企业的两个名称",
                f"different names, but the same contact {a.contact} and phone: perhaps one firm",
            )
            found.append(Duplicate(first, second, match))
    return tuple(sorted(set(found), key=lambda pair: (pair.second, pair.first)))


def people_twice(people: Sequence[ListedPerson]) -> tuple[Duplicate, ...]:
    """Rows of one roster that may name one person; the reason says what agrees."""
    return tuple(_people(people, None))


def people_in_both(
    left: Sequence[ListedPerson], right: Sequence[ListedPerson]
) -> tuple[Duplicate, ...]:
    """Persons of ``left`` who may also stand in ``right``: staff of two packets."""
    shift = len(left)
    pairs = _people((*left, *right), shift)
    return tuple(Duplicate(d.first, d.second - shift, d.match) for d in pairs)


def _people(people: Sequence[ListedPerson], shift: int | None) -> Iterator[Duplicate]:
    """Pairs taken for one person; with ``shift`` only those from before it to behind it."""
    blocks: dict[str, list[int]] = {}
    for place, person in enumerate(people):
        name = name_norm(person.name)
        for key in dict.fromkeys((name, *find_phones(person.phone))) if name else ():
            blocks.setdefault(key, []).append(place)
    pairs = {pair for rows in blocks.values() for pair in _pairs(rows)}
    for first, second in sorted(pairs, key=lambda pair: (pair[1], pair[0])):
        if shift is not None and (first >= shift or second < shift):
            continue
        match = _one_person(people[first], people[second])
        if match is not None:
            yield Duplicate(first, second, match)


def _one_person(a: ListedPerson, b: ListedPerson) -> Match | None:
    """Whether two rows are one person; ``None`` where names or everything else speak against it.

    Equal names with an equal age, school or phone are the same; equal names alone may be namesakes, and
    a name in which one character differs needs the phone.
    """
    name = compare_people(a.name, b.name)
    if name.verdict is Sameness.DIFFERENT:
        return None
    compared = [
        ("年龄", "age", a.age, b.age, name_norm(a.age) == name_norm(b.age)),
        ("毕业院校", "school", a.school, b.school, name_norm(a.school) == name_norm(b.school)),
        ("电话", "phone", a.phone, b.phone, _same_phone(a.phone, b.phone)),
    ]
    compared = [item for item in compared if item[2].strip() and item[3].strip()]
    agreeing = [item for item in compared if item[4]]
    zh = "、".join(item[0] for item in agreeing)
    en = ", ".join(item[1] for item in agreeing)
    if name.verdict is Sameness.LIKELY:
        if not any(item[1] == "phone" for item in agreeing):
            return None
        return Match(
            Sameness.LIKELY, 0.8, f"{name.reason}；{zh}相同", f"{name.reason_en}; same {en}"
        )
    if agreeing:
        return Match(Sameness.SAME, 1.0, f"姓名一致，{zh}相同", f"equal names, same {en}")
    if len(compared) == 3:
        return None
    return Match(
        Sameness.LIKELY, 0.5, "仅姓名相同，可能是重名", "only the names agree: perhaps namesakes"
    )


def _same_phone(a: str, b: str) -> bool:
    return compare_phones(a, b).verdict is Sameness.SAME


def _pairs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """All pairs of places, the earlier one first."""
    for n, second in enumerate(rows):
        for first in rows[:n]:
            yield first, second
