"""Capital as registers print it."""

from __future__ import annotations

import pytest

from extractor.values.parse import parse_value
from extractor.values.parsed import UnitContext


@pytest.mark.parametrize(
    "text",
    ["200.000000万人民币", "200.000000万元人民币", "200万人民币元", "200万人民币", "人民币200万"],
)
def test_the_currency_behind_the_amount_is_no_count_of_people(text: str) -> None:
    parsed = parse_value("money", text, units=UnitContext(default="万元"))
    assert parsed is not None
    assert (parsed.value, parsed.alternatives) == ("2000000", ())


def test_an_amount_of_people_is_no_money() -> None:
    assert parse_value("money", "200万人", units=UnitContext(default="万元")) is None
