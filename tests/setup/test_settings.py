"""One model of settings: what the code reads, what it holds, what the manuals say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.core.errors import UsageError
from extractor.setup.settings import PREFIX, Settings, settings, settings_table

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("lang", "name"), [("zh", "operating.zh-CN.md"), ("en", "operating.md")])
def test_the_manuals_hold_the_table_of_the_model(lang: str, name: str) -> None:
    assert settings_table(lang) in (ROOT / "docs" / name).read_text(encoding="utf-8")  # type: ignore[arg-type]


def test_every_variable_that_the_code_reads_is_in_the_model() -> None:
    named = set()
    for module in (ROOT / "extractor").rglob("*.py"):
        named |= set(re.findall(rf'"{PREFIX}([A-Z_]*[A-Z])"', module.read_text(encoding="utf-8")))
    assert named and {name.lower() for name in named} <= set(Settings.model_fields)


def test_values_come_from_the_environment_and_wrong_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXTRACTOR_STATE", "/srv/x")
    monkeypatch.setenv("EXTRACTOR_METRICS_PORT", "")
    assert settings().state == Path("/srv/x") and settings().metrics_port is None
    monkeypatch.setenv("EXTRACTOR_METRICS_PORT", "99999")
    with pytest.raises(UsageError, match="EXTRACTOR_METRICS_PORT"):
        settings()


def test_each_setting_is_told_in_both_languages() -> None:
    for field in Settings.model_fields.values():
        chinese, bar, english = (field.description or "").partition(" | ")
        assert chinese and bar and english
