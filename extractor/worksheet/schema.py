"""The published JSON Schema of the worksheet contract, made from the code's own model.

``python -m extractor.worksheet.schema docs/schema/worksheet-1.json`` writes it;
``--check`` says (exit code 1) when the file is not what the model says. A test does the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from extractor.core.worksheet import Worksheet
from extractor.worksheet.atomic import write_bytes_atomically

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_URN = "urn:extractor:worksheet:1"  # an absolute name without a place on the network


def schema_bytes() -> bytes:
    """The schema file's content: JSON Schema 2020-12, UTF-8, two blanks of indentation."""
    schema = {"$schema": _DIALECT, "$id": _URN, **Worksheet.model_json_schema(by_alias=True)}
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def main(arguments: list[str]) -> int:
    """Write or check the schema file named in ``arguments``; returns the exit code."""
    check = "--check" in arguments
    paths = [Path(a) for a in arguments if a != "--check"]
    if len(paths) != 1:
        print("usage: python -m extractor.worksheet.schema [--check] FILE", file=sys.stderr)
        return 2
    if not check:
        write_bytes_atomically(paths[0], schema_bytes())
        return 0
    if paths[0].is_file() and paths[0].read_bytes() == schema_bytes():
        return 0
    print(
        f"{paths[0]} is not what the model says; "
        f"mend it with: python -m extractor.worksheet.schema {paths[0]}",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
