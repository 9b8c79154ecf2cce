"""A masked number answers the checks' questions as the real one does, and says nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worksheet_factory import NAMING, fact, make_worksheet

from extractor.core.worksheet import Fact, Worksheet
from extractor.rules.checks.lists import is_phone, phone_digits
from extractor.values.identifiers import id_number_ok
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_text, mask_worksheet
from extractor.worksheet.stand_ins import stand_in

ID_FIELD = "app_legal_rep_id_no"
mobiles = st.from_regex(r"\A1[3-9][0-9]{9}\Z")


def with_facts(*facts: Fact) -> Worksheet:
    return make_worksheet().model_copy(update={"facts": facts, "rows": (), "decisions": ()})


def masked_facts(*texts: str, field: str = "phone") -> tuple[Fact, ...]:
    facts = [fact(f"f{i}", field, text, raw=text) for i, text in enumerate(texts)]
    return mask_worksheet(with_facts(*facts), NAMING.sensitive).facts


def id_number(born: date, serial: int, valid: bool) -> str:
    body = f"360102{born:%Y%m%d}{serial:03d}"
    check = next(c for c in "0123456789X" if id_number_ok(body + c))
    return body + (check if valid else "0" if check != "0" else "1")


@given(st.lists(mobiles, min_size=1, max_size=8))
def test_stand_ins_are_mobiles_and_equal_only_where_the_numbers_are(numbers: list[str]) -> None:
    hidden = masked_facts(*numbers)
    shown = [stand_in(f) for f in hidden]
    assert all(is_phone(str(f.value)) for f in shown)
    for a, x in zip(numbers, shown, strict=True):
        for b, y in zip(numbers, shown, strict=True):
            assert (a == b) == (phone_digits(str(x.value)) == phone_digits(str(y.value)))
    assert [mask_text(str(f.value)) for f in shown] == [f.value for f in hidden]


@given(
    st.dates(date(1930, 1, 1), date(2005, 12, 31)),
    st.integers(min_value=0, max_value=999),
    st.booleans(),
)
def test_the_check_character_of_an_id_number_stays_right_or_wrong(
    born: date, serial: int, valid: bool
) -> None:
    number = id_number(born, serial, valid)
    (hidden,) = masked_facts(number, field=ID_FIELD)
    assert hidden.value == f"360***********{number[-4:]}"
    assert id_number_ok(str(stand_in(hidden).value)) is valid


def test_nothing_hidden_is_in_the_file() -> None:
    number = id_number(date(1985, 3, 12), 451, valid=True)
    text = worksheet_bytes(
        mask_worksheet(with_facts(fact("f1", ID_FIELD, number, number)), NAMING.sensitive)
    ).decode()
    assert number[3:14] not in text
    assert number[6:14] not in text


def test_masking_again_changes_nothing() -> None:
    once = mask_worksheet(make_worksheet(), NAMING.sensitive)
    assert mask_worksheet(once, NAMING.sensitive) == once


def test_a_number_put_in_later_is_the_masked_one_it_looks_like() -> None:
    hidden = masked_facts("13812345678")
    later = mask_worksheet(
        with_facts(*hidden, fact("new", "phone", "13812345678", "")), frozenset()
    )
    first, second = later.facts
    assert stand_in(first).value == stand_in(second).value


def test_two_numbers_told_apart_when_masked_are_not_made_one_by_a_third() -> None:
    hidden = masked_facts("13800005678", "13899995678")
    assert len({stand_in(f).value for f in hidden}) == 2
    later = mask_worksheet(
        with_facts(*hidden, fact("new", "phone", "13877775678", "")), frozenset()
    )
    assert len({stand_in(f).value for f in later.facts}) == 3


@pytest.mark.parametrize("text", ["138****5678", "360102********451X"])
def test_what_the_paper_itself_starred_gets_no_stand_in(text: str) -> None:
    (kept,) = masked_facts(text, field=ID_FIELD)
    assert stand_in(kept).value == kept.value


def test_several_numbers_in_one_text_each_get_their_own() -> None:
    (hidden,) = masked_facts("张三13812345678，李四 139 1234 0001")
    assert hidden.masked is not None
    assert len(hidden.masked) == 2
    shown = str(stand_in(hidden).value)
    assert "*" not in shown
    assert mask_text(shown) == hidden.value
