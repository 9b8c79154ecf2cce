"""What a run exits with: errors of the run, lost pages and findings are told apart."""

from __future__ import annotations

import pytest
from support.worksheets import small_worksheet

from extractor.core.errors import (
    ConfigError,
    EngineError,
    ExtractorError,
    ModelError,
    PacketError,
    UsageError,
)
from extractor.core.worksheet import Finding, Outcome, Problem, Severity
from extractor.doors.outcomes import (
    ExitCode,
    error_findings,
    exit_code_of,
    exit_code_of_error,
    is_incomplete,
)
from extractor.files.model import NOTICE_KINDS


def finding(severity: Severity, outcome: Outcome) -> Finding:
    return Finding(check="ID-01", title="t", severity=severity, outcome=outcome, message="m")


def problem(kind: str) -> Problem:
    return Problem(stage="open", kind=kind, message="m")


CLEAN = small_worksheet().model_copy(update={"findings": (), "problems": ()})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), ExitCode.USAGE),
        (ConfigError("x", file="a.yaml", line=3), ExitCode.USAGE),
        (ModelError("x"), ExitCode.USAGE),
        (PacketError("x"), ExitCode.INCOMPLETE),
        (EngineError("x"), ExitCode.INCOMPLETE),
        (ExtractorError("x"), ExitCode.INCOMPLETE),
    ],
)
def test_each_error_has_its_exit_code(error: ExtractorError, code: ExitCode) -> None:
    assert exit_code_of_error(error) is code


def test_a_packet_without_anything_to_say_is_done() -> None:
    assert exit_code_of(CLEAN) is ExitCode.DONE


@pytest.mark.parametrize(
    ("severity", "outcome", "code"),
    [
        (Severity.ERROR, Outcome.FAILED, ExitCode.ERROR_FINDINGS),
        (Severity.ERROR, Outcome.PASSED, ExitCode.DONE),
        (Severity.ERROR, Outcome.NOT_RUN, ExitCode.DONE),
        (Severity.WARN, Outcome.FAILED, ExitCode.DONE),
        (Severity.INFO, Outcome.FAILED, ExitCode.DONE),
    ],
)
def test_only_a_failed_error_counts_as_finding(
    severity: Severity, outcome: Outcome, code: ExitCode
) -> None:
    worksheet = CLEAN.model_copy(update={"findings": (finding(severity, outcome),)})
    assert exit_code_of(worksheet) is code
    assert error_findings(worksheet) == (code is ExitCode.ERROR_FINDINGS)


def test_a_lost_page_outweighs_a_finding() -> None:
    worksheet = CLEAN.model_copy(
        update={
            "findings": (finding(Severity.ERROR, Outcome.FAILED),),
            "problems": (problem("damaged"),),
        }
    )
    assert exit_code_of(worksheet) is ExitCode.INCOMPLETE


@pytest.mark.parametrize("kind", sorted(NOTICE_KINDS))
def test_a_notice_loses_nothing(kind: str) -> None:
    assert not is_incomplete(CLEAN.model_copy(update={"problems": (problem(kind),)}))


def test_a_packet_of_no_pages_is_incomplete() -> None:
    assert is_incomplete(CLEAN.model_copy(update={"pages": ()}))
