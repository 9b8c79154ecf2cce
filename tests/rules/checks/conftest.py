from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from extractor.rules.checks.load import load_checks
from extractor.rules.checks.spec import CheckSpec
from extractor.setup.catalogue import Catalogue, load_catalogue
from extractor.setup.paths import config_dir
from extractor.setup.scheme_loading import load_schemes
from extractor.setup.schemes import Scheme


@pytest.fixture(scope="session")
def config() -> Path:
    return config_dir()


@pytest.fixture(scope="session")
def catalogue(config: Path) -> Catalogue:
    return load_catalogue(config)


@pytest.fixture(scope="session")
def schemes(config: Path, catalogue: Catalogue) -> Mapping[str, Scheme]:
    return load_schemes(config, catalogue)


@pytest.fixture(scope="session")
def checks(
    config: Path, catalogue: Catalogue, schemes: Mapping[str, Scheme]
) -> dict[str, CheckSpec]:
    return {spec.id: spec for spec in load_checks(config, catalogue, schemes)}
