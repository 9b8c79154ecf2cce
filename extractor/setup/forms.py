"""Form specifications: which labels a paper carries and how their values stand to them.

``config/forms/<doctype>.yaml``. Labels are spellings as printed; every spelling a paper may carry is
listed, the reader tolerates OCR slips by itself. Adding a label needs no code.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from extractor.setup.catalogue import Catalogue
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, StrictFile, closest


class FormEntry(ConfigModel):
    """One field of a form.

    ``block``: the answer is a whole cell of free text, in which no labels are looked for.
    ``options``: the answer is ticked among printed options. ``after``: counts only when the label
    before it in the same cell or line belongs to one of these fields. ``beside``/``not_beside``:
    counts only (not) when one of these fields' labels stands in the same row. ``unit``: unit where
    none is printed. ``kind``: parse as this type instead of the field's own. ``strip``: template
    words that are no value. ``nth``: which of several phone numbers in one cell.
    """

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
    nth: int = 1


class FormSpec(ConfigModel):
    """All entries of one document type; ``stops`` are labels that only bound a value."""

    form: str
    entries: tuple[FormEntry, ...]
    stops: tuple[str, ...] = ()


def load_forms(config: ConfigSource, catalogue: Catalogue) -> Mapping[str, FormSpec]:
    """All forms by document type, every field id checked against the catalogue.

    Raises:
        ConfigError: a file is wrong; the message names file, line and key.
    """
    forms: dict[str, FormSpec] = {}
    for name in config.names("forms/*.yaml"):
        file = config.one(name)
        form = file.as_model(FormSpec)
        _check(file, form, catalogue)
        forms[form.form] = form
    return forms


def _check(file: StrictFile, form: FormSpec, catalogue: Catalogue) -> None:
    if form.form not in catalogue.doctypes:
        raise file.error(
            ("form",), f"{form.form!r} is no doctype; {closest(form.form, catalogue.doctypes)}"
        )
    for number, entry in enumerate(form.entries):
        for field in (entry.field, *entry.after, *entry.beside, *entry.not_beside):
            if field not in catalogue.fields:
                raise file.error(
                    ("entries", number),
                    f"field {field!r} is not known; {closest(field, catalogue.fields)}",
                )
