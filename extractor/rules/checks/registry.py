"""Operations: the closed set of comparisons that a check in YAML may name.

An operation is a function from a ``Desk`` to a ``Result``. What it needs and says is declared beside
it, so that a catalogue entry with a wrong parameter, an unknown flag or a placeholder that nobody
fills is refused while loading. There is no ``eval``; a new kind of comparison is a new function here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from extractor.rules.checks.desk import Desk, Result

ParamKind = Literal["field", "fields", "text", "texts", "number", "mapping"]
"""``field``: an id of the catalogue (field, column or derived); ``fields``: one or a list of them."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an operation."""

    kind: ParamKind
    required: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """A named comparison.

    ``shows``: names that ``finding_zh`` may use. ``flags`` and ``metrics``: what ``downgrade`` and
    ``upgrade`` may refer to.
    """

    name: str
    run: Callable[[Desk], Result]
    params: Mapping[str, Param]
    shows: frozenset[str]
    flags: frozenset[str]
    metrics: frozenset[str]
    doc: str


def operation(
    *, params: str = "", shows: str = "", flags: str = "", metrics: str = ""
) -> Callable[[Callable[[Desk], Result]], Operation]:
    """Make a function an ``Operation`` under its own name.

    Args:
        params: words ``name:kind``, with ``?`` after the kind where it may be left out.
        shows: placeholders it fills in ``finding_zh``.
        flags: flags a breach may carry.
        metrics: metrics a breach may carry.
    """

    def make(run: Callable[[Desk], Result]) -> Operation:
        if not run.__doc__:
            raise ValueError(f"operation {run.__name__} has no docstring")
        return Operation(
            run.__name__,
            run,
            dict(_param(word) for word in params.split()),
            frozenset(shows.split()),
            frozenset(flags.split()),
            frozenset(metrics.split()),
            run.__doc__,
        )

    return make


def _param(word: str) -> tuple[str, Param]:
    name, _, kind = word.partition(":")
    required = not kind.endswith("?")
    plain = kind.removesuffix("?")
    if plain not in ("field", "fields", "text", "texts", "number", "mapping"):
        raise ValueError(f"unknown kind of parameter: {word}")
    return name, Param(plain, required)  # type: ignore[arg-type]  # one of the literals, just tested
