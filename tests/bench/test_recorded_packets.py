"""The sample packets from recorded OCR to verdicts, held to the targets of the issue.

Each runs once through the whole pipeline but the OCR. A packet without a recording is skipped; the live
run of ``extractor bench`` measures the same with the models.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.config import the_tools
from support.recorded import (
    RecordedReaders,
    load_recording,
    path_of,
    recording_of,
    sample_packets,
    truth_of,
)

from extractor.bench.score import Score, score_packet
from extractor.bench.tally import Tally
from extractor.core.worksheet import Worksheet
from extractor.files.packet import open_packet
from extractor.pipeline.naming import naming_of
from extractor.pipeline.page_repeats import KIND as REPEATED
from extractor.pipeline.review import Asked, review
from extractor.pipeline.tools import RunOptions
from extractor.setup.case import CaseFile
from extractor.worksheet.json_out import write_json
from extractor.worksheet.mask import mask_worksheet

PACKETS = sample_packets()
CLEAN = "jiangxi-clean"
GOLDEN = Path(__file__).parent / "golden" / f"{CLEAN}.worksheet.json"
RECEIVED = dt.date(2024, 5, 1)


def need_recording(packet: str) -> Path:
    path = recording_of(packet)
    if not path.is_file():
        pytest.skip(f"{packet} has no recording: python -m fixtures.record {packet}")
    return path


@cache
def worksheet_of(packet: str) -> Worksheet:
    truth = truth_of(packet)
    case = CaseFile(
        scheme=truth.scheme,
        filing_date=truth.case.filing_date,
        region=truth.case.region,
        functions=truth.case.functions or None,
    )
    with TemporaryDirectory() as work:
        return review(
            path_of(packet),
            Asked(case, today=RECEIVED),
            the_tools(),
            RunOptions(workers=1, use_cache=False),
            Path(work),
            make_reader=RecordedReaders(recording_of(packet)),
        ).worksheet


@cache
def score_of(packet: str) -> Score:
    kinds = dict(naming_of(the_tools().catalogue).kinds)
    return score_packet(worksheet_of(packet), truth_of(packet), kinds)


@pytest.fixture(params=PACKETS)
def packet(request: pytest.FixtureRequest) -> str:
    need_recording(request.param)
    return str(request.param)


@pytest.fixture
def score(packet: str) -> Score:
    return score_of(packet)


#: Packets drawn by seed come in layouts and damage that the readers were not made on: floors a little
#: below what was measured when their readings were recorded, so that no change loses what was won.
SEEDED = json.loads((Path(__file__).parent / "seeded_floors.json").read_text("utf-8"))


def floor(packet: str, measure: str, laid_out: float) -> float:
    """The least share asked of ``packet``: ``laid_out`` for packets whose layout was at hand."""
    return float(SEEDED[packet][measure]) if packet in SEEDED else laid_out


def assert_share(tally: Tally, least: float) -> None:
    assert tally.total, "nothing was counted"
    share = tally.right / tally.total
    wrong = "\n  ".join(tally.wrong[:25])
    assert share >= least, f"{tally.right}/{tally.total} = {share:.4f} < {least}\n  {wrong}"


def test_a_recording_is_of_the_packet_that_lies_beside_it(packet: str, tmp_path: Path) -> None:
    opened = open_packet(path_of(packet), tmp_path)
    wanted = {(f.info.sha256, n) for f in opened.files for n in range(1, f.info.pages + 1)}
    held = set(load_recording(recording_of(packet)).pages)
    assert held == wanted, f"recorded for other files: python -m fixtures.record {packet}"


def test_every_page_was_read_and_nothing_went_badly(packet: str) -> None:
    worksheet = worksheet_of(packet)
    truth = truth_of(packet)
    told = (REPEATED, "converted")  # a Word file is read through its conversion
    assert [p.message for p in worksheet.problems if p.kind not in told] == []
    assert [p.no for p in worksheet.pages] == [p.no for p in truth.pages]
    copies = {p.no for p in truth.pages if p.copy_of_page_before}
    assert {p.page for p in worksheet.problems if p.kind == REPEATED} <= copies


def test_page_types_are_right(packet: str, score: Score) -> None:
    assert_share(score.pages, floor(packet, "pages", 0.98))


def test_fields_are_exact(packet: str, score: Score) -> None:
    assert_share(score.fields, floor(packet, "fields", 0.96))


def test_figures_dates_and_codes_are_exact(packet: str, score: Score) -> None:
    assert_share(score.figures, floor(packet, "figures", 0.98))


def test_rows_are_found_and_none_is_invented(packet: str, score: Score) -> None:
    f1 = score.rows_f1
    assert f1 is not None
    wrong = [*score.rows_found.wrong, *score.rows_true.wrong][:25]
    assert f1 >= floor(packet, "rows_f1", 0.98), f"F1 {f1:.4f}: {wrong}"


def test_cells_are_exact(packet: str, score: Score) -> None:
    assert_share(score.cells, floor(packet, "cells", 0.97))


def test_values_are_found_where_they_stand(packet: str, score: Score) -> None:
    assert_share(score.boxes, floor(packet, "boxes", 0.97))


def test_each_planted_defect_fails_its_own_check_on_its_page(packet: str) -> None:
    truth = truth_of(packet)
    if not truth.findings:
        pytest.skip("nothing is planted in this packet")
    assert_share(score_of(packet).planted, floor(packet, "planted", 1.0))


def test_no_error_is_reported_that_nobody_planted(packet: str, score: Score) -> None:
    assert len(score.false_errors) <= SEEDED.get(packet, {}).get("false_errors", 0), (
        score.false_errors
    )


def test_verdicts_are_those_of_a_careful_reviewer(packet: str, score: Score) -> None:
    if not score.verdicts.total:
        pytest.skip("the truth of this packet names no verdicts")
    assert_share(score.verdicts, floor(packet, "verdicts", 0.97))


def test_most_right_facts_are_certain(packet: str, score: Score) -> None:
    assert_share(score.certain_of_right, floor(packet, "certain_of_right", 0.85))


def test_hardly_any_certain_fact_is_wrong(packet: str, score: Score) -> None:
    assert_share(score.right_of_certain, floor(packet, "right_of_certain", 0.99))


def test_eighty_checks_end_across_the_packets() -> None:
    for packet in PACKETS:
        need_recording(packet)
    ended = set().union(*(score_of(packet).checks_ended for packet in PACKETS))
    assert len(ended) >= 80


def test_the_packet_without_defects_has_no_error_finding() -> None:
    need_recording(CLEAN)
    truth = truth_of(CLEAN)
    assert truth.expected_no_error
    assert not truth.findings


def test_a_worksheet_is_the_same_in_every_run() -> None:
    need_recording(CLEAN)
    first = worksheet_of(CLEAN)
    assert worksheet_of.__wrapped__(CLEAN) == first


def readable(worksheet: Worksheet, folder: Path) -> str:
    """The worksheet as written for a user, a line for each entry of each list.

    Left out: the product's version and the hash over all of ``config/``, which change with every
    release and comment.
    """
    shown = mask_worksheet(worksheet, naming_of(the_tools().catalogue).sensitive)
    write_json(shown, folder / "worksheet.json")
    data = json.loads((folder / "worksheet.json").read_bytes())
    del data["extractor"]["version"], data["extractor"]["config_sha256"]
    return "{\n" + ",\n".join(f"{_text(k)}: {_lines(v)}" for k, v in data.items()) + "\n}\n"


def _lines(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(_text(v) for v in value) + "\n]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def test_the_worksheet_of_the_clean_packet_is_the_golden_one(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    need_recording(CLEAN)
    got = readable(worksheet_of(CLEAN), tmp_path)
    if pytestconfig.getoption("--regenerate-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(got, encoding="utf-8")
        pytest.skip(f"wrote {GOLDEN.name}; look at the difference before committing it")
    assert GOLDEN.is_file(), "no golden file yet: pytest --regenerate-golden"
    wanted = GOLDEN.read_text(encoding="utf-8").splitlines()
    lines = got.splitlines()
    gone = [f"- {x[:300]}" for x in wanted if x not in set(lines)]
    new = [f"+ {x[:300]}" for x in lines if x not in set(wanted)]
    assert lines == wanted, "\n".join(
        [f"{len(gone)} lines gone, {len(new)} new", *gone[:15], *new[:15]]
    )


def test_golden_files_are_not_written_unless_asked(pytestconfig: pytest.Config) -> None:
    option = next(
        o for o in pytestconfig._parser._anonymous.options if "--regenerate-golden" in o.names()
    )
    assert option.default is False
