"""Where config/ and models/ are: in the checkout, in the wheel, or where the user says."""

from __future__ import annotations

import os
from pathlib import Path

from extractor.setup.settings import settings

_PACKAGE = Path(__file__).resolve().parent.parent


def _packaged_or_checkout(name: str) -> Path:
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def config_dir() -> Path:
    """The packaged ``config/`` (wheel) or the checkout's. Overlays are the loader's business."""
    return _packaged_or_checkout("config")


def manifest_file() -> Path:
    """``models/manifest.yaml``, packaged or in the checkout."""
    return _packaged_or_checkout("models") / "manifest.yaml"


def prose_model_dir() -> Path:
    """``models/prose/names``: the small trained component for running text, shipped with the code."""
    return _packaged_or_checkout("models") / "prose" / "names"


def cache_dir() -> Path:
    """Where derived data lives: ``EXTRACTOR_CACHE``, else the user's cache folder. Made on use."""
    told = settings().cache
    if told is not None:
        return told
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "extractor"


def models_dir() -> Path:
    """Where models are laid out: ``EXTRACTOR_MODELS``, else ``<cache>/models``."""
    return settings().models or cache_dir() / "models"
