"""Form specifications: which labels a paper carries and how their values stand to them.

``config/forms/<doctype>.yaml``. Labels are spellings as printed; every spelling a paper may carry is
listed, the reader tolerates OCR slips by itself. Adding a label needs no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import Field

from extractor.core.text import fold_text
from extractor.setup.catalogue import Catalogue, FieldType
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, StrictFile, closest

#: Folded characters a catalogue name needs to be looked for on any form: shorter ones hit by chance.
SHORTEST_NAME = 3
#: Where the words of a label end and its blank begins: 购买价格 万元, 从业人数：共 人.
_TEMPLATE = re.compile(r"[：:]|\s+(?=[%％]|台|共|人$)")
_HINT = re.compile(r"[（(](?:盖章|签字|共\s*家|%|％)[）)]")
_NO_LABEL = re.compile(r"[…·]|表$|主管部门$|^[（(]|年\s+月|^[\d□☑]")


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
    kind: FieldType | None = None
    strip: tuple[str, ...] = ()
    nth: int = Field(default=1, ge=1)


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
        forms[form.form] = _with_catalogue_names(form, catalogue)
    return forms


def _with_catalogue_names(form: FormSpec, catalogue: Catalogue) -> FormSpec:
    """The form with the catalogue's own names of its fields as further labels.

    So a paper of another place that uses the catalogue's words is read without a line of config. A name
    that the form already uses, be it only to bound a value, keeps the meaning it has there.
    """
    taken = {fold_text(s) for e in form.entries for s in e.labels} | {
        fold_text(s) for s in form.stops
    }
    entries: list[FormEntry] = []
    completed: set[str] = set()
    for entry in form.entries:
        names: dict[str, str] = {}
        if entry.field not in completed and not entry.after:
            completed.add(entry.field)
            for name in _names(catalogue.fields[entry.field].zh):
                if fold_text(name) not in taken:
                    names.setdefault(fold_text(name), name)
        entries.append(entry.model_copy(update={"labels": (*entry.labels, *names.values())}))
    return form.model_copy(update={"entries": tuple(entries)})


def _names(zh: tuple[str, ...]) -> list[str]:
    """The catalogue's names that can stand as labels: without blanks to fill, units and hints."""
    found = []
    for name in zh:
        if "__" in name:
            continue  # 资产总额____万元 says less than the field asks (上年末)
        label = _TEMPLATE.split(_HINT.sub("", name))[0].strip(" :：")
        if len(fold_text(label)) >= SHORTEST_NAME and not _NO_LABEL.search(label):
            found.append(label)
    return found


def _check(file: StrictFile, form: FormSpec, catalogue: Catalogue) -> None:
    if form.form not in catalogue.doctypes:
        raise file.error(
            ("form",), f"{form.form!r} is no doctype; {closest(form.form, catalogue.doctypes)}"
        )
    for number, entry in enumerate(form.entries):
        named = [("field", entry.field)]
        for key in ("after", "beside", "not_beside"):
            named += [(key, name) for name in getattr(entry, key)]
        for key, field in named:
            if field not in catalogue.fields:
                raise file.error(
                    ("entries", number, key),
                    f"field {field!r} is not known; {closest(field, catalogue.fields)}",
                )
