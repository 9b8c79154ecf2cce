"""Row-list specifications: which columns a list has, under which headings.

``config/rows/<rows field>.yaml``. As with forms, headings are data; the reader tolerates OCR slips and
any column order or width.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from extractor.setup.yaml_strict import load_model


class ColumnSpec(BaseModel):
    """One column and the headings it may stand under.

    ``ticks``: the column is one of several to be ticked; maps a value to the sub-headings under which a
    tick means it. ``unit``: where neither heading nor cell prints one. ``kind``: parse as this type.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    labels: tuple[str, ...] = ()
    ticks: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    score: str | None = None
    unit: str | None = None
    kind: str | None = None


class RowsSpec(BaseModel):
    """One list. A table is this list when all ``required`` columns and at least ``least`` columns are
    found in one header; it is read in documents of the types ``documents``.

    ``ends``: words that begin a row which ends the list. ``totals``: words of rows that add up others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: str
    documents: tuple[str, ...]
    required: tuple[str, ...] = Field(min_length=1)
    least: int = Field(default=2, ge=1)
    key: str
    columns: tuple[ColumnSpec, ...]
    ends: tuple[str, ...] = ()
    totals: tuple[str, ...] = ("合计", "总计", "小计", "共计")


def load_row_specs(config: Path) -> Mapping[str, RowsSpec]:
    """All lists by rows field.

    Raises:
        ConfigError: a file is wrong; the message names file, line and key.
    """
    specs = (load_model(RowsSpec, path) for path in sorted((config / "rows").glob("*.yaml")))
    return {spec.rows: spec for spec in specs}
