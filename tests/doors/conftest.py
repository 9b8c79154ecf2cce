"""The command line called in this process, the way a shell would call it; and a browser."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from support.browsing import AXE, axe_source, chromium
from support.config import the_tools

from extractor.doors import batch, cli

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True, slots=True)
class Called:
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything printed, without the line breaks a narrow terminal puts in."""
        return "".join((self.out + self.err).split("\n"))


@pytest.fixture
def extractor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Called]:
    """``extractor("run", …)``: exit code and what was printed; configuration loaded once, no models."""
    monkeypatch.setattr(batch, "load_tools", lambda overlay=None: the_tools())
    monkeypatch.setattr(batch, "require_models", lambda: None)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*args: object) -> Called:
        monkeypatch.setattr(sys, "argv", ["extractor", *(str(a) for a in args)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        code = ended.value.code
        return Called(code if isinstance(code, int) else 0, printed.out, printed.err)

    return call


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def axe_if_any(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core; "" where it cannot be had."""
    return axe_source(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="session")
def axe(axe_if_any: str) -> str:
    """The source of axe-core."""
    if not axe_if_any:
        pytest.skip(f"no axe-core: neither EXTRACTOR_AXE nor npm pack {AXE}")
    return axe_if_any
