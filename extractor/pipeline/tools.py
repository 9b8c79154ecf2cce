"""Configuration and engines of a run, loaded once and handed to the stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extractor.fields.specs import FieldSpecs, load_field_specs
from extractor.files.limits import Limits
from extractor.pipeline.page_options import PageOptions
from extractor.setup.catalogue import Catalogue, load_catalogue
from extractor.setup.cues import Cue, load_cues
from extractor.setup.paths import cache_dir
from extractor.setup.source import ConfigSource


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run reads: workers and threads, limits, page options, where results are kept."""

    workers: int = 2
    threads: int = 1
    pages: PageOptions = PageOptions()
    limits: Limits = Limits()
    cache: Path | None = None
    use_cache: bool = True

    @property
    def page_cache(self) -> Path | None:
        """The folder of read pages; ``None`` where nothing is to be kept."""
        if not self.use_cache:
            return None
        return self.cache if self.cache is not None else cache_dir() / "pages"


@dataclass(frozen=True, slots=True)
class Tools:
    """All of ``config/`` that the stages before the rules need."""

    config: ConfigSource
    catalogue: Catalogue
    cues: Mapping[str, Cue]
    fields: FieldSpecs


def load_tools(overlay: Path | None = None) -> Tools:
    """Load and check the configuration, overlaid by ``overlay`` or ``EXTRACTOR_CONFIG``.

    Raises:
        ConfigError, UsageError: it cannot be used; the message says where and why.
    """
    config = ConfigSource.find(overlay)
    catalogue = load_catalogue(config)
    return Tools(
        config, catalogue, load_cues(config, catalogue), load_field_specs(config, catalogue)
    )
