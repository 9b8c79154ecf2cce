"""Codes with check digits, document numbers, phones, addresses of the net."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.values.contacts import find_phones, parse_email, parse_phone, parse_url
from extractor.values.identifiers import (
    USCC_CHARSET,
    docno_norm,
    find_icp,
    id_number_ok,
    organization_code_check,
    organization_code_ok,
    parse_code,
    parse_doc_number,
    parse_id_number,
    parse_postcode,
    parse_uscc,
    region_code_ok,
    uscc_check_character,
    uscc_ok,
    uscc_repairs,
)

REGIONS = st.sampled_from(["100000", "110105", "360113", "440300", "650102", "320000"])
BODIES = st.tuples(
    st.text(USCC_CHARSET, min_size=2, max_size=2),
    REGIONS,
    st.text(USCC_CHARSET, min_size=9, max_size=9),
).map("".join)
CODES = BODIES.map(lambda body: body + uscc_check_character(body))
KNOWN = "91350100M000100Y43"


def test_the_published_example_passes() -> None:
    assert uscc_ok(KNOWN)


@pytest.mark.parametrize("code", ["000000", "990000", "16", "3601130", "36011a", ""])
def test_a_division_in_no_province_is_none(code: str) -> None:
    assert not region_code_ok(code)


def test_a_code_of_no_province_is_read_with_doubt() -> None:
    body = "91" + "990000" + "MA35HB0K3"
    parsed = parse_uscc(body + uscc_check_character(body))
    assert parsed is not None and parsed.factor < 1


@given(CODES, st.integers(0, 17), st.sampled_from(USCC_CHARSET))
def test_a_repair_is_never_silent(code: str, at: int, other: str) -> None:
    assume(code[at] != other)
    wrong = code[:at] + other + code[at + 1 :]
    assume(sum(c.isdigit() for c in wrong) >= 8)
    parsed = parse_uscc(wrong)
    assert parsed is not None and parsed.factor < 1
    if parsed.value == wrong:
        assert parsed.factor < 0.5
    else:  # letters where only digits can stand: put right, said so, and what was read is kept
        assert wrong in parsed.alternatives and parsed.printed.assumed


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("赣工信企业字〔2O22〕8号", "赣工信企业字〔2022〕8号", False),
        ("赣工信企业字〔2022〕8号", "赣工信企业字〔2022〕8号", True),
    ],
)
def test_a_letter_in_the_year_of_a_number_is_doubtful(text: str, value: str, sure: bool) -> None:
    parsed = parse_doc_number(text)
    assert parsed is not None and parsed.value == value
    assert (parsed.factor == 1) is sure


@pytest.mark.parametrize("text", ["0791-881 23456", "138 123456 78"])
def test_a_number_with_a_blank_in_it_is_put_together_with_doubt(text: str) -> None:
    parsed = parse_phone(text)
    assert parsed is not None and parsed.factor < 1
    assert str(parsed.value).replace("-", "") == text.replace("-", "").replace(" ", "")


def test_letters_before_a_mail_address_may_belong_to_it() -> None:
    parsed = parse_email("ab c@example.com")
    assert parsed is not None and parsed.factor < 0.7
    assert {parsed.value, *parsed.alternatives} == {"c@example.com", "abc@example.com"}
    labelled = parse_email("E-mail c@example.com")
    assert labelled is not None and labelled.factor == 1 and labelled.alternatives == ()


def test_a_mail_address_spread_over_its_line_is_put_together_with_doubt() -> None:
    parsed = parse_email("a b c @ 1 6 3 . c o m")
    assert parsed is not None and parsed.value == "abc@163.com" and parsed.factor <= 0.5


@given(CODES, st.integers(0, 17), st.sampled_from(USCC_CHARSET))
def test_the_check_character_catches_every_single_wrong_character(
    code: str, at: int, other: str
) -> None:
    assume(code[at] != other)
    assert uscc_ok(code)
    assert not uscc_ok(code[:at] + other + code[at + 1 :])


@given(CODES.filter(lambda c: sum(ch.isdigit() for ch in c) >= 8))
def test_a_right_code_is_read_through_spaces_width_and_labels(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for text in (
        code,
        code.lower(),
        wide,
        f"统一社会信用代码：{code}",
        " ".join((code[:4], code[4:8], code[8:12], code[12:])),
    ):
        parsed = parse_uscc(text)
        assert parsed is not None and parsed.value == code and parsed.factor == 1


@given(CODES.filter(lambda c: sum(ch.isdigit() for ch in c) >= 10), st.data())
def test_a_wrong_code_never_passes_as_right_in_silence(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, 17))
    wrong = (
        code[:at] + data.draw(st.sampled_from(USCC_CHARSET.replace(code[at], ""))) + code[at + 1 :]
    )
    parsed = parse_uscc(wrong)
    if parsed is not None:
        if parsed.value == wrong:
            assert parsed.factor <= 0.3 and all(uscc_ok(a) for a in parsed.alternatives)
        else:  # a letter where the standard allows digits only
            assert parsed.factor <= 0.7 and wrong in parsed.alternatives


@pytest.mark.parametrize(
    ("wrong", "repair"),
    [("91350100M000100Y48", None), ("B1350100M000100Y43", None), ("91350100M0001O0Y43", KNOWN)],
)
def test_repairs_are_proposed_only_where_the_check_character_agrees(
    wrong: str, repair: str | None
) -> None:
    repairs = uscc_repairs(wrong)
    assert wrong not in repairs and all(uscc_ok(r) for r in repairs)
    assert repair is None or repair in repairs


def test_a_confused_digit_is_listed_and_not_applied() -> None:
    wrong = "9135010OMOO0100Y43".replace("O", "0").replace("Y43", "Y4B")
    parsed = parse_uscc("9135B100M000100Y43")
    assert parse_uscc(wrong) is not None
    assert parsed is not None
    assert parsed.value == "9135B100M000100Y43" and parsed.factor <= 0.3


def test_impossible_letters_are_put_right_with_doubt_and_the_raw_text() -> None:
    parsed = parse_uscc("9I350100MOOO100Y43")
    assert parsed is not None and parsed.value == KNOWN
    assert parsed.factor < 0.8 and parsed.alternatives == ("9I350100MOOO100Y43",)
    assert parsed.printed.assumed


def test_a_code_one_character_too_long_is_kept_and_its_repair_listed() -> None:
    parsed = parse_uscc("91350100M0001100Y43")
    assert parsed is not None and parsed.factor <= 0.2 and KNOWN in parsed.alternatives


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_organisation_codes_check(body: str) -> None:
    code = body + organization_code_check(body)
    assert organization_code_ok(code) and organization_code_ok(f"{body}-{code[-1]}")
    assert not organization_code_ok(body + ("1" if code[-1] != "1" else "2"))


def test_id_numbers_are_checked_and_masked_ones_unknown() -> None:
    good = "11010519491231002X"  # the example of the standard
    assert id_number_ok(good)
    parsed = parse_id_number(f"身份证号：{good.lower()}")
    assert parsed is not None and parsed.value == good and parsed.factor == 1
    wrong = parse_id_number("110105194912310021")
    assert wrong is not None and wrong.factor <= 0.3
    assert parse_id_number("3601****1234") is None
    assert not id_number_ok("11010519491331002X")


@pytest.mark.parametrize(
    "text", ["赣工信企业字〔2023〕12号", "赣工信企业字(2023)12号", "赣 工信企业字［2023］第12 号",
             "赣工信企业字﹝2023﹞12号", "文号：赣工信企业字【２０２３】12号", "赣工信企业字{2023}012号"],
)  # fmt: skip
def test_document_numbers_fold_to_one_form(text: str) -> None:
    assert docno_norm(text) == "赣工信企业字〔2023〕12号"


def test_a_document_number_without_its_brackets_is_doubtful() -> None:
    parsed = parse_doc_number("赣工信企业字2023第12号")
    assert parsed is not None and parsed.value == "赣工信企业字〔2023〕12号" and parsed.factor < 1
    assert parse_doc_number("第12号") is None


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("0791-88888888", "0791-88888888"),
        ("（0791）8888 8888", "0791-88888888"),
        ("079188888888", "0791-88888888"),
        ("01062345678", "010-62345678"),
        ("138 1234 5678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("4001234567", "400-123-4567"),
        ("400-1234-567", "400-123-4567"),
        ("0791-88888888转801", "0791-88888888-801"),
        ("联系电话：88888888", "88888888"),
    ],
)
def test_phone_numbers_have_one_form(text: str, phone: str) -> None:
    parsed = parse_phone(text)
    assert parsed is not None and parsed.value == phone and parsed.factor == 1


@pytest.mark.parametrize("text", ["138****5678", KNOWN, "123", "2019年4月16日", ""])
def test_what_is_no_phone(text: str) -> None:
    assert parse_phone(text) is None


def test_phone_and_fax_in_one_cell_are_told_apart() -> None:
    assert find_phones("0791-88888888/0791-66666666") == ("0791-88888888", "0791-66666666")
    parsed = parse_phone("0791-88888888 13812345678")
    assert parsed is not None and parsed.factor < 1 and parsed.alternatives == ("13812345678",)


def test_site_and_filing_number_in_one_cell_are_split() -> None:
    cell = "WWW.Example.com.cn 赣lCP备 12345678 号-1"
    url, code = parse_url(cell), parse_code(cell)
    assert url is not None and url.value == "www.example.com.cn"
    assert code is not None and code.value == "赣ICP备12345678号-1" == find_icp(cell)


def test_a_comma_in_an_address_is_read_as_a_dot_with_doubt() -> None:
    url, mail = parse_url("www，example。com"), parse_email("a.b@example，com")
    assert url is not None and url.value == "www.example.com" and url.factor < 1
    assert mail is not None and mail.value == "a.b@example.com" and mail.factor < 1
    assert parse_url("a@b.com") is None


def test_postcodes_and_codes() -> None:
    code = parse_postcode("3 3 0 0 0 0")
    assert code is not None and code.value == "330000"
    number = parse_code("中审字（２０２３）第 001 号")
    assert number is not None and number.value == "中审字(2023)第001号"
    assert parse_code("无") is None
