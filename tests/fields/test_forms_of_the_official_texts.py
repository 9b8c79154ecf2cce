"""Every form of the five official texts, filled in and laid out in a dozen ways, gives its values."""

from __future__ import annotations

import pytest
from support.filled_forms import FORMS, GEOMETRIES
from support.reading import extract


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("form", FORMS)
def test_a_filled_form_gives_its_values_however_it_is_laid_out(form: str, geometry: str) -> None:
    doctype, items = FORMS[form]
    pages = GEOMETRIES[geometry](items)
    wanted = {name: value for entry in items for name, value in entry.fields.items()}
    facts, _ = extract(doctype, *pages)
    found: dict[str, set[object]] = {}
    for fact in facts:
        found.setdefault(fact.field, set()).add(fact.value)
    wrong = {
        name: found.get(name, "(nothing)")
        for name, value in wanted.items()
        if found.get(name) != {value}
    }
    assert not wrong
