"""``config/calibration.yaml``: how often readings were wrong on the sample packets, by way and page.

``scripts/calibrate.py`` makes the file; nobody writes it by hand. It may only take certainty away: where
one way of reading was wrong too often on pages of one kind, more confidence is asked of it there.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from extractor.setup.source import ConfigSource

#: The reason that stands for a page without any.
GOOD = "good"


class CalibrationGroup(BaseModel):
    """What was seen of one way of reading (``method``) on pages with one quality reason.

    ``wrong`` of ``n`` facts that would have been certain; ``at_most``: upper end of the Wilson interval
    (95 %) of that share; ``certain_at``: confidence asked here, 0.85 where nothing speaks for more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    method: str
    reason: str
    n: int = Field(ge=0)
    wrong: int = Field(ge=0)
    at_most: float = Field(ge=0, le=1)
    certain_at: float = Field(ge=0, le=1)


class Calibration(BaseModel):
    """All groups; an empty one changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: tuple[CalibrationGroup, ...] = ()

    def needed(self, method: str, reasons: tuple[str, ...]) -> float:
        """The confidence a certain fact must have, 0..1; 0 where nothing was measured."""
        here = set(reasons) or {GOOD}
        return max(
            (g.certain_at for g in self.groups if g.method == method and g.reason in here),
            default=0.0,
        )


def load_calibration(config: ConfigSource) -> Calibration:
    """The table.

    Raises:
        ConfigError: the file is wrong.
    """
    return config.one("calibration.yaml").as_model(Calibration)
