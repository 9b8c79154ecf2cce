"""Everything from ``config/`` that readers need, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extractor.setup.calibration import Calibration, load_calibration
from extractor.setup.catalogue import Catalogue
from extractor.setup.forms import FormSpec, load_forms
from extractor.setup.papers import PaperSpec, load_papers
from extractor.setup.rowforms import RowsSpec, load_row_specs
from extractor.setup.source import ConfigSource
from extractor.setup.statements import StatementWords, load_statements


@dataclass(frozen=True, slots=True)
class FieldSpecs:
    """Catalogue, forms, lists, statement words, papers, and how far readings are trusted."""

    catalogue: Catalogue
    forms: Mapping[str, FormSpec]
    rows: Mapping[str, RowsSpec]
    statements: StatementWords
    papers: Mapping[str, PaperSpec]
    calibration: Calibration = field(default_factory=Calibration)


def load_field_specs(config: ConfigSource, catalogue: Catalogue) -> FieldSpecs:
    """All of them.

    Raises:
        ConfigError: a file is wrong.
    """
    return FieldSpecs(
        catalogue,
        load_forms(config, catalogue),
        load_row_specs(config, catalogue),
        load_statements(config, catalogue),
        load_papers(config, catalogue),
        load_calibration(config),
    )
