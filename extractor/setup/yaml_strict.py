"""Strict YAML: every way to write a configuration file wrongly is an error that helps to mend it.

A file is read into plain data (mappings with text keys, tuples, text, whole numbers, exact decimals,
truth values, ``None``) together with the line of every key and element; a pydantic model then says
what belongs there. Whatever does not fit becomes a ``ConfigError`` that names file, line and key,
says what was found and what would be right, with the closest known word.

YAML here is smaller than YAML 1.1: only ``true`` and ``false`` are truth values (``yes``, ``on`` and
``否`` are text), dates stay text, anchors, tags and repeated keys are refused.
"""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from extractor.core.errors import ConfigError

Plain = None | bool | int | Decimal | str | tuple["Plain", ...] | dict[str, "Plain"]
"""What a file holds once read. Lists are tuples, so that models can be strict and frozen."""

Place = tuple[str | int, ...]
"""Where in a file: the keys and element numbers (from 0) that lead there."""


class ConfigModel(BaseModel):
    """Base of everything read from ``config/``: frozen, no unknown key, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _to_decimal(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_to_decimal)]
"""An exact number: ``200`` and ``0.8`` alike; never binary floating point."""

M = TypeVar("M", bound=BaseModel)


if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    # The C parser where PyYAML was built with it: the same nodes, several times as fast.
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """Safe loader with our smaller set of implicit types."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789")
)


class StrictFile:
    """One YAML file, read: ``data`` and the line (from 1) of each place in it.

    ``name`` is the file as it is shown to people: its path inside the configuration folder.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._lines: dict[Place, int] = {(): 1}
        self._seen: set[int] = set()
        loader = None
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise ConfigError(
                f"not readable as YAML: {error.problem or error.context}",
                file=name,
                line=mark.line + 1 if mark else None,
            ) from error
        except yaml.YAMLError as error:
            raise ConfigError(f"not readable as YAML: {error}", file=name) from error
        finally:
            if loader is not None:
                loader.dispose()
        # The nodes stay alive while they are read, so that an id is one node's.
        self.data: Plain = {} if node is None else self._plain(node, ())
        self._seen.clear()

    @classmethod
    def read(cls, path: Path, name: str | None = None) -> StrictFile:
        """Read ``path`` (UTF-8). A missing or undecodable file is a ``ConfigError``."""
        shown = name or path.name
        try:
            return cls(path.read_text(encoding="utf-8"), shown)
        except FileNotFoundError:
            raise ConfigError("the file is missing", file=shown) from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"not UTF-8 text: {error.reason}", file=shown) from error
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", file=shown) from error

    def line(self, place: Place) -> int:
        """The line of ``place``, or of the nearest thing around it."""
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def error(self, place: Place, message: str) -> ConfigError:
        """A ``ConfigError`` at ``place``; the message names the key."""
        where = place_to_text(place)
        return ConfigError(
            f"{where}: {message}" if where else message, file=self.name, line=self.line(place)
        )

    def validate(self, model: type[M], data: Plain, place: Place = ()) -> M:
        """``data`` (the part of this file at ``place``) as ``model``; else every fault at once."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            faults = [self._fault(model, place, fault) for fault in error.errors()]
            first = faults[0]
            if len(faults) == 1:
                raise first from error
            rest = "\n".join(str(fault) for fault in faults[1:])
            combined = ConfigError(f"{first}\n{rest}")
            combined.file, combined.line = first.file, first.line
            raise combined from error

    def as_model(self, model: type[M]) -> M:
        """The whole file as ``model``."""
        return self.validate(model, self.data)

    def _fault(self, model: type[BaseModel], place: Place, fault: Mapping[str, Any]) -> ConfigError:
        loc: Place = tuple(fault["loc"])
        kind, found = fault["type"], fault.get("input")
        if kind == "extra_forbidden":
            owner = _model_at(model, loc[:-1])
            known = sorted(owner.model_fields) if owner else []
            message = f"unknown key {loc[-1]!r}; {closest(str(loc[-1]), known)}"
            return ConfigError(message, file=self.name, line=self.line((*place, *loc)))
        if kind == "missing":
            where = place_to_text((*place, *loc[:-1]))
            message = f"key {loc[-1]!r} is missing" + (f" in {where}" if where else "")
            return ConfigError(message, file=self.name, line=self.line((*place, *loc[:-1])))
        if kind == "literal_error":
            expected = str(fault["ctx"]["expected"])
            words = [w.strip().strip("'") for w in re.split(r",| or ", expected)]
            return self.error(
                (*place, *loc), f"found {shown_value(found)}; {closest(str(found), words)}"
            )
        right = _EXPECTED.get(kind, fault["msg"].removeprefix("Value error, "))
        if kind == "value_error":
            return self.error((*place, *loc), right)
        return self.error((*place, *loc), f"found {shown_value(found)}; expected {right}")

    def _plain(self, node: yaml.Node, place: Place) -> Plain:
        self._lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen:
            raise self.error(place, "an alias (*name) is not allowed; write the value out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self._plain(child, (*place, i)) for i, child in enumerate(node.value))
        text = str(node.value)
        kind = node.tag.rpartition(":")[2]
        if kind == "str":
            return text
        if kind == "int":
            return int(text)
        if kind == "float":
            return Decimal(text)
        if kind == "bool":
            return text == "true"
        if kind == "null":
            return None
        raise self.error(place, f"tag {node.tag!r} is not allowed; plain values only")

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Plain]:
        out: dict[str, Plain] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag.rpartition(":")[2] in (
                "bool",
                "null",
            ):
                raise ConfigError(
                    "a key must be text (quote true, false and null)",
                    file=self.name,
                    line=key_node.start_mark.line + 1,
                )
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in out:
                raise ConfigError(
                    f"key {key!r} stands twice (first on line {self.line((*place, key))}); keep one",
                    file=self.name,
                    line=line,
                )
            self._lines[(*place, key)] = line
            out[key] = self._plain(child, (*place, key))
        return out


