"""What a reviewer can do to a worksheet, as data: the one form for the page, the API and the xlsx."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from extractor.core.errors import UsageError
from extractor.core.worksheet import Model


class DecisionError(UsageError):
    """A correction that cannot be carried out; the message says which, why, and what would be right."""


class Frozen(DecisionError):
    """The worksheet is signed: nothing may change before a lead reopens it."""

    kind = "frozen"


class Action(StrEnum):
    """What is done. In brackets: what ``Correction.on`` names."""

    CORRECT = "correct"  # (fact) the value as it stands on the paper
    REJECT = "reject"  # (fact or row) not to be counted on
    ACCEPT = "accept"  # (fact or row) read rightly: no longer doubtful
    RESTORE = "restore"  # (fact or row) as the machine had read it
    ADD = "add"  # (field) a value that nobody read
    ADD_ROW = "add_row"  # (list) a row that nobody read
    REMOVE_ROW = "remove_row"  # (row) no row of this list
    CHANGE_ROW = "change_row"  # (row) cells corrected or filled in
    COMMENT = "comment"  # (anything)
    CONFIRM = "confirm"  # (finding) it is so
    DISMISS = "dismiss"  # (finding) it is no fault
    ASK = "ask"  # (anything) the applicant is to explain
    VERDICT = "verdict"  # (criterion) the reviewer's own, beside ours
    MATERIAL = "material"  # (material) what the reviewer says of it
    SIGN_OFF = "sign_off"  # (worksheet) done; frozen from here on
    REOPEN = "reopen"  # (worksheet) by a lead, with a reason
    LOOK_AGAIN = (
        "look_again"  # (anything) read anew: what was decided may not hold; never asked for
    )


class Opinion(StrEnum):
    """A reviewer's own verdict on a criterion, or word on a material."""

    AGREE = "agree"
    DISAGREE = "disagree"
    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    UNDECIDED = "undecided"


WORKSHEET = "worksheet"
"""What ``on`` names where the whole worksheet is meant."""


class Correction(Model):
    """One thing a reviewer wants done.

    Attributes:
        action: see ``Action``.
        on: id of a fact, field, list, criterion or material; a finding's check id (with ``/severity``
            where the check has several); a row by the id of any of its cells, or several joined by
            commas; ``worksheet``.
        value: the new value as a person types it (``315万元``, ``85%``, ``2021年3月``) or in the
            contract's own form where that is clear without a unit; an ``Opinion`` for verdicts and
            materials.
        unit: the unit of a bare number in ``value``.
        cells: for a new or changed row, text by column (full id, or the part after the dot).
        page: for a new value or row, the page it stands on.
        reason: why; also the text of a comment.
        source: where it came from, for messages (``人员!C12``).
    """

    action: Action
    on: str
    value: str | None = None
    unit: str | None = None
    cells: dict[str, str] = Field(default_factory=dict)
    page: int | None = None
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides. ``lead``: may reopen what was signed."""

    name: str
    lead: bool = False
