"""One table from what happened to what each door answers, so that the doors never disagree."""

from __future__ import annotations

from enum import IntEnum

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Outcome, Severity, Worksheet
from extractor.files.model import NOTICE_KINDS


class ExitCode(IntEnum):
    """Exit codes of the command line (architecture, section 8)."""

    DONE = 0
    ERROR_FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3


_BY_KIND = dict.fromkeys(("usage", "config", "model", "frozen", "conflict"), ExitCode.USAGE)


def exit_code_of_error(error: ExtractorError) -> ExitCode:
    """What a run that could not go on exits with."""
    return _BY_KIND.get(error.kind, ExitCode.INCOMPLETE)


def exit_code_of(worksheet: Worksheet) -> ExitCode:
    """What one packet exits with: problems that lose pages outweigh findings."""
    if is_incomplete(worksheet):
        return ExitCode.INCOMPLETE
    if error_findings(worksheet):
        return ExitCode.ERROR_FINDINGS
    return ExitCode.DONE


def is_incomplete(worksheet: Worksheet) -> bool:
    """Whether something of the packet was not read; mere notices do not count."""
    return not worksheet.pages or any(p.kind not in NOTICE_KINDS for p in worksheet.problems)


def error_findings(worksheet: Worksheet) -> int:
    """Failed checks of severity ``error``."""
    return sum(
        1
        for f in worksheet.findings
        if f.outcome is Outcome.FAILED and f.severity is Severity.ERROR
    )
