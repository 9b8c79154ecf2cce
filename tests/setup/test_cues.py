"""Cues: what is wrong in them is told with the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.core.errors import ConfigError
from extractor.setup.catalogue import load_catalogue
from extractor.setup.cues import load_cues
from extractor.setup.source import ConfigSource

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.mark.parametrize("key", ["where: '(甲方'", "says: ['特聘请(您']"])
def test_a_pattern_that_cannot_be_one_is_told_with_its_key(tmp_path: Path, key: str) -> None:
    text = f"cues:\n  - id: expert_appointment\n    {key}\n"
    (tmp_path / "cues.yaml").write_text(text, encoding="utf-8")
    config = ConfigSource(CONFIG, tmp_path)
    with pytest.raises(ConfigError, match=f"{key.split(':')[0]}: not a regular expression"):
        load_cues(config, load_catalogue(config))
