"""Case data: an option wins over the case file, that over packet.yaml, that over what is read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.core.errors import ConfigError, UsageError
from extractor.pipeline.case import told_case
from extractor.setup.case import CaseFile, merge_case, parse_packet_yaml, read_case_file

DAY = st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31)).map(dt.date.isoformat)
CASES = st.one_of(
    st.none(),
    st.builds(
        CaseFile,
        scheme=st.one_of(st.none(), st.sampled_from(["a", "b"])),
        filing_date=st.one_of(st.none(), DAY),
        region=st.one_of(st.none(), st.just("360100")),
        functions=st.one_of(st.none(), st.just(()), st.just(("training",))),
    ),
)


@given(CASES.filter(lambda c: c is not None), CASES, CASES)
def test_the_strongest_source_that_says_something_wins(
    option: CaseFile, file: CaseFile | None, packet: CaseFile | None
) -> None:
    told = merge_case(option, file, packet)
    for key in CaseFile.model_fields:
        sources = (("option", option), ("case_file", file), ("packet_yaml", packet))
        said = [(s, getattr(c, key)) for s, c in sources if c is not None and getattr(c, key)]
        if said:
            assert (told[key].source, told[key].value) == said[0]
        else:
            assert key not in told


def test_sources_are_kept_key_by_key() -> None:
    told = merge_case(
        CaseFile(region="360100"),
        CaseFile(region="110000", filing_date="2024-04-18"),
        CaseFile(filing_date="2023-01-01", functions=("training",)),
    )
    case = told_case(told, dt.date(2024, 5, 1))
    assert case.region is not None and (case.region.value, case.region.source) == (
        "360100",
        "option",
    )
    assert case.filing_date is not None
    assert (case.filing_date.value, case.filing_date.source) == ("2024-04-18", "case_file")
    assert case.functions is not None
    assert (case.functions.value, case.functions.source) == (("training",), "packet_yaml")


def test_the_day_of_receipt_is_that_of_the_run_where_nobody_tells_it() -> None:
    case = told_case({}, dt.date(2024, 5, 1))
    assert case.received_date is not None
    assert (case.received_date.value, case.received_date.source) == ("2024-05-01", "received")
    assert case.filing_date is None
    assert case.region is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("filing_date: 2024年4月", ["packet.yaml", "filing_date"]),
        ("filing_date: '2024-04'", ["packet.yaml", "2024-04"]),
        ("filing_dat: '2024-04-18'", ["packet.yaml", "filing_dat"]),
        ("- just\n- a list", ["packet.yaml"]),
        ("region: [", ["packet.yaml"]),
        ("scheme: a\nscheme: b", ["packet.yaml"]),
    ],
)
def test_a_wrong_packet_yaml_says_where_and_what(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_packet_yaml(text.encode())
    for word in words:
        assert word in str(caught.value)


def test_a_packet_yaml_in_another_encoding_is_an_error_not_a_guess() -> None:
    with pytest.raises(ConfigError, match="UTF-8"):
        parse_packet_yaml("region: 南昌".encode("gbk"))


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_packet_yaml(b"\xef\xbb\xbfregion: '360100'\n").region == "360100"


def test_a_case_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"case\.yaml"):
        read_case_file(tmp_path / "case.yaml")
