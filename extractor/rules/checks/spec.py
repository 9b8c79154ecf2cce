"""What an entry of ``config/crosschecks/*.yaml`` may hold.

A check names an operation (``check``) of the closed set in ``extractor.rules.checks.operations`` and
gives it ``params``; everything else is words for people and citations.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from extractor.setup.yaml_strict import ConfigModel, Number

SeverityWord = Literal["error", "warn", "info"]

#: From light to grave.
GRAVITY: Mapping[str, int] = {"info": 0, "warn": 1, "error": 2}

ParamValue = str | bool | Decimal | int | tuple[str, ...] | dict[str, str]


class Adjustment(ConfigModel):
    """A breach with ``flag``, or whose ``metric`` lies in the limits (both inclusive), weighs ``to``."""

    flag: str | None = None
    metric: str | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    to: SeverityWord

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if (self.flag is None) == (self.metric is None):
            raise ValueError("give either 'flag' or 'metric'")
        if self.flag is not None and not (self.at_least is None and self.at_most is None):
            raise ValueError("'at_least' and 'at_most' belong to a 'metric', not to a 'flag'")
        if self.metric is not None and self.at_least is None and self.at_most is None:
            raise ValueError("a 'metric' needs 'at_least' or 'at_most'")
        return self

    def applies(self, flags: frozenset[str], metrics: Mapping[str, Decimal]) -> bool:
        """Whether a breach with these flags and metrics is meant; an unknown metric is not."""
        if self.flag is not None:
            return self.flag in flags
        value = metrics.get(self.metric or "")
        if value is None:
            return False
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


class CheckSpec(ConfigModel):
    """One check. ``schemes: [all]`` means every scheme; ``articles`` cites one article per ``serves``.

    ``finding_en`` is the English of ``finding_zh`` with the same places; without it the Chinese is shown.
    ``downgrade`` and ``upgrade`` change the severity of single breaches; the first that applies wins.
    """

    id: str = Field(pattern=r"^[A-Z]{2}-\d{2}$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    severity: SeverityWord
    schemes: tuple[str, ...] = Field(min_length=1)
    inputs: tuple[str, ...] = Field(min_length=1)
    formula: str
    tolerance: str
    finding_zh: str = Field(min_length=1)
    finding_en: str = ""
    serves: tuple[str, ...] = ()
    articles: dict[str, str] = Field(default_factory=dict)
    readings: tuple[str, ...] = ()
    note: str = ""
    check: str
    params: dict[str, ParamValue] = Field(default_factory=dict)
    downgrade: tuple[Adjustment, ...] = ()
    upgrade: tuple[Adjustment, ...] = ()

    @model_validator(mode="after")
    def _citations_and_grades(self) -> Self:
        if set(self.articles) != set(self.serves):
            odd = sorted(set(self.articles) ^ set(self.serves))
            raise ValueError(f"'articles' must cite exactly the ids in 'serves'; differing: {odd}")
        own = GRAVITY[self.severity]
        if any(GRAVITY[a.to] >= own for a in self.downgrade):
            raise ValueError(f"'downgrade' must go below severity {self.severity!r}")
        if any(GRAVITY[a.to] <= own for a in self.upgrade):
            raise ValueError(f"'upgrade' must go above severity {self.severity!r}")
        return self

    def is_for(self, scheme: str) -> bool:
        """Whether the check runs under ``scheme``."""
        return "all" in self.schemes or scheme in self.schemes

    def severity_of(self, flags: frozenset[str], metrics: Mapping[str, Decimal]) -> SeverityWord:
        """The severity of a breach with these flags and metrics."""
        for adjustment in (*self.downgrade, *self.upgrade):
            if adjustment.applies(flags, metrics):
                return adjustment.to
        return self.severity
