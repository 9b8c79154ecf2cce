"""Loading the catalogue of checks, strictly: each reference, parameter and placeholder is proven.

What is wrong is a ``ConfigError`` with file, line, the key, what was found and what would be right.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from string import Formatter

from extractor.rules.checks.operations import OPERATIONS
from extractor.rules.checks.registry import Operation, Param
from extractor.rules.checks.spec import Adjustment, CheckSpec, ParamValue
from extractor.setup.catalogue import Catalogue
from extractor.setup.source import ConfigSource, Entry
from extractor.setup.yaml_strict import closest, shown_value

KNOWN_SCHEMES = (
    "national_2025_draft", "national_2017", "national_2025_creation", "national_2012", "jiangxi_2023",
    "xinjiang_2012", "taiyuan_2023", "shanxi_2018", "jiangsu_2019_reevaluation", "jiangsu_2010_star",
    "jiangsu_2020_2023_recognition",
)  # fmt: skip
"""Schemes of the domain, loaded or not: a check may already name one whose clauses come later."""


def load_checks(
    source: Path | ConfigSource, catalogue: Catalogue, scheme_ids: Iterable[str]
) -> tuple[CheckSpec, ...]:
    """All checks of ``crosschecks/*.yaml``, by id.

    Args:
        scheme_ids: the schemes that are loaded; a check may also name one of ``KNOWN_SCHEMES``.

    Raises:
        ConfigError: anything wrong in any of the files.
    """
    config = source if isinstance(source, ConfigSource) else ConfigSource(source)
    schemes = ("all", *dict.fromkeys((*scheme_ids, *KNOWN_SCHEMES)))
    specs = []
    for entry in config.entries("crosschecks/*.yaml", "checks"):
        spec = entry.as_model(CheckSpec)
        _check_names(entry, "schemes", spec.schemes, schemes, "scheme")
        _check_names(entry, "inputs", spec.inputs, catalogue.known_inputs, "input")
        _check_operation(entry, spec, catalogue)
        specs.append(spec)
    return tuple(sorted(specs, key=lambda spec: spec.id))


def check_citations(
    specs: Iterable[CheckSpec], scheme: str, prefix: str, known: Iterable[str]
) -> tuple[str, ...]:
    """Faults of ``serves``: ids with the scheme's ``prefix`` that the loaded scheme does not have.

    Returns:
        One sentence a fault; empty where all is well.
    """
    ids = set(known)
    return tuple(
        f"check {spec.id} serves {ident!r}, which {scheme} does not have; {closest(ident, ids)}"
        for spec in specs
        for ident in spec.serves
        if ident.startswith(prefix + ".") and ident not in ids
    )


def _check_names(
    entry: Entry, key: str, found: Iterable[str], known: Iterable[str], what: str
) -> None:
    words = set(known)
    for index, name in enumerate(found):
        if name not in words:
            raise entry.error(
                f"{key}: {what} {name!r} is not known; {closest(name, sorted(words))}", key, index
            )


def _check_operation(entry: Entry, spec: CheckSpec, catalogue: Catalogue) -> None:
    operation = OPERATIONS.get(spec.check)
    if operation is None:
        raise entry.error(
            f"check: operation {spec.check!r} is not known; {closest(spec.check, OPERATIONS)}",
            "check",
        )
    for name in spec.params:
        if name not in operation.params:
            known = ", ".join(operation.params) or "it takes none"
            raise entry.error(
                f"params: {spec.check} has no parameter {name!r}; {known}", "params", name
            )
    for name, param in operation.params.items():
        if name in spec.params:
            _check_param(entry, name, param, spec.params[name], catalogue)
        elif param.required:
            raise entry.error(f"params: {spec.check} needs the parameter {name!r}", "params")
    _check_adjustments(entry, spec, operation)
    _check_sentence(entry, spec, operation)


def _check_param(
    entry: Entry, name: str, param: Param, value: ParamValue, catalogue: Catalogue
) -> None:
    right = {
        "field": isinstance(value, str),
        "text": isinstance(value, str),
        "fields": isinstance(value, str | tuple),
        "texts": isinstance(value, str | tuple),
        "number": isinstance(value, int | Decimal) and not isinstance(value, bool),
        "mapping": isinstance(value, dict),
    }[param.kind]
    if not right:
        raise entry.error(
            f"params.{name}: found {shown_value(value)}; expected {_KIND_WORDS[param.kind]}",
            "params",
            name,
        )
    if param.kind in ("field", "fields"):
        names = (value,) if isinstance(value, str) else value
        assert isinstance(names, tuple)
        for ident in names:
            if ident not in catalogue.known_inputs:
                raise entry.error(
                    f"params.{name}: field {ident!r} is not known; "
                    + closest(ident, sorted(catalogue.known_inputs)),
                    "params",
                    name,
                )


_KIND_WORDS = {
    "field": "the id of a field, column or derived quantity",
    "text": "text",
    "fields": "one field id or a list of them",
    "texts": "text or a list of texts",
    "number": "a number",
    "mapping": "a mapping (key: value)",
}


def _check_adjustments(entry: Entry, spec: CheckSpec, operation: Operation) -> None:
    for key, adjustments in (("downgrade", spec.downgrade), ("upgrade", spec.upgrade)):
        for index, adjustment in enumerate(adjustments):
            what, name, known = _condition(adjustment, operation)
            if name not in known:
                allowed = ", ".join(sorted(known)) or "none"
                raise entry.error(
                    f"{key}: {spec.check} sets no {what} {name!r}; it sets: {allowed}", key, index
                )


def _condition(adjustment: Adjustment, operation: Operation) -> tuple[str, str, frozenset[str]]:
    if adjustment.flag is not None:
        return "flag", adjustment.flag, operation.flags
    return "metric", adjustment.metric or "", operation.metrics


def _check_sentence(entry: Entry, spec: CheckSpec, operation: Operation) -> None:
    try:
        places = [name for _, name, _, _ in Formatter().parse(spec.finding_zh) if name is not None]
    except ValueError as error:
        raise entry.error(f"finding_zh: {error}", "finding_zh") from error
    for place in places:
        if place not in operation.shows:
            allowed = ", ".join(sorted(operation.shows)) or "none"
            raise entry.error(
                f"finding_zh: {spec.check} does not fill {{{place}}}; it fills: {allowed}",
                "finding_zh",
            )
    if spec.finding_en:
        english = {name for _, name, _, _ in Formatter().parse(spec.finding_en) if name is not None}
        if english != set(places):
            odd = ", ".join(sorted(english ^ set(places)))
            raise entry.error(
                f"finding_en: its places must be those of finding_zh; differing: {odd}",
                "finding_en",
            )
