"""What goes over the wire: bodies of requests and answers of ``/v1``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from extractor.core.worksheet import (
    BoxTuple,
    Decision,
    FactStatus,
    Finding,
    MaterialStatus,
    PageInfo,
    SealInfo,
    Severity,
    SignatureInfo,
    Value,
    Verdict,
)
from extractor.decisions.model import Correction
from extractor.doors.http.auth import Principal
from extractor.doors.http.keys import Role, Scope
from extractor.jobs.records import Job, JobState
from extractor.pipeline.changes import Changes
from extractor.worksheet.english import English


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Me(_Body):
    """Who the key or the portal's sign-on says you are."""

    name: str
    tenant: str
    role: Role
    scopes: list[Scope]

    @staticmethod
    def of(who: Principal) -> Me:
        """As told to the one who asks."""
        return Me(
            name=who.name, tenant=who.tenant, role=who.role,
            scopes=[s for s in Scope if s in who.scopes],
        )  # fmt: skip


class PacketStatus(_Body):
    """Where a packet stands. Times are ISO 8601, UTC."""

    id: str
    name: str
    state: JobState
    sha256: str = Field(description="of the content: one file by its bytes, several together")
    bytes: int
    pages_done: int
    pages_total: int | None = Field(description="null until the packet was opened")
    outcome: str | None = Field(description="`complete` or `incomplete` once it is done")
    error_findings: int | None
    summary: str = Field(description="what was not read, in Chinese; empty where all was")
    reason: str = Field(description="why it failed or waits, in Chinese")
    created_at: str
    started_at: str | None
    ended_at: str | None

    @staticmethod
    def of(job: Job) -> PacketStatus:
        """As the ledger has it."""
        return PacketStatus(
            id=job.id, name=job.name, state=job.state, sha256=job.content_sha256, bytes=job.bytes,
            pages_done=job.pages_done, pages_total=job.pages_total, outcome=job.outcome,
            error_findings=job.error_findings, summary=job.summary, reason=job.reason,
            created_at=_iso(job.created_at) or "", started_at=_iso(job.started_at),
            ended_at=_iso(job.ended_at),
        )  # fmt: skip


def _iso(at: float | None) -> str | None:
    if at is None:
        return None
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="milliseconds")


class Accepted(PacketStatus):
    """Answer to an upload. ``fresh``: false where an earlier upload of the same already answers."""

    fresh: bool


class PacketList(_Body):
    """Newest first."""

    packets: list[PacketStatus]


class PageFact(_Body):
    """A value on a page. ``box``: x0, y0, x1, y1 in points of the page as shown."""

    id: str
    field: str
    label: str
    value: Value | None
    unit: str | None
    raw: str
    box: BoxTuple | None
    confidence: float
    status: FactStatus
    document: str | None


class PageBoxes(_Body):
    """A page and what was read on it. The picture shows ``width_pt`` × ``height_pt`` points."""

    page: PageInfo
    image: str | None = Field(description="path of the picture, relative to this address' host")
    facts: list[PageFact]
    seals: list[SealInfo]
    signatures: list[SignatureInfo]


class DecisionList(_Body):
    """The chain of decisions. ``head`` is what ``If-Match`` must name to decide."""

    head: str
    signed: bool
    decisions: list[Decision]


class Decide(_Body):
    """Corrections and opinions, carried out together or not at all."""

    corrections: list[Correction] = Field(min_length=1, max_length=5000)


class VerdictChanged(_Body):
    """A criterion that is judged otherwise now."""

    criterion: str
    article: str
    before: Verdict | None
    after: Verdict


class MaterialChanged(_Body):
    """A material that stands otherwise now."""

    material: str
    before: MaterialStatus | None
    after: MaterialStatus


class FindingTold(_Body):
    """A failed check."""

    check: str
    severity: Severity
    title: str
    message: str
    pages: list[int]


class ChangesTold(_Body):
    """What is different after the decisions or under the other scheme."""

    verdicts: list[VerdictChanged]
    materials: list[MaterialChanged]
    new_findings: list[FindingTold]
    gone_findings: list[FindingTold]

    @staticmethod
    def of(changes: Changes, english: English | None = None) -> ChangesTold:
        """As the pipeline found them, told in Chinese where no ``english`` is given."""

        def told(findings: Iterable[Finding]) -> list[FindingTold]:
            shown = findings if english is None else map(english.finding, findings)
            return [
                FindingTold(check=f.check, severity=f.severity, title=f.title, message=f.message,
                            pages=list(f.pages))
                for f in shown
            ]  # fmt: skip

        return ChangesTold(
            verdicts=[
                VerdictChanged(criterion=c.criterion.id, article=c.criterion.article,
                               before=c.before, after=c.criterion.verdict)
                for c in changes.verdicts
            ],
            materials=[
                MaterialChanged(material=m.material.id, before=m.before, after=m.material.status)
                for m in changes.materials
            ],
            new_findings=told(changes.new),
            gone_findings=told(changes.gone),
        )  # fmt: skip


class Decided(_Body):
    """What came of the decisions. ``head``: the new one."""

    head: str
    decisions: list[Decision]
    changes: ChangesTold


class Judge(_Body):
    """Under which scheme and date to judge again; both may be left out."""

    scheme: str | None = None
    as_of: dt.date | None = None
    keep: bool = Field(
        default=False, description="make it the worksheet (needs scope decide and If-Match)"
    )


class Judged(_Body):
    """What another judgement says. ``kept``: it is the worksheet now."""

    scheme: str
    scheme_title: str
    as_of: str
    kept: bool
    changes: ChangesTold


class SchemeTold(_Body):
    """A scheme that packets can be judged by."""

    id: str
    title: str
    status: str


class SchemeList(_Body):
    """All schemes."""

    schemes: list[SchemeTold]


class Healthy(_Body):
    """The service answers. ``trouble``: Chinese, why no packet is worked on now; empty where they are."""

    status: Literal["ok", "degraded"]
    version: str
    trouble: str
