"""How a derived quantity is written down: a pure function of the fact book that keeps its workings.

    @quantity("assets_audited_prev_year", unit="元", formula="…")
    def assets_audited_prev_year(book, work):
        fact = work.fact("bs_total_assets_end")      # notes the input, or that it is missing
        …
        return value                                  # None: not known

The result is a ``core.worksheet.Quantity``: value, unit, every input and intermediate figure with the
facts it came from, the readings of an ambiguous text, and the inputs that nobody read. A missing input
is never counted as nought.

Arithmetic is exact: sums in ``Decimal``, quotients as ``Fraction``; a quotient becomes text only at
the end (28 significant digits, cut not rounded up, so that it never crosses a threshold).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction

from extractor.core.canonical import as_decimal
from extractor.core.errors import ConfigError
from extractor.core.worksheet import Fact, Quantity, QuantityReading, Row, TraceStep, Value
from extractor.rules.quantities.book import Book
from extractor.setup.yaml_strict import closest

_CUT = Context(prec=28, rounding=ROUND_DOWN)

Figure = Decimal | Fraction | int
"""Numbers inside a computation."""

Result = Figure | str | bool | tuple[str, ...] | None
"""What a quantity function may return; ``None`` is not known."""


@dataclass(slots=True)
class Workings:
    """The workings of one quantity, filled while it is computed and then frozen into its trace."""

    book: Book
    steps: list[TraceStep] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    readings: list[QuantityReading] = field(default_factory=list)

    def fact(self, ident: str) -> Fact | None:
        """The best fact of a field, noted as an input; noted as missing where there is none."""
        fact = self.book.best(ident)
        if fact is None:
            self.lack(ident)
        else:
            self.step(self.book.catalogue.label(ident), shown(fact.value), fact)
        return fact

    def number(self, ident: str) -> Decimal | None:
        """The best fact of a field as an exact number; a value that is none counts as missing."""
        fact = self.fact(ident)
        number = as_decimal(fact.value) if fact is not None else None
        if fact is not None and number is None:
            self.lack(ident)
        return number

    def quantity(self, ident: str) -> Quantity:
        """Another quantity, noted as an input; what it lacks is lacking here too."""
        found = self.book.quantity(ident)
        if found.value is None:
            for name in found.missing or (ident,):
                self.lack(name)
        facts = tuple(dict.fromkeys(f for step in found.trace for f in step.facts))
        self.steps.append(
            TraceStep(label=self.book.catalogue.label(ident), value=shown(found.value), facts=facts)
        )
        return found

    def step(self, label: str, value: object, *facts: Fact | None) -> None:
        """Note an input or an intermediate figure, in words a reviewer can follow."""
        ids = tuple(dict.fromkeys(f.id for f in facts if f is not None))
        text = value if isinstance(value, str) else shown(value)
        self.steps.append(TraceStep(label=label, value=text, facts=ids))

    def lack(self, ident: str) -> None:
        """Note an input that nobody read."""
        if ident not in self.missing:
            self.missing.append(ident)

    def rows(self, ident: str, *doctypes: str) -> tuple[Row, ...]:
        """The rows of a list; noted as missing where no such list was read."""
        rows = self.book.rows(ident, *doctypes)
        if not rows:
            self.lack(ident)
        return rows

    def reading(self, ident: str, value: Result, title: str | None = None) -> None:
        """Note the value under a reading; the title is the catalogue's unless given."""
        self.readings.append(QuantityReading(id=ident, title=title or "", value=to_value(value)))


QuantityFunction = Callable[["Book", Workings], Result]


@dataclass(frozen=True, slots=True)
class QuantityRule:
    """A registered function with its canonical unit (``None``: a ratio 0..1, a text, a truth value)
    and its formula in words."""

    id: str
    unit: str | None
    formula: str
    function: QuantityFunction


_REGISTRY: dict[str, QuantityRule] = {}


def quantity(
    ident: str, *, unit: str | None = None, formula: str
) -> Callable[[QuantityFunction], QuantityFunction]:
    """Register the function that computes ``ident`` (an id of ``config/derived.yaml``)."""

    def register(function: QuantityFunction) -> QuantityFunction:
        if ident in _REGISTRY:
            raise ValueError(f"quantity {ident!r} is registered twice")
        _REGISTRY[ident] = QuantityRule(ident, unit, formula, function)
        return function

    return register


def registry() -> Mapping[str, QuantityRule]:
    """All registered quantities by id; the closed set that rules may name."""
    return _REGISTRY


def compute(ident: str, book: Book) -> Quantity:
    """Compute one quantity.

    Raises:
        KeyError: the catalogue does not know it.
        ConfigError: the catalogue names it, but no code computes it (an overlay cannot add code).
    """
    if ident in book.catalogue.derived and ident not in _REGISTRY:
        raise ConfigError(f"quantity {ident!r} has no implementation; {closest(ident, _REGISTRY)}")
    rule = _REGISTRY[ident]
    work = Workings(book)
    value = to_value(rule.function(book, work))
    titles = {r.id: r.zh for r in book.catalogue.derived[ident].readings}
    return Quantity(
        id=ident,
        value=value,
        unit=rule.unit,
        trace=tuple(work.steps),
        formula=rule.formula,
        readings=tuple(
            r if r.title else r.model_copy(update={"title": titles.get(r.id, r.id)})
            for r in work.readings
        ),
        missing=() if value is not None else tuple(work.missing),
    )


def decimal_text(figure: Figure) -> str:
    """A number as canonical text: exact where it ends, else cut at 28 significant digits."""
    if isinstance(figure, Fraction):
        figure = _CUT.divide(Decimal(figure.numerator), Decimal(figure.denominator))
    number = Decimal(figure)
    if number == 0:
        return "0"
    return format(number.normalize(Context(prec=60)), "f")


def to_value(result: Result) -> Value | None:
    """A result as it stands in the worksheet: integers stay integers, other numbers become text."""
    if result is None or isinstance(result, bool | int | str | tuple):
        return result
    return decimal_text(result)


def shown(value: object) -> str:
    """A value in a trace: Chinese words for truth values, 未读到 for what is not known."""
    if value is None:
        return "未读到"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction | Decimal):
        return decimal_text(value)
    if isinstance(value, tuple):
        return "、".join(str(v) for v in value) or "（无）"
    return str(value)


def percent(value: Figure | None) -> str:
    """A ratio as a percentage cut at two decimals: 79.6% is never shown as 80%."""
    if value is None:
        return "未读到"
    cut = (Decimal(decimal_text(value)) * 100).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return f"{cut}%"


def total(values: Iterable[Decimal]) -> Decimal:
    """An exact sum."""
    return sum(values, Decimal(0))
