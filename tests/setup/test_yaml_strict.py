"""Every way to write a configuration file wrongly says file, line, key, what was found, what is right."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from extractor.core.errors import ConfigError
from extractor.setup.yaml_strict import ConfigModel, Number, StrictFile, closest, load_model


class Part(ConfigModel):
    name: str
    weight: Number
    kind: Literal["round", "square"] = "round"


class Whole(ConfigModel):
    title: str
    parts: tuple[Part, ...]
    count: int = 0
    ready: bool = False
    words: dict[str, str] = Field(default_factory=dict)
    note: str | None = None


def fault_of(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        StrictFile(text, "config/x.yaml").as_model(Whole)
    return str(caught.value)


GOOD = "title: 合同\nparts:\n  - {name: a, weight: 0.8}\n"


def test_numbers_are_exact_and_lists_are_frozen() -> None:
    whole = StrictFile(GOOD, "x").as_model(Whole)
    assert whole.parts == (Part(name="a", weight=Decimal("0.8")),)
    assert isinstance(whole.parts, tuple)


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "Off", "2023-07-13", "1_000", "0x1f", "1e3", "是"]
)
def test_words_that_other_yaml_readers_convert_stay_text(word: str) -> None:
    assert StrictFile(f"title: {word}\nparts: []\n", "x").as_model(Whole).title == word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "titel: b\n", ["config/x.yaml:4:", "unknown key 'titel'", "did you mean 'title'?"]),
        (GOOD + "title: b\n", ["config/x.yaml:4:", "'title' stands twice (first on line 1)"]),
        ("parts: []\n", ["config/x.yaml:1:", "key 'title' is missing"]),
        (
            "title: a\nparts:\n  - {name: a, weigth: 1}\n",
            ["config/x.yaml:3:", "unknown key 'weigth'", "did you mean 'weight'?", "key 'weight' is missing in parts[1]"],
        ),
        ("title: 5\nparts: []\n", ["config/x.yaml:1: title:", "found number 5", "expected text"]),
        ("title: a\nparts: {}\n", ["config/x.yaml:2: parts:", "found a mapping", "expected a list"]),
        ("title: a\nparts: [x]\n", ["config/x.yaml:2: parts[1]:", "found text 'x'", "expected a mapping"]),
        (GOOD + "count: '5'\n", ["config/x.yaml:4: count:", "found text '5'", "expected a whole number"]),
        (GOOD + "ready: 'true'\n", ["config/x.yaml:4: ready:", "expected true or false"]),
        (GOOD + "words: [a]\n", ["config/x.yaml:4: words:", "found a list", "expected a mapping"]),
        (
            "title: a\nparts:\n  - {name: a, weight: 1, kind: rund}\n",
            ["config/x.yaml:3: parts[1].kind:", "found text 'rund'", "did you mean 'round'?"],
        ),
        ("title: a\nparts:\n  - {name: a, weight: viel}\n", ["config/x.yaml:3: parts[1].weight:", "expected a number"]),
        ("title: [\n", ["config/x.yaml:", "not readable as YAML"]),
        ("title: &a x\nparts: []\nnote: *a\n", ["config/x.yaml:3: note:", "an alias (*name) is not allowed"]),
        ("title: !!python/name:os.system ''\nparts: []\n", ["config/x.yaml:1:", "not allowed"]),
        ("true: a\n", ["config/x.yaml:1:", "a key must be text"]),
        ("- a\n", ["config/x.yaml:1:", "found a list", "expected a mapping"]),
    ],
)  # fmt: skip
def test_a_wrong_file_is_explained(text: str, words: list[str]) -> None:
    message = fault_of(text)
    for word in words:
        assert word in message


def test_all_faults_of_a_file_are_told_at_once() -> None:
    message = fault_of("title: 5\nparts: 6\nwrong: 7\n")
    assert len(message.splitlines()) == 3


def test_a_missing_file_and_a_file_in_another_encoding_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"here\.yaml: the file is missing"):
        load_model(Whole, tmp_path / "here.yaml")
    (tmp_path / "gbk.yaml").write_bytes("title: 合同".encode("gbk"))
    with pytest.raises(ConfigError, match=r"gbk\.yaml: not UTF-8 text"):
        load_model(Whole, tmp_path / "gbk.yaml")


def test_the_closest_word_is_offered_else_all_of_few() -> None:
    assert closest("jiangxi_2024", ["jiangxi_2023", "national_2025_draft"]) == (
        "did you mean 'jiangxi_2023'?"
    )
    assert closest("zzz", ["a", "b"]) == "allowed: a, b"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_reads_or_is_a_config_error(text: str) -> None:
    with contextlib.suppress(ConfigError):
        StrictFile(text, "x")
