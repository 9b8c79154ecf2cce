"""``worksheet.json``: the worksheet contract as bytes that are the same for the same worksheet.

UTF-8, keys in the order of the model, one blank of indentation, a line feed at the end. A key whose
value is unknown is left out where the model allows it (``box`` is kept as ``null``: a file without
pages has no boxes, and the contract says so aloud).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.worksheet.atomic import write_bytes_atomically

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_NUMBERS = (b"NaN", b"Infinity")
_SMALL = re.compile(rb"e-\d+,?\n")
_WORKSHEET = TypeAdapter(Worksheet)


def worksheet_bytes(worksheet: Worksheet) -> bytes:
    """The file content of ``worksheet.json``.

    Raises:
        ValueError: a number in the worksheet is not finite.
    """
    # Pydantic writes four times as fast as Python walks the models: a thousand worksheets are
    # written again where rules changed.
    try:
        written = _WORKSHEET.dump_json(worksheet, indent=1, by_alias=True, warnings=False) + b"\n"
    except PydanticSerializationError:
        return _written_by_json(worksheet)
    return _written_by_json(worksheet) if _has_odd_numbers(written) else written


def _has_odd_numbers(written: bytes) -> bool:
    """Whether some number may be one that ``json`` writes otherwise (below 0.0001) or refuses."""
    return (
        any(word in written for word in _NO_NUMBERS)
        or b"0.0000" in written
        or _SMALL.search(written) is not None
    )


def _written_by_json(worksheet: Worksheet) -> bytes:
    plain = worksheet.model_dump(by_alias=True, warnings=False)
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    # Half a surrogate pair has no UTF-8: one bad character must not cost the packet its worksheet.
    return _LONE_SURROGATE.sub("\ufffd", text).encode()


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
