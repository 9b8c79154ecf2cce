"""``worksheet.json``: the worksheet contract as bytes that are the same for the same worksheet.

UTF-8, keys in the order of the model, one blank of indentation, a line feed at the end. A key whose
value is unknown is left out where the model allows it (``box`` is kept as ``null``: a file without
pages has no boxes, and the contract says so aloud).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from json.encoder import encode_basestring as _quoted
from math import isfinite
from pathlib import Path

from pydantic import BaseModel, ValidationError

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.worksheet.atomic import write_bytes_atomically

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_KEPT_WHEN_NONE = frozenset({"box"})


def worksheet_bytes(worksheet: Worksheet) -> bytes:
    """The file content of ``worksheet.json``.

    Raises:
        ValueError: a number in the worksheet is not finite.
    """
    parts: list[str] = []
    _emit(worksheet, "\n", parts)
    parts.append("\n")
    # Half a surrogate pair has no UTF-8: one bad character must not cost the packet its worksheet.
    return _LONE_SURROGATE.sub("\ufffd", "".join(parts)).encode("utf-8")


def _emit(value: object, line: str, parts: list[str]) -> None:
    """``value`` as ``json.dumps(…, indent=1)`` writes plain values, but in one pass over the models:
    a thousand worksheets are written again where rules changed. ``line``: line feed and indentation.
    """
    if isinstance(value, str):
        parts.append(_quoted(value))
    elif isinstance(value, BaseModel):
        _emit_members(_members(value), line, parts)
    elif isinstance(value, tuple | list):
        inner, before = line + " ", "["
        for item in value:
            parts.append(before + inner)
            _emit(item, inner, parts)
            before = ","
        parts.append(line + "]" if value else "[]")
    elif isinstance(value, dict):
        _emit_members(((f"{_quoted(str(k))}: ", v) for k, v in value.items()), line, parts)
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, int | float):
        if not isfinite(value):
            raise ValueError(f"a worksheet holds no {value}")
        parts.append(repr(value))
    else:
        raise TypeError(f"no JSON form for {type(value).__name__}")


def _emit_members(members: Iterable[tuple[str, object]], line: str, parts: list[str]) -> None:
    inner, before = line + " ", "{"
    for key, item in members:
        if isinstance(item, str):
            parts.append(f"{before}{inner}{key}{_quoted(item)}")
        else:
            parts.append(before + inner + key)
            _emit(item, inner, parts)
        before = ","
    parts.append("{}" if before == "{" else line + "}")


def _members(model: BaseModel) -> list[tuple[str, object]]:
    held = model.__dict__
    return [
        (key, item)
        for name, key, kept in _keys(type(model))
        if (item := held[name]) is not None or kept
    ]


@cache
def _keys(model: type[BaseModel]) -> tuple[tuple[str, str, bool], ...]:
    """Of each field its name, its key as written, and whether it is written when it is unknown."""
    return tuple(
        (
            name,
            f"{_quoted(info.alias or name)}: ",
            info.is_required() or name in _KEPT_WHEN_NONE,
        )
        for name, info in model.model_fields.items()
    )


def write_json(worksheet: Worksheet, path: Path) -> None:
    """Write ``worksheet.json`` atomically; see the module for its form."""
    write_bytes_atomically(path, worksheet_bytes(worksheet))


def read_json(path: Path) -> Worksheet:
    """The worksheet stored at ``path``.

    Raises:
        ExtractorError: the file is missing, is not JSON, or does not follow the contract.
    """
    try:
        return Worksheet.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ExtractorError(f"{path}: no worksheet there") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ExtractorError(f"{path}: not a worksheet: {place}: {first['msg']}") from error
