"""Form specifications: which labels a paper carries and how their values stand to them.

``config/forms/<doctype>.yaml``. Labels are spellings as printed; every spelling a paper may carry is
listed, the reader tolerates OCR slips by itself. Adding a label needs no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from extractor.setup.yaml_strict import load_model


class FormEntry(BaseModel):
    """One field of a form.

    ``block``: the answer is a whole cell of free text, in which no labels are looked for.
    ``options``: the answer is ticked among printed options. ``after``: counts only when the label
    before it in the same cell or line belongs to one of these fields. ``beside``/``not_beside``:
    counts only (not) when one of these fields' labels stands in the same row. ``unit``: unit where
    none is printed. ``kind``: parse as this type instead of the field's own. ``strip``: template
    words that are no value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    labels: tuple[str, ...] = Field(min_length=1)
    block: bool = False
    options: bool = False
    after: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    not_beside: tuple[str, ...] = ()
    unit: str | None = None
    kind: str | None = None
    strip: tuple[str, ...] = ()


class FormSpec(BaseModel):
    """All entries of one document type; ``stops`` are labels that only bound a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: str
    entries: tuple[FormEntry, ...]
    stops: tuple[str, ...] = ()


def load_forms(config: Path) -> Mapping[str, FormSpec]:
    """All forms by document type.

    Raises:
        ConfigError: a file is wrong; the message names file, line and key.
    """
    forms = (load_model(FormSpec, path) for path in sorted((config / "forms").glob("*.yaml")))
    return {form.form: form for form in forms}
