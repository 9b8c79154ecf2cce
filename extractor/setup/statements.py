"""Names of statement lines and amount columns: ``config/statements.yaml``."""

from __future__ import annotations

from extractor.setup.catalogue import Catalogue
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, closest


class StatementLineSpec(ConfigModel):
    """One line name; ``field``/``field_prior`` take the current and the earlier amount."""

    name: str
    also: tuple[str, ...] = ()
    field: str | None = None
    field_prior: str | None = None


class ColumnWords(ConfigModel):
    """Headings by what stands below them."""

    current: tuple[str, ...]
    prior: tuple[str, ...]
    item: tuple[str, ...]
    skip: tuple[str, ...]
    ignore: tuple[str, ...]


class StatementSpec(ConfigModel):
    """The lines of one kind of statement (``document``: its doctype)."""

    document: str
    lines: tuple[StatementLineSpec, ...]


class StatementWords(ConfigModel):
    """The whole file."""

    columns: ColumnWords
    statements: tuple[StatementSpec, ...]

    def of(self, document: str) -> StatementSpec | None:
        """The statement read from documents of this type; ``None`` for another paper."""
        return next((s for s in self.statements if s.document == document), None)


def load_statements(config: ConfigSource, catalogue: Catalogue) -> StatementWords:
    """The statement words, every id checked.

    Raises:
        ConfigError: the file is wrong; the message names file, line and key.
    """
    file = config.one("statements.yaml")
    words = file.as_model(StatementWords)
    for s, statement in enumerate(words.statements):
        if statement.document not in catalogue.doctypes:
            known = closest(statement.document, catalogue.doctypes)
            raise file.error(
                ("statements", s, "document"), f"{statement.document!r} is no doctype; {known}"
            )
        for n, line in enumerate(statement.lines):
            for key, field in (("field", line.field), ("field_prior", line.field_prior)):
                if field is not None and field not in catalogue.fields:
                    raise file.error(
                        ("statements", s, "lines", n, key),
                        f"field {field!r} is not known; {closest(field, catalogue.fields)}",
                    )
    return words
