"""The closed set of derived quantities. Importing this package registers all of them."""

from extractor.rules.quantities import (
    applicant,
    evidence,
    finance,
    lists,
    people,
    services,
)
from extractor.rules.quantities.base import (
    QuantityRule,
    compute,
    decimal_text,
    percent,
    registry,
    shown,
)

__all__ = ["QuantityRule", "compute", "decimal_text", "percent", "registry", "shown"]

_MODULES = (applicant, evidence, finance, lists, people, services)
