"""What stands decided, read off the chain: for writers of worksheets, letters and the review page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extractor.core.worksheet import Decision, Finding, Worksheet
from extractor.decisions.model import Action, Opinion
from extractor.decisions.sealing import signature_of


@dataclass(frozen=True, slots=True)
class Disposition:
    """What a reviewer said of a finding: ``confirm``, ``dismiss`` or ``ask``.

    ``stale``: the finding says something else by now, so the reviewer should look again.
    """

    decision: Decision
    stale: bool = False

    @property
    def action(self) -> Action:
        return Action(self.decision.action)


@dataclass(frozen=True, slots=True)
class State:
    """The last word on everything.

    Attributes:
        facts: fact id → the last decision that changed it.
        opinions: ``criterion:ID`` or ``material:ID`` → the reviewer's word, beside ours.
        remarks: whatever ``Decision.on`` names → its comments and questions, oldest first.
        signature: the sign-off in force.
    """

    worksheet: Worksheet
    facts: Mapping[str, Decision]
    opinions: Mapping[str, Decision]
    remarks: Mapping[str, tuple[Decision, ...]]
    signature: Decision | None
    _findings: Mapping[str, Decision]

    def disposition(self, finding: Finding) -> Disposition | None:
        """What was said of ``finding``; ``None`` where nothing was."""
        decision = self._findings.get(f"finding:{finding.check}/{finding.severity.value}")
        if decision is None:
            decision = self._findings.get(f"finding:{finding.check}")
        if decision is None:
            return None
        said = decision.before
        return Disposition(decision, stale=said is not None and said != finding.message)

    def opinion(self, on: str) -> Opinion | None:
        """The reviewer's word on ``criterion:ID`` or ``material:ID``; ``None`` where there is none."""
        decision = self.opinions.get(on)
        return None if decision is None else Opinion(str(decision.after))

    def questions(self) -> tuple[Decision, ...]:
        """Everything the applicant is to explain, oldest first."""
        return tuple(d for d in self.worksheet.decisions if d.action == Action.ASK)


_OF_FINDINGS = (Action.CONFIRM, Action.DISMISS, Action.ASK)
_OF_OPINIONS = (Action.VERDICT, Action.MATERIAL)
_REMARKS = (Action.COMMENT, Action.ASK)
_JUDGED = ("finding:", "criterion:", "material:")
_CLOSING = (Action.SIGN_OFF, Action.REOPEN)


def state_of(worksheet: Worksheet) -> State:
    """What stands decided about ``worksheet``."""
    facts: dict[str, Decision] = {}
    opinions: dict[str, Decision] = {}
    findings: dict[str, Decision] = {}
    remarks: dict[str, tuple[Decision, ...]] = {}
    for decision in worksheet.decisions:
        if decision.action in _REMARKS:
            remarks[decision.on] = (*remarks.get(decision.on, ()), decision)
        if decision.action in _OF_OPINIONS:
            opinions[decision.on] = decision
        elif decision.action in _OF_FINDINGS and decision.on.startswith("finding:"):
            findings[decision.on] = decision
        elif decision.action == Action.LOOK_AGAIN and decision.on.startswith(_JUDGED):
            continue
        elif decision.action not in (*_REMARKS, *_CLOSING):
            facts[decision.on] = decision
    return State(worksheet, facts, opinions, remarks, signature_of(worksheet), findings)
