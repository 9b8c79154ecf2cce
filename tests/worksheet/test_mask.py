"""Personal numbers are starred everywhere people read, and figures never are."""

from __future__ import annotations

import pytest
from worksheet_factory import ID_NUMBER, MOBILE, NAMING, fact, make_worksheet

from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_middle, mask_text, mask_worksheet, personal_boxes


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138 1234 5678", "138******5678"),
        ("138-1234-5678", "138******5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("身份证 360102198503124517", "身份证 360***********4517"),
        ("36010219850312451X", "360***********451X"),
    ],
)
def test_mobiles_and_id_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "91360100MA35K8Q70X",  # a USCC
        "123601000000000012",  # eighteen digits, no date of birth in them
        "13800138000.00",  # an amount
        "1,13812345678",  # part of a longer figure
        "0791-86201234",  # a landline
        "3601021985031245170",  # nineteen digits: an account
        "12812345678",  # not a mobile's second digit
        "f_138123456780",  # an id of ours
        "2016-05-20",
    ],
)
def test_figures_codes_and_landlines_stay(text: str) -> None:
    assert mask_text(text) == text


def test_short_secrets_are_starred_whole() -> None:
    assert mask_middle("1234567") == "*******"
    assert mask_middle("12345678") == "123*5678"


def test_no_personal_number_is_left_anywhere_in_a_masked_worksheet() -> None:
    masked = worksheet_bytes(mask_worksheet(make_worksheet(), NAMING.sensitive)).decode()
    assert ID_NUMBER not in masked
    assert MOBILE not in masked
    assert "138 1234 5678" not in masked
    assert "139****0001" in masked


def test_masking_changes_no_id_figure_hash_or_count() -> None:
    before = make_worksheet()
    after = mask_worksheet(before, NAMING.sensitive)
    assert [f.id for f in after.facts] == [f.id for f in before.facts]
    assert after.packet == before.packet
    assert after.criteria == before.criteria
    assert (
        after.rows[-1].rows[0].cells["served_list.enterprise"]
        == (before.rows[-1].rows[0].cells["served_list.enterprise"])
    )


def test_a_sensitive_field_is_masked_even_where_no_pattern_fits() -> None:
    misread = fact(
        "f_i", "app_legal_rep_id_no", "36O1O2B9850", "36O1O2B9850", alternatives=("36010219850",)
    )
    worksheet = make_worksheet(served=1).model_copy(update={"facts": (misread,), "findings": ()})
    noted = worksheet.findings or make_worksheet(served=1).findings[:1]
    noted = (noted[0].model_copy(update={"message": "号码 36O1O2B9850 不全", "facts": ("f_i",)}),)
    masked = mask_worksheet(
        worksheet.model_copy(update={"findings": noted}), frozenset({"app_legal_rep_id_no"})
    )
    assert masked.facts[0].value == masked.facts[0].raw == "36O****9850"
    assert masked.facts[0].alternatives == ("360****9850",)
    assert masked.findings[0].message == "号码 36O****9850 不全"
    assert masked.findings[0].facts == ("f_i",)


def test_a_worksheet_masked_before_still_says_where_to_blank() -> None:
    worksheet = make_worksheet()
    masked = mask_worksheet(worksheet, NAMING.sensitive)
    assert personal_boxes(masked) == personal_boxes(worksheet, NAMING.sensitive)


def test_the_places_of_personal_numbers_are_known_for_blanking() -> None:
    boxes = personal_boxes(make_worksheet(), NAMING.sensitive)
    by_id = {f.id: f for f in make_worksheet().facts}
    assert by_id["f_id"].box in boxes[3]
    assert by_id["f_uscc"].box not in boxes[3]
    assert len(boxes[8]) == 30  # one phone a row
