"""An overlay changes what it names and nothing else, and the result says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from extractor.core.errors import ConfigError, UsageError
from extractor.setup.source import ENVIRONMENT, ConfigSource


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def two(tmp_path: Path) -> ConfigSource:
    base, overlay = tmp_path / "base", tmp_path / "mine"
    write(base, "fields/a.yaml", "fields:\n  - {id: one, v: 1}\n  - {id: two, v: 2}\n")
    write(base, "fields/b.yaml", "fields:\n  - {id: three, v: 3}\n")
    write(overlay, "fields/mine.yaml", "fields:\n  - {id: two, v: 22}\n  - {id: four, v: 4}\n")
    return ConfigSource(base, overlay)


def values(source: ConfigSource) -> dict[str, object]:
    entries = source.entries("fields/*.yaml", "fields")
    return {e.id: e.data["v"] for e in entries if isinstance(e.data, dict)}


def test_an_entry_of_the_overlay_replaces_the_one_with_its_id_and_new_ones_come_last(
    two: ConfigSource,
) -> None:
    assert list(values(two).items()) == [("one", 1), ("two", 22), ("three", 3), ("four", 4)]


def test_without_overlay_the_packaged_entries_stand(two: ConfigSource) -> None:
    assert values(ConfigSource(two.base)) == {"one": 1, "two": 2, "three": 3}


def test_the_files_of_the_overlay_are_listed(two: ConfigSource) -> None:
    assert two.overridden() == ("fields/mine.yaml",)
    assert ConfigSource(two.base).overridden() == ()


def test_the_digest_covers_both_folders_and_not_where_they_are(
    two: ConfigSource, tmp_path: Path
) -> None:
    before = two.sha256()
    assert before != ConfigSource(two.base).sha256()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(two.base, elsewhere / "b")
    assert two.overlay is not None
    shutil.copytree(two.overlay, elsewhere / "o")
    assert ConfigSource(elsewhere / "b", elsewhere / "o").sha256() == before
    write(two.overlay, "fields/mine.yaml", "fields:\n  - {id: two, v: 23}\n")
    assert two.sha256() != before


def test_a_file_that_holds_one_thing_is_replaced_whole(two: ConfigSource) -> None:
    write(two.base, "conventions.yaml", "a: 1\nb: 2\n")
    assert two.overlay is not None
    write(two.overlay, "conventions.yaml", "a: 3\n")
    assert two.one("conventions.yaml").data == {"a": 3}


def test_an_id_twice_in_one_folder_names_both_places(two: ConfigSource) -> None:
    write(two.base, "fields/c.yaml", "fields:\n\n  - {id: one, v: 9}\n")
    with pytest.raises(
        ConfigError, match=r"config/fields/c\.yaml:3: one: id stands twice"
    ) as caught:
        values(two)
    assert "config/fields/a.yaml:2" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("felder: []\n", "felder: unknown key; a file here holds the one list 'fields'"),
        ("fields: {}\n", "found a mapping; expected a list of entries"),
        ("fields:\n  - {name: x}\n", "fields[1]: the entry has no 'id'"),
        ("fields:\n  - x\n", "fields[1]: the entry has no 'id'"),
        ("- {id: x}\n", "found a list; expected the key 'fields'"),
    ],
)
def test_a_list_file_of_another_shape_is_explained(
    two: ConfigSource, text: str, words: str
) -> None:
    write(two.base, "fields/d.yaml", text)
    with pytest.raises(ConfigError) as caught:
        values(two)
    assert words in str(caught.value)
    assert "config/fields/d.yaml:" in str(caught.value)


def test_the_environment_names_an_overlay_and_an_option_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "option").mkdir()
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "env"))
    assert ConfigSource.find().overlay == tmp_path / "env"
    assert ConfigSource.find(tmp_path / "option").overlay == tmp_path / "option"
    with pytest.raises(UsageError, match="not found"):
        ConfigSource.find(tmp_path / "nowhere")
