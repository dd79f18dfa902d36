"""Options kept in a file: ``corredor --config mine.toml needs baseline``.

::

    [needs]
    place = ["tapachula", "tijuana"]
    from = "2024-01"
    by = "week"

    [forecast]
    months = 12

A table is a command, a key one of its long options; what stands on the command line goes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corredor.errors import InputError, Problem, did_you_mean

UNLESS_TOLD = "make"  # the command of a group that is meant where none is named


def defaults(path: Path, group: Any) -> dict[str, Any]:
    """Return what a file sets, as click takes it: by command and parameter.

    Parameters
    ----------
    path : Path
        The file.
    group : click.Group
        All commands.

    Raises
    ------
    InputError
        With every key that is no command, or no option of its command.
    """
    from corredor.inputs.toml import read_toml

    problems: list[Problem] = []
    found = _of_group(path, group, read_toml(path), "", problems)
    if problems:
        raise InputError(problems)
    return found


def _of_group(
    path: Path, group: Any, table: Mapping[str, Any], where: str, problems: list[Problem]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    own = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if own and UNLESS_TOLD in group.commands:
        found[UNLESS_TOLD] = _of_command(path, group.commands[UNLESS_TOLD], own, where, problems)
        own = {}
    for key, value in table.items():
        column = f"{where}{key}"
        if isinstance(value, Mapping) and key in group.commands:
            command = group.commands[key]
            of = _of_group if hasattr(command, "commands") else _of_command
            found[key] = of(path, command, value, f"{column}.", problems)
        elif isinstance(value, Mapping) or key in own:
            hint = did_you_mean(key, group.commands)
            problems.append(Problem(str(path), "a table of a command", column=column, hint=hint))
    return found


def _of_command(
    path: Path, command: Any, table: Mapping[str, Any], where: str, problems: list[Problem]
) -> dict[str, Any]:
    names = {option.removeprefix("--"): parameter.name for parameter in command.params
             for option in parameter.opts if option.startswith("--")}  # fmt: skip
    for key in table:
        if key not in names:
            expected = f"an option of this command: {', '.join(names)}"
            hint = did_you_mean(key, names)
            problems.append(Problem(str(path), expected, column=f"{where}{key}", hint=hint))
    return {names[key]: value for key, value in table.items() if key in names}
