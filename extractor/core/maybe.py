"""``Maybe``: the type of a key that a stored result leaves out where its value is unknown."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import Field

T = TypeVar("T")


def _is_unknown(value: object) -> bool:
    return value is None


Maybe = Annotated[T | None, Field(exclude_if=_is_unknown)]
"""A value or ``None``; written as JSON, the key of a ``None`` is left out."""
