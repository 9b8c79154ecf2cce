"""The catalogue loads whole, and each broken reference in it is explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.config import the_tools

from extractor.core.errors import ConfigError
from extractor.setup.catalogue import load_catalogue
from extractor.setup.source import ConfigSource

CONFIG = Path(__file__).resolve().parents[2] / "config"

Overlay = Callable[[str, str], ConfigSource]


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    def make(name: str, text: str) -> ConfigSource:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return ConfigSource(CONFIG, tmp_path)

    return make


def test_the_catalogue_holds_every_field_paper_quantity_and_vocabulary() -> None:
    catalogue = load_catalogue(CONFIG)
    assert len(catalogue.fields) == 227
    assert len(catalogue.columns) == 223
    assert len(catalogue.doctypes) == 54
    assert len(catalogue.derived) == 76
    assert {"uscc", "id_number", "mobile"} <= set(catalogue.identifiers)


def test_enum_members_have_words_and_ranks_and_edge_cases() -> None:
    education = load_catalogue(CONFIG).enums["education_level"]
    assert education.rank("college") == 2
    assert education.rank("unheard_of") is None
    assert education.zh("bachelor") == "本科"
    assert "大普" in education.labels["college"]
    assert len(load_catalogue(CONFIG).enums["title_level"].edge_cases) == 4
    assert len(load_catalogue(CONFIG).enums["industry_section"].members) == 20


def test_stated_and_evidence_fields_are_told_apart() -> None:
    side = load_catalogue(CONFIG).conventions.side
    assert side("app_staff_total") == "stated"
    assert side("is_public_benefit_platform") == "stated"
    assert side("is_total_profit") == "evidence"
    assert side("staff_roster.name") == "stated"
    assert side("report_narrative") == "other"


def test_every_id_has_a_chinese_name() -> None:
    catalogue = load_catalogue(CONFIG)
    for ident in (*catalogue.fields, *catalogue.derived, *catalogue.doctypes):
        assert catalogue.label(ident) != ident


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: mony, found_in: [{doc: application_form, place: p}]}\n",
            ["overlay/fields/x.yaml:2: fields[1].type:", "found text 'mony'", "did you mean 'money'"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: text, found_in: [{doc: aplication_form, place: p}]}\n",
            ["overlay/fields/x.yaml:2: app_x: found_in: doctype 'aplication_form' is not known", "'application_form'"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: text}\n",
            ["app_x: key 'found_in' is missing"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [], en: x, type: text, found_in: [{doc: any, place: p}]}\n",
            ["fields[1].zh:"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: enum, enum: educaton_level, found_in: [{doc: any, place: p}]}\n",
            ["enum 'educaton_level' of app_x is not known", "'education_level'"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: enum, found_in: [{doc: any, place: p}]}\n",
            ["app_x has type 'enum' but names no 'enum'"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: rows, found_in: [{doc: any, place: p}]}\n",
            ["app_x: type 'rows' and 'columns' go together"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - id: app_x\n    zh: [甲]\n    en: x\n    type: rows\n    found_in: [{doc: any, place: p}]\n"
            "    columns:\n      - {id: app_y.name, zh: [名], en: n, type: text}\n",
            ["overlay/fields/x.yaml:8: app_x: columns: id 'app_y.name' must start with 'app_x.'"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app_x, zh: [甲], en: x, type: text, pattern: '[', found_in: [{doc: any, place: p}]}\n",
            ["app_x: pattern is not a regular expression"],
        ),
        (
            "fields/x.yaml",
            "fields:\n  - {id: app.x, zh: [甲], en: x, type: text, found_in: [{doc: any, place: p}]}\n",
            ["a field id has no dot"],
        ),
        (
            "doctypes.yaml",
            "doctypes:\n  - {id: d, zh: 甲, en: d, titles: [], keywords: [], layout: text, fields: [app_usc], asked_by: []}\n",
            ["overlay/doctypes.yaml:2: d: fields: field 'app_usc' is not known", "'app_uscc'"],
        ),
        (
            "doctypes.yaml",
            "doctypes:\n  - {id: d, zh: 甲, en: d, titles: [], keywords: [], layout: text, fields: [], asked_by: [], part_of: audit}\n",
            ["d: part_of: doctype 'audit' is not known"],
        ),
        (
            "derived.yaml",
            "derived:\n  - {id: q, zh: 甲, en: q, type: count, formula: f, inputs: [staff_roster.nmae]}\n",
            ["q: inputs: input 'staff_roster.nmae' is not known", "'staff_roster.name'"],
        ),
        (
            "derived.yaml",
            "derived:\n  - {id: app_uscc, zh: 甲, en: q, type: count, formula: f, inputs: []}\n",
            ["a derived quantity cannot have the id of a field"],
        ),
        (
            "enums.yaml",
            "enums:\n  - {id: e, members: [{id: a, zh: [甲]}, {id: a, zh: [乙]}]}\n",
            ["e: members: 'a' stands twice"],
        ),
        (
            "enums.yaml",
            "enums:\n  - {id: e, members: [{id: a, zh: 甲}]}\n",
            ["enums[1].members[1].zh: found text '甲'; expected a list"],
        ),
    ],
)  # fmt: skip
def test_a_broken_entry_is_explained(
    overlay: Overlay, name: str, text: str, words: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(overlay(name, text))
    for word in words:
        assert word in str(caught.value)


def test_an_overlay_changes_a_label_without_touching_the_rest(overlay: Overlay) -> None:
    text = (
        "fields:\n  - {id: app_org_name, zh: [单位全称], en: n, type: org_name, "
        "found_in: [{doc: application_form, place: p}]}\n"
    )
    catalogue = load_catalogue(overlay("fields/mine.yaml", text))
    assert catalogue.label("app_org_name") == "单位全称"
    assert len(catalogue.fields) == len(load_catalogue(CONFIG).fields)


def test_forms_also_know_the_catalogues_own_names_of_their_fields() -> None:
    forms = the_tools().fields.forms
    labels = {e.field: e.labels for e in forms["reevaluation_form"].entries}
    assert "申请单位名称" in labels["app_org_name"]


def test_a_title_or_a_template_is_no_label() -> None:
    for form in the_tools().fields.forms.values():
        for entry in form.entries:
            for label in entry.labels:
                assert "__" not in label
                assert not label.endswith("测评表")
