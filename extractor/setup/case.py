"""Case data: what the user tells about a filing, where from, and which telling wins.

Options win over ``--case FILE``, that over ``packet.yaml`` inside the packet, that over what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import field_validator

from extractor.core.canonical import PartialDate
from extractor.core.errors import ConfigError, UsageError
from extractor.setup.yaml_strict import ConfigModel, StrictFile


class CaseFile(ConfigModel):
    """Keys of ``--case FILE`` and of ``packet.yaml``; all may be left out.

    ``deadline``: the last day that the year's notice sets for this filing, where the measure sets none.
    """

    scheme: str | None = None
    filing_date: str | None = None
    received_date: str | None = None
    region: str | None = None
    functions: tuple[str, ...] | None = None
    deadline: str | None = None

    @field_validator("filing_date", "received_date", "deadline")
    @classmethod
    def _is_day(cls, value: str | None) -> str | None:
        if value is not None and PartialDate.parse(value).day is None:
            raise ValueError(f"found {value!r}; expected a day such as 2024-04-18")
        return value


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told and where: ``option | case_file | packet_yaml``."""

    value: str | tuple[str, ...]
    source: str


def read_case_file(path: Path) -> CaseFile:
    """The case file a user names.

    Raises:
        UsageError: it is not there or not right; the message says what would be.
    """
    try:
        return StrictFile.read(path, path.name).as_model(CaseFile)
    except ConfigError as error:
        raise UsageError(f"案件数据文件有误：{error}") from error


def parse_packet_yaml(data: bytes) -> CaseFile:
    """The ``packet.yaml`` of a packet.

    Raises:
        ConfigError: it is not right.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8 text", file="packet.yaml") from error
    return StrictFile(text, "packet.yaml").as_model(CaseFile)


def merge_case(
    options: CaseFile, case_file: CaseFile | None, packet: CaseFile | None
) -> Mapping[str, Told]:
    """Everything told, by key, the strongest source each."""
    told: dict[str, Told] = {}
    for source, data in (("packet_yaml", packet), ("case_file", case_file), ("option", options)):
        if data is None:
            continue
        for key in CaseFile.model_fields:
            value = getattr(data, key)
            if value not in (None, ()):
                told[key] = Told(value, source)
    return told
