"""Read TOML files: one reader, and the model of an entry that takes no kind of value for another.

Every TOML file that a user may write is read here, so that whatever is wrong with one is told the
same way. What the entries mean is for those to say who ask for them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from corredor.errors import InputError, Problem, did_you_mean
from corredor.inputs.files import read_text

# Assumptions; the files that ship have under 0.1 MB and nest 4 deep.
MOST_BYTES = 16_000_000
DEEPEST = 32
MOST_INTEGER = 2**63 - 1  # what TOML asks of every reader; floats hold no more either
_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_LONG = re.compile(r"[0-9_]{1000,}")


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises
    ------
    InputError
        One problem, with the line where it is known: the file cannot be read, is not in UTF-8, is
        not TOML, nests too deep, or has a whole number that is too large.
    """
    text = read_text(path, MOST_BYTES)
    deep = Problem(str(path), f"values nested at most {DEEPEST} deep")
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_not_toml(path, str(error))) from None
    except RecursionError:
        raise InputError(deep) from None
    except ValueError as error:  # a number of thousands of digits, a date such as 2024-02-30
        found = _LONG.search(text)
        row = text.count("\n", 0, found.start()) + 1 if found else None
        expected = "whole numbers from -2^63 to 2^63 - 1" if found else f"valid TOML ({error})"
        raise InputError(Problem(str(path), expected, row=row)) from None
    for key, value, depth in _within(content):
        if depth > DEEPEST:
            raise InputError(deep)
        if isinstance(value, int) and abs(value) > MOST_INTEGER:
            raise InputError(
                Problem(str(path), "a whole number from -2^63 to 2^63 - 1", column=key)
            )
    return content


def entries(path: str | Path, name: str) -> list[Any]:
    """Return the list of entries ``[[name]]``, which is all that a TOML file may hold.

    Raises
    ------
    InputError
        As :func:`read_toml`, or if the file holds anything else.
    """
    content = read_toml(path)
    listed = content.pop(name, [])
    problems = [
        Problem(str(path), f"entries [[{name}]] only", key, hint=did_you_mean(key, [name]))
        for key in content
    ]
    if not isinstance(listed, list):
        problems.append(Problem(str(path), f"entries under [[{name}]]", column=name))
    if problems:
        raise InputError(problems)
    return list(listed)


def _not_toml(path: str | Path, message: str) -> Problem:
    found = _LINE.search(message)
    where = f" at column {found[2]}" if found else ""
    hint = f"The reader says: {_LINE.sub('', message)}{where}."
    return Problem(str(path), "valid TOML", row=int(found[1]) if found else None, hint=hint)


def _within(content: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """Give every value with its dotted key and depth, without recursion, parents first."""
    ahead: list[tuple[str, Any, int]] = [("", content, 0)]
    while ahead:
        key, value, depth = ahead.pop()
        yield key, value, depth
        inside: list[tuple[str, Any]] = []
        if isinstance(value, dict):
            inside = [(f"{key}.{name}" if key else name, each) for name, each in value.items()]
        elif isinstance(value, list):
            inside = [(f"{key} {number}", each) for number, each in enumerate(value, 1)]
        ahead += [(name, each, depth + 1) for name, each in reversed(inside)]


class Entry(BaseModel):
    """An entry of a TOML file: unknown keys are errors, and no kind of value stands for another.

    Neither true nor text is a number, a number is neither text nor true, and every number is
    finite. A whole number may stand where any number may. Lists are kept as tuples.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _lists_are_tuples(cls, entry: object) -> object:
        if not isinstance(entry, dict):
            return entry
        return {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}


def expected_of(error: Mapping[str, Any]) -> str:
    """Say in plain words what would have been right, for one error of a pydantic model."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "value_error":  # our own checks
        return str(context.get("error", error["msg"])).removeprefix("expected ")
    words = _WORDS.get(kind)
    if words is None:
        return f"something else: {error['msg']}"
    return words.format_map(context)


_WORDS = {
    "missing": "a value; this key is required",
    "extra_forbidden": "no such key here",
    "string_type": "text in quotes",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "date_type": "a day such as 2024-01-31, without quotes",
    "tuple_type": "a list in brackets",
    "list_type": "a list in brackets",
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
    "literal_error": "{expected}",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
    "string_too_short": "some text",
    "too_short": "at least one",
}
