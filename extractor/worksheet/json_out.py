"""``worksheet.json``: the worksheet contract as bytes that are the same for the same worksheet.

UTF-8, keys in the order of the model, one blank of indentation, a line feed at the end. A key whose
value is unknown is left out where the model allows it (``box`` is kept as ``null``: a file without
pages has no boxes, and the contract says so aloud).
"""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ValidationError

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.worksheet.atomic import write_bytes_atomically

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

_KEPT_WHEN_NONE = frozenset({"box"})


def to_plain(value: object) -> JsonValue:
    """``value`` (a model, or what models are made of) as plain JSON values, unknowns left out.

    Raises:
        TypeError: something stands in the model that JSON has no word for.
    """
    if isinstance(value, BaseModel):
        plain: dict[str, JsonValue] = {}
        for name, info in type(value).model_fields.items():
            item = getattr(value, name)
            if item is None and not info.is_required() and name not in _KEPT_WHEN_NONE:
                continue
            plain[info.alias or name] = to_plain(item)
        return plain
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def worksheet_bytes(worksheet: Worksheet) -> bytes:
    """The file content of ``worksheet.json``.

    Raises:
        ValueError: a number in the worksheet is not finite.
    """
    text = json.dumps(to_plain(worksheet), ensure_ascii=False, allow_nan=False, indent=1)
    return (text + "\n").encode("utf-8")


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
