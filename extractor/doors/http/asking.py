"""What may be asked of an uploaded packet, in the address or in the form beside the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
)

from extractor.core.errors import UsageError
from extractor.doors.http.auth import Principal
from extractor.doors.http.problems import Trouble
from extractor.doors.http.service import Service
from extractor.doors.http.webhooks import allowed_target
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import Job, Request
from extractor.setup.case import CaseFile
from extractor.setup.scheme_loading import scheme_ids

_DAY = r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_AS_DATE: dict[str, JsonValue] = {"format": "date"}
JobId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="id of the packet")]


class Ask(BaseModel):
    """Case data and wishes; all may be left out.

    Attributes:
        name: file name of a raw upload; of a form with several files the packet's name.
        scheme: id of the scheme to judge by.
        filing_date, received_date, deadline: ISO days.
        region: division code of the applicant.
        functions: service functions applied for, commas between.
        lang: language of the worksheet's fixed words.
        notify: webhook address to tell of the end.
    """

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=500)
    scheme: str | None = Field(default=None, max_length=100)
    filing_date: str | None = Field(default=None, pattern=_DAY, json_schema_extra=_AS_DATE)
    received_date: str | None = Field(default=None, pattern=_DAY, json_schema_extra=_AS_DATE)
    deadline: str | None = Field(default=None, pattern=_DAY, json_schema_extra=_AS_DATE)
    region: str | None = Field(default=None, pattern=r"^[0-9]{2,12}$")
    functions: str | None = Field(default=None, max_length=500)
    lang: Literal["zh", "en"] = "zh"
    notify: str | None = Field(default=None, max_length=2000)

    @field_validator("filing_date", "received_date", "deadline")
    @classmethod
    def _is_day(cls, value: str | None) -> str | None:
        if value is not None:
            dt.date.fromisoformat(value)
        return value


def merged(asked: Ask, fields: Mapping[str, str]) -> Ask:
    """The address wins over the form.

    Raises:
        Trouble: a field of the form is unknown or wrong.
    """
    given = {name: value for name, value in fields.items() if value}
    told = asked.model_dump(exclude_unset=True)
    try:
        return Ask.model_validate({**given, **told})
    except ValidationError as error:
        where = "、".join(".".join(str(p) for p in e["loc"]) for e in error.errors()[:5])
        raise Trouble("invalid", f"表单项有误：{where}", f"Wrong form fields: {where}") from error


def request_of(service: Service, asked: Ask, today: dt.date) -> Request:
    """The request as the ledger keeps it.

    Raises:
        Trouble: there is no such scheme or function; says which there are.
    """
    known = scheme_ids(service.tools.config)
    if asked.scheme is not None and asked.scheme not in known:
        raise Trouble(
            "invalid", f"没有名为 {asked.scheme[:60]} 的办法；现有：{'、'.join(known)}",
            f"No such scheme; there are: {', '.join(known)}",
        )  # fmt: skip
    functions = tuple(f.strip() for f in (asked.functions or "").split(",") if f.strip())
    possible = [m.id for m in service.tools.catalogue.enums["service_function"].members]
    wrong = [f for f in functions if f not in possible]
    if wrong:
        raise Trouble(
            "invalid", f"没有名为 {wrong[0][:60]} 的服务功能；现有：{'、'.join(possible)}",
            f"No such function; there are: {', '.join(possible)}",
        )  # fmt: skip
    case = CaseFile(
        scheme=asked.scheme, filing_date=asked.filing_date, received_date=asked.received_date,
        region=asked.region, functions=functions or None, deadline=asked.deadline,
    )  # fmt: skip
    return Request(case, today, asked.lang)


def notify_of(service: Service, asked: Ask) -> str | None:
    """The webhook address asked for.

    Raises:
        Trouble: it may not be told.
    """
    return allowed_target(asked.notify, service.targets)


def job_of(ledger: Ledger, ident: str, who: Principal) -> Job:
    """The job, if it is of the asker's tenant; another's looks as if it were not there.

    Raises:
        Trouble: not found.
    """
    try:
        job = ledger.jobs.get(ident)
    except UsageError:
        job = None
    if job is None or job.tenant != who.tenant:
        raise Trouble("not_found", "没有这份材料", "There is no such packet.")
    return job
