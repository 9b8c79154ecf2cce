"""worksheet.json: same bytes for the same worksheet, valid by the published schema, read back whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from worksheet_factory import fact, make_worksheet

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.worksheet import atomic
from extractor.worksheet.json_out import read_json, worksheet_bytes, write_json
from extractor.worksheet.schema import main as schema_main
from extractor.worksheet.schema import schema_bytes

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "schema" / "worksheet-1.json"


def test_a_worksheet_comes_back_as_it_was(tmp_path: Path) -> None:
    worksheet = make_worksheet()
    write_json(worksheet, tmp_path / "out" / "worksheet.json")
    assert read_json(tmp_path / "out" / "worksheet.json") == worksheet


def test_equal_worksheets_give_equal_bytes() -> None:
    assert worksheet_bytes(make_worksheet()) == worksheet_bytes(make_worksheet())


def test_keys_stand_in_the_order_of_the_contract() -> None:
    plain = json.loads(worksheet_bytes(make_worksheet()))
    assert list(plain) == [f.alias or n for n, f in Worksheet.model_fields.items()]
    assert plain["schema"] == "extractor.worksheet/1"


def test_it_is_written_as_json_is_usually_written() -> None:
    content = worksheet_bytes(make_worksheet(served=3)).decode()
    usual = json.dumps(json.loads(content), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    assert content == usual


def test_chinese_is_written_as_chinese() -> None:
    assert "赣江新区".encode() in worksheet_bytes(make_worksheet())


def test_unknown_values_are_left_out_and_a_missing_box_is_null() -> None:
    plain = json.loads(worksheet_bytes(make_worksheet()))
    in_cell = next(f for f in plain["facts"] if f.get("address") == "Sheet1!C5")
    assert in_cell["box"] is None
    assert "page" not in in_cell
    assert "banner" in plain["scheme"]
    assert "region" not in plain["case"]


def test_the_published_schema_is_what_the_model_says() -> None:
    assert SCHEMA_FILE.read_bytes() == schema_bytes(), (
        f"run: python -m extractor.worksheet.schema {SCHEMA_FILE}"
    )


def test_the_published_schema_accepts_a_worksheet_and_refuses_a_wrong_one() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = json.loads(SCHEMA_FILE.read_bytes())
    plain = json.loads(worksheet_bytes(make_worksheet()))
    validator = jsonschema.Draft202012Validator(schema)
    assert not list(validator.iter_errors(plain))
    plain["criteria"][0]["verdict"] = "recognised"
    plain["surprise"] = 1
    assert len(list(validator.iter_errors(plain))) == 2


def test_the_schema_command_tells_a_stale_file_and_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "schema.json"
    stale.write_text("{}")
    assert schema_main(["--check", str(stale)]) == 1
    assert "mend it with" in capsys.readouterr().err
    assert schema_main([str(stale)]) == 0
    assert schema_main(["--check", str(stale)]) == 0
    assert schema_main([]) == 2


def test_a_file_that_is_no_worksheet_is_named_with_the_place_of_the_fault(tmp_path: Path) -> None:
    wrong = tmp_path / "worksheet.json"
    plain = json.loads(worksheet_bytes(make_worksheet()))
    plain["facts"][0]["confidence"] = "sure"
    wrong.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(ExtractorError, match=r"worksheet\.json.*facts\.0\.confidence"):
        read_json(wrong)
    with pytest.raises(ExtractorError, match="no worksheet there"):
        read_json(tmp_path / "absent.json")
    wrong.write_bytes(b'{"schema": ')
    with pytest.raises(ExtractorError, match="not a worksheet"):
        read_json(wrong)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "worksheet.json"
    target.write_bytes(b"old")

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_json(make_worksheet(), target)
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["worksheet.json"]


@given(
    st.one_of(
        st.booleans(),
        st.integers(-(10**12), 10**12),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
        st.none(),
    )
)
def test_every_kind_of_value_survives(value: object) -> None:
    worksheet = make_worksheet(served=1)
    changed = worksheet.model_copy(update={"facts": (fact("f_1", "app_fax", value, "x"),)})
    again = Worksheet.model_validate_json(worksheet_bytes(changed))
    assert again == changed
    assert type(again.facts[0].value) is type(value)


def _walked(value: object) -> object:
    """The plain form by the words of the contract: unknown keys gone, required keys and boxes kept."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        kept = [
            (info.alias or name, getattr(value, name))
            for name, info in fields
            if getattr(value, name) is not None or info.is_required() or name == "box"
        ]
        return {key: _walked(item) for key, item in kept}
    if isinstance(value, dict):
        return {str(key): _walked(item) for key, item in value.items()}
    return [_walked(item) for item in value] if isinstance(value, tuple) else value


TEXT = st.text(st.one_of(st.characters(), st.sampled_from('\ud800\udfff\x00\x1f\x7f\u2028"\\\n')))
NUMBER = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e-5, 9.9e-5, 1e-4, 1e15, 1e16, 1e22, -0.0, 5e-324]),
)


@given(TEXT, st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), NUMBER, st.none() | TEXT)
def test_the_bytes_are_those_of_a_walk_over_the_models(
    text: str, box: tuple[float, float, float, float], confidence: float, unit: str | None
) -> None:
    worksheet = make_worksheet(served=1)
    odd = fact("f_1", "app_fax", text, text).model_copy(
        update={"box": box, "confidence": confidence, "unit": unit, "value": (text, "x")}
    )
    changed = worksheet.model_copy(update={"facts": (*worksheet.facts, odd)})
    usual = json.dumps(_walked(changed), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    assert worksheet_bytes(changed) == re.sub("[\ud800-\udfff]", "\ufffd", usual).encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    worksheet = make_worksheet()
    wrong = worksheet.facts[0].model_copy(update={"confidence": number})
    with pytest.raises(ValueError, match="not JSON compliant"):
        worksheet_bytes(worksheet.model_copy(update={"facts": (wrong,)}))


def test_the_words_not_a_number_in_a_text_are_only_a_text() -> None:
    worksheet = make_worksheet()
    told = worksheet.facts[0].model_copy(update={"raw": "NaN\n, 1e-5 Infinity", "value": None})
    again = json.loads(worksheet_bytes(worksheet.model_copy(update={"facts": (told,)})))
    assert (again["facts"][0]["raw"], again["facts"][0]["value"]) == (told.raw, None)
