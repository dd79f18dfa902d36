"""Rules of one's own: processes that ship with no model, and the levers declared beside them."""

from __future__ import annotations

import hashlib
import inspect
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType

from corredor.corridor.levers import Lever, known_levers, told_apart_by
from corredor.corridor.model import Process
from corredor.errors import UsageError

SHIPPED = "corredor."  # modules of processes whose code every result is held to already


def levers_with(processes: Sequence[Process]) -> Mapping[str, Lever]:
    """Return every lever by name: those of the table, then those that processes declare."""
    own = {lever.name: lever for process in processes for lever in process.levers}
    return {**known_levers(), **own} if own else known_levers()


def check_rules(processes: Sequence[object]) -> None:
    """Refuse processes that could not stand in a day, before anything is run.

    Raises
    ------
    UsageError
        Naming the process or the lever, and what was expected.
    """
    rules: list[Process] = []
    for process in processes:
        if not isinstance(process, Process):
            hint = " Give an object, MyRule(), not the class." if inspect.isclass(process) else ""
            raise UsageError(f"{process!r}: expected an object of a Process.{hint}")
        if not getattr(process, "name", ""):
            raise UsageError(f"{type(process).__name__}: has no name, such as name = 'ransom'.")
        rules.append(process)
    names = [process.name for process in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{', '.join(twice)}: two processes of a day have this name.")
    for rule in rules:
        for lever in rule.levers:
            _check_lever(rule, lever)


def _check_lever(process: Process, lever: Lever) -> None:
    where = f"{type(process).__name__}, lever {lever.name!r}"
    if not lever.name.startswith(f"{process.name}.") or lever.name.count(".") != 1:
        raise UsageError(f"{where}: expected a name such as {process.name}.rate.")
    if lever.name in known_levers():
        raise UsageError(f"{where}: Corredor has a lever of this name already.")
    if not lever.unit or not lever.meaning:
        raise UsageError(f"{where}: has no unit or no meaning.")
    if lever.by not in told_apart_by():
        known = ", ".join(filter(None, told_apart_by()))
        raise UsageError(f"{where}: by is {lever.by!r}, expected one of {known}, or none.")
    if not lever.minimum <= lever.default <= lever.maximum:
        raise UsageError(
            f"{where}: its default is {lever.default:g}, expected {lever.minimum:g} to "
            f"{lever.maximum:g}."
        )


def described(processes: Sequence[Process]) -> list[list[str]]:
    """Return the name of each process in the order of the day, and a digest of what it does.

    The digest covers the code of a class of one's own, its levers and what its object holds, so
    that a run is not gone on with under another rule; it is empty for what ships with Corredor.
    """
    return [[process.name, _digest(process)] for process in processes]


def _digest(process: Process) -> str:
    kind = type(process)
    if kind.__module__.startswith(SHIPPED):
        return ""
    parts = [*_code(kind), repr(process.levers), repr(sorted(vars(process).items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _code(kind: type) -> Iterator[str]:
    """Give the source of a class; where nobody kept it, as at a prompt, what it was compiled to."""
    try:
        yield textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        for name, value in sorted(vars(kind).items()):
            code = getattr(value, "__code__", None)
            if code is not None:
                yield from (name, *_compiled(code))


def _compiled(code: CodeType) -> Iterator[str]:
    yield code.co_code.hex()
    yield repr(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _compiled(constant)
        else:
            yield repr(constant)
