"""Signing off and reopening: the decisions that close a worksheet, and open it again."""

from __future__ import annotations

from extractor.core.worksheet import Decision, Worksheet
from extractor.decisions.chain import next_decision
from extractor.decisions.model import WORKSHEET, Action, DecisionError, Frozen, Reviewer


def signature_of(worksheet: Worksheet) -> Decision | None:
    """The sign-off that is in force; ``None`` where nobody signed, or a lead reopened it since."""
    for decision in reversed(worksheet.decisions):
        if decision.action == Action.REOPEN:
            return None
        if decision.action == Action.SIGN_OFF:
            return decision
    return None


def is_signed(worksheet: Worksheet) -> bool:
    """Whether the worksheet is frozen."""
    return signature_of(worksheet) is not None


def basis_of(worksheet: Worksheet) -> str:
    """Under which scheme and at which date it was judged: ``jiangxi_2023@2024-04-18``."""
    return f"{worksheet.scheme.id}@{worksheet.scheme.as_of}"


def sign_off(
    worksheet: Worksheet, reviewer: Reviewer, *, at: str, content_sha256: str, reason: str = ""
) -> Worksheet:
    """``worksheet`` signed: its last decision holds the digest of everything but the decisions.

    Args:
        content_sha256: of the worksheet as it is written, masked (``pipeline.deciding``).

    Raises:
        DecisionError: nobody is named. Frozen: it is signed already.
    """
    if is_signed(worksheet):
        raise Frozen("底稿已经签字，不需要再签")
    return _with(
        worksheet, reviewer, Action.SIGN_OFF, at, basis_of(worksheet), content_sha256, reason
    )  # fmt: skip


def reopen(worksheet: Worksheet, reviewer: Reviewer, *, at: str, reason: str) -> Worksheet:
    """``worksheet`` opened for corrections again; the signature stays in the record.

    Raises:
        DecisionError: it is not signed, no reason is given, or the reviewer is no lead.
    """
    signed = signature_of(worksheet)
    if signed is None:
        raise DecisionError("底稿没有签字，不需要重新打开")
    if not reviewer.lead:
        raise DecisionError("只有负责人可以重新打开已签字的底稿")
    if not reason.strip():
        raise DecisionError("重新打开已签字的底稿须写明理由")
    return _with(worksheet, reviewer, Action.REOPEN, at, signed.after, None, reason)


def _with(
    worksheet: Worksheet,
    reviewer: Reviewer,
    action: Action,
    at: str,
    before: object,
    after: str | None,
    reason: str,
) -> Worksheet:
    if not reviewer.name.strip():
        raise DecisionError("请写明由谁签字")
    decision = next_decision(
        worksheet.packet.id, worksheet.decisions, at=at, by=reviewer.name, on=WORKSHEET,
        action=action.value, before=None if before is None else str(before), after=after,
        reason=reason.strip(),
    )  # fmt: skip
    return worksheet.model_copy(update={"decisions": (*worksheet.decisions, decision)})