def load_model(model: type[M], path: Path, name: str | None = None) -> M:
    """The file ``path`` as ``model``; any fault is a ``ConfigError`` naming file, line and key."""
    return StrictFile.read(path, name).as_model(model)


_EXPECTED = {
    "string_type": "text (quote it if it looks like a number)",
    "int_type": "a whole number",
    "is_instance_of": "a number",
    "decimal_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "none_required": "null",
}


def _model_at(model: type[BaseModel], loc: Place) -> type[BaseModel] | None:
    """The model class that a pydantic error location points into; ``None`` where it is no model."""
    found: Any = model
    for step in loc:
        found = _unwrapped(found)
        if isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(str(step))
            if field is None:
                return None
            found = field.annotation
        elif get_origin(found) in (tuple, list):
            found = get_args(found)[0]
        elif get_origin(found) in (dict, Mapping):
            found = get_args(found)[1]
        else:
            return None
    found = _unwrapped(found)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _unwrapped(annotation: Any) -> Any:
    """``X`` out of ``Annotated[X, …]`` and ``X | None``."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            real = [a for a in get_args(annotation) if a is not type(None)]
            if len(real) != 1:
                return annotation
            annotation = real[0]
        else:
            return annotation


def place_to_text(place: Place) -> str:
    """``criteria[3].unit`` for people; elements count from 1 as a reader counts."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


def shown_value(value: object) -> str:
    """A short form of a wrong value for a message: kind and, where it is short, the value itself."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return f"truth value {str(value).lower()}"
    if isinstance(value, int | Decimal):
        return f"number {value}"
    if isinstance(value, str):
        return f"text {value if len(value) <= 60 else value[:57] + '…'!r}"
    return "a list" if isinstance(value, tuple | list) else "a mapping"


def closest(found: str, known: Iterable[str]) -> str:
    """What would be right: the nearest known words, or all of them where few."""
    words = list(dict.fromkeys(known))
    near = difflib.get_close_matches(found, words, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(repr(w) for w in near) + "?"
    if 0 < len(words) <= 20:
        return "allowed: " + ", ".join(words)
    return "no similar name is known"
