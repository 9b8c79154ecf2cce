"""Reads schemes from ``config/schemes/`` and checks every reference in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from extractor.core.errors import ConfigError, UsageError
from extractor.setup.catalogue import Catalogue
from extractor.setup.scheme_head import GeneralRule, SchemeHead
from extractor.setup.schemes import (
    WHENS,
    AmbiguitySpec,
    CaseFile,
    CriterionSpec,
    MaterialSpec,
    Part,
    Query,
    Scheme,
)
from extractor.setup.source import ConfigSource, Entry
from extractor.setup.yaml_strict import StrictFile, closest

NUMERIC = (">=", "<=", ">", "<", "about")
WITHOUT_THRESHOLD = ("is_true", "increasing", "judge", "route", "not_loaded")

NEEDS = (
    "seal", "signature of the legal representative", "date", "scan of the original", "barcode",
    "previous year",
)  # fmt: skip
"""What a material may need beyond being there."""


def scheme_ids(source: Path | ConfigSource) -> tuple[str, ...]:
    """Ids of all schemes, packaged and overlaid, sorted."""
    config = _config(source)
    return tuple(name.split("/")[1] for name in config.names("schemes/*/scheme.yaml"))


def load_schemes(source: Path | ConfigSource, catalogue: Catalogue) -> Mapping[str, Scheme]:
    """All schemes by id. ``ConfigError`` names file, line and key of whatever is wrong."""
    return {ident: load_scheme(source, ident, catalogue) for ident in scheme_ids(source)}


def load_scheme(source: Path | ConfigSource, ident: str, catalogue: Catalogue) -> Scheme:
    """One scheme.

    Raises:
        UsageError: no scheme has this id; the closest is suggested.
        ConfigError: one of its files is wrong.
    """
    config = _config(source)
    known = scheme_ids(config)
    if ident not in known:
        raise UsageError(f"no scheme {ident!r}; {closest(ident, known)}")
    folder = f"schemes/{ident}"
    head_file = config.one(f"{folder}/scheme.yaml")
    head = head_file.as_model(SchemeHead)
    if head.id != ident:
        raise head_file.error(("id",), f"found {head.id!r}; the folder is named {ident!r}")
    criteria = _entries(config, f"{folder}/criteria.yaml", "criteria", CriterionSpec)
    materials = _entries(config, f"{folder}/materials.yaml", "materials", MaterialSpec)
    ambiguities = _entries(config, f"{folder}/ambiguities.yaml", "ambiguities", AmbiguitySpec)
    scheme = Scheme(
        head,
        tuple(spec for _, spec in materials),
        tuple(spec for _, spec in criteria),
        {spec.id: spec for _, spec in ambiguities},
        tuple(CaseFile(n, config.one(n)) for n in config.names(f"{folder}/cases/*.yaml")),
    )
    for entry, criterion in criteria:
        _check_criterion(entry, criterion, scheme, catalogue)
    for entry, material in materials:
        _check_material(entry, material, catalogue)
    _check_head(head_file, scheme, catalogue)
    return scheme


def load_general_rules(source: Path | ConfigSource) -> tuple[GeneralRule, ...]:
    """The rules that hold for every scheme (``general_rules.yaml``)."""
    entries = _config(source).entries("general_rules.yaml", "general_rules")
    return tuple(entry.as_model(GeneralRule) for entry in entries)


def _config(source: Path | ConfigSource) -> ConfigSource:
    return source if isinstance(source, ConfigSource) else ConfigSource(source)


S = TypeVar("S", CriterionSpec, MaterialSpec, AmbiguitySpec)


def _entries(
    config: ConfigSource, name: str, key: str, model: type[S]
) -> tuple[tuple[Entry, S], ...]:
    return tuple((entry, entry.as_model(model)) for entry in config.entries(name, key))


def _require(entry: Entry, name: str, known: Iterable[str], what: str, *place: str | int) -> None:
    words = list(known)
    if name not in words:
        raise entry.error(f"{what} {name!r} is not known; {closest(name, words)}", *place)


def _check_criterion(
    entry: Entry, spec: CriterionSpec, scheme: Scheme, catalogue: Catalogue
) -> None:
    known = sorted(catalogue.known_inputs)
    _require(entry, spec.quantity, known, "quantity", "quantity")
    for index, item in enumerate(spec.evidence):
        _require(entry, item.doc, catalogue.doctypes, "doctype", "evidence", index, "doc")
        _require(entry, item.field, known, "field", "evidence", index, "field")
    _check_threshold(entry, spec, known)
    if spec.precondition is not None:
        _check_test(entry, spec.precondition, known, "precondition")
    if spec.rows is not None:
        _check_test(entry, spec.rows, known, "rows")
        lists = {name.partition(".")[0] for name in (spec.quantity, *spec.rows.fields())}
        if len(lists) > 1 or "." not in spec.quantity:
            raise entry.error("'rows' and 'quantity' must name columns of one list", "rows")
    if (spec.comparator == "route") != bool(spec.routes):
        raise entry.error("comparator 'route' and the key 'routes' belong together", "routes")
    for index, ident in enumerate(spec.ambiguity):
        _require(entry, ident, scheme.ambiguities, "ambiguity", "ambiguity", index)
    relaxations = [r.id for r in scheme.head.relaxations]
    for index, ident in enumerate(spec.relaxable_by):
        _require(entry, ident, relaxations, "relaxation", "relaxable_by", index)
    if spec.counting_rule is not None:
        rules = [r.id for r in scheme.head.counting_rules]
        _require(entry, spec.counting_rule, rules, "counting rule", "counting_rule")
    if spec.alternative is not None:
        others = [c.id for c in scheme.criteria]
        _require(entry, spec.alternative, others, "criterion", "alternative")


def _check_threshold(entry: Entry, spec: CriterionSpec, known: Iterable[str]) -> None:
    value, comparator = spec.threshold, spec.comparator
    if comparator in WITHOUT_THRESHOLD and value is not None:
        raise entry.error(f"comparator {comparator!r} takes no threshold (null)", "threshold")
    if comparator in NUMERIC and not isinstance(value, Decimal | str):
        raise entry.error(f"comparator {comparator!r} needs one number or date", "threshold")
    if comparator in NUMERIC and isinstance(value, str) and not value[:4].isdigit():
        raise entry.error(f"threshold {value!r} is neither a number nor a date", "threshold")
    if comparator == "between" and not (isinstance(value, tuple) and len(value) == 2):
        raise entry.error("comparator 'between' needs a list of two values", "threshold")
    if comparator in ("in", "not_in", "contains_all") and not isinstance(value, tuple):
        raise entry.error(f"comparator {comparator!r} needs a list", "threshold")
    if comparator == "equals_field":
        _require(entry, str(value), known, "field", "threshold")


def _check_test(entry: Entry, test: Query, known: Iterable[str], key: str) -> None:
    words = list(known)
    for name in test.fields():
        _require(entry, name, words, "field", key)
    for part in (test, *test.all):
        if part.when is not None and part.when not in WHENS:
            allowed = " and ".join(repr(word) for word in WHENS)
            raise entry.error(f"'when' knows only {allowed}; found {part.when!r}", key)
        needs_list = part.op in ("contains_any", "in", "not_in")
        if needs_list and not isinstance(part.value, tuple):
            raise entry.error(f"op {part.op!r} needs a list as 'value'", key)


def _check_material(entry: Entry, spec: MaterialSpec, catalogue: Catalogue) -> None:
    known = sorted(catalogue.known_inputs)
    for index, name in enumerate(spec.doctypes):
        _require(entry, name, catalogue.doctypes, "doctype", "doctypes", index)
    for index, need in enumerate(spec.needs):
        _require(entry, need, NEEDS, "need", "needs", index)
    if spec.condition is not None:
        _check_test(entry, spec.condition, known, "condition")
    for number, alternative in enumerate(spec.alternatives):
        for index, text in enumerate(alternative):
            place = ("alternatives", number, index)
            try:
                part = Part.parse(text)
            except ValueError as error:
                raise entry.error(f"alternatives: {error}", *place) from error
            for name in part.doctypes:
                _require(entry, name, catalogue.doctypes, "doctype", *place)
            for name in filter(None, (part.with_field, part.if_field)):
                _require(entry, name, known, "field", *place)


def _check_head(file: StrictFile, scheme: Scheme, catalogue: Catalogue) -> None:
    head = scheme.head
    functions = [f.id for f in head.functions]
    members = catalogue.enums["service_function"].labels

    def require(name: str, known: Iterable[str], what: str, *place: str | int) -> None:
        words = list(known)
        if name not in words:
            raise file.error(place, f"{what} {name!r} is not known; {closest(name, words)}")

    for index, function in enumerate(head.functions):
        require(function.id, members, "service function", "functions", index)
    if head.function_rule is not None:
        for key in ("all_of", "at_least_one_of"):
            for index, name in enumerate(getattr(head.function_rule, key)):
                require(name, functions, "function of this scheme", "function_rule", key, index)
        for index, ident in enumerate(head.function_rule.ambiguity):
            require(ident, scheme.ambiguities, "ambiguity", "function_rule", "ambiguity", index)
    criteria = [c.id for c in scheme.criteria]
    in_logic = head.logic.ids() if head.logic is not None else ()
    for name in in_logic:
        require(name, criteria, "criterion", "logic")
    for criterion in scheme.criteria:
        if criterion.kind == "criterion" and criterion.id not in in_logic:
            raise file.error(("logic",), f"criterion {criterion.id!r} does not stand in the logic")
    for index, relaxation in enumerate(head.relaxations):
        require(relaxation.flag, catalogue.known_inputs, "flag", "relaxations", index, "flag")
    for index, rule in enumerate(head.counting_rules):
        for name in rule.applies_to:
            require(name, criteria, "criterion", "counting_rules", index, "applies_to")
    for index, ident in enumerate(head.ambiguity):
        require(ident, scheme.ambiguities, "ambiguity", "ambiguity", index)
    repeated = [c.id for c in scheme.criteria if any(m.id == c.id for m in scheme.materials)]
    if repeated:
        raise ConfigError(f"id {repeated[0]!r} names a criterion and a material", file=file.name)
