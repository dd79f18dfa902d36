"""Write into docs/architecture.md what follows from the code; run by ``make docs``.

The day is read from the steps of the baseline as they are compiled; the walk through a run is the
order in which a short run calls the functions of each folder. A test holds the page against both.
"""

from __future__ import annotations

import datetime as dt
import inspect
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.scenario_files import load_scenario
from corredor.runs.simulate import run_all
from scripts.write_reference import table_lines

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
PACKAGE = "corredor."
DEEPEST = 3  # calls within calls that the walk shows
MONTH = dt.date(2023, 10, 1), dt.date(2023, 10, 31)
NEWCOMERS = "newcomers"


def day(model: CompiledModel) -> str:
    """Return a drawing of who can go where in a day, in Mermaid."""
    edges: dict[tuple[str, str], list[str]] = {}
    for process, step in model.steps:
        for pair in _moves(model, step):
            edges.setdefault(pair, []).append(f"{process}: {step.name}")
    kinds = {kind.name: kind for kind in model.space.kinds}
    used = dict.fromkeys(end for pair in edges for end in pair)
    lines = ["```mermaid", "flowchart LR"]
    for name in used:
        kind = kinds.get(name)
        shape = f"{name}([{name}])" if kind is None or not kind.status else f"{name}[{name}]"
        lines.append(f"  {shape}")
    for (source, destination), steps in edges.items():
        said = "<br/>".join(dict.fromkeys(steps))
        lines.append(f'  {source} -->|"{said}"| {destination}')
    return "\n".join([*lines, "```"])


def steps(model: CompiledModel) -> str:
    """Return the steps of a day in order, with what each moves and when it is asked again."""
    rows = []
    for number, (process, step) in enumerate(model.steps, start=1):
        moves = "; ".join(f"{a} → {b}" for a, b in _moves(model, step)) or "nobody"
        levers = ", ".join(f"`{name}`" for name in getattr(step, "levers", ())) or "–"
        rows.append((str(number), process, step.name, type(step).__name__.lower(), moves, levers))
    heads = ("", "process", "step", "kind of step", "who goes where", "levers that reprice it")
    return "\n".join(table_lines(heads, rows))


def _moves(model: CompiledModel, step: Any) -> list[tuple[str, str]]:
    """Return from which kinds of state to which a step can move people."""
    kind = model.space.table["kind"].astype(str).to_numpy()
    if hasattr(step, "moves"):
        pairs = zip(kind[step.moves["source"]], kind[step.moves.destination], strict=True)
        return list(dict.fromkeys(pairs))
    if hasattr(step, "destination"):
        return [(NEWCOMERS, name) for name in dict.fromkeys(kind[step.destination])]
    return []


def run() -> tuple[str, str]:
    """Return a drawing of which folder calls which in a run, and the functions it calls in order.

    The list has a function wherever one folder calls another, and goes ``DEEPEST`` calls deep.
    """
    short = load_scenario("baseline").with_horizon(*MONTH)
    short = short.but(spin_up=MONTH[0])
    run_all([short], replicates=1, draw="expected", threads=1)  # what is read once is read now
    calls: list[tuple[int, str]] = []
    pairs: dict[tuple[str, str], None] = {}
    stacks = {threading.get_ident(): [False]}

    def note(frame: FrameType, event: str, _: object) -> None:
        # The days run in a thread of their own, which ``simulate`` waits for.
        stack = stacks.setdefault(threading.get_ident(), [True, True])
        if event == "call":
            shown = _is_shown(frame)
            if shown and sum(stack) < DEEPEST:
                calls.append((sum(stack), _name(frame)))
            if shown and (caller := _caller(frame)):
                pairs[_folder(caller), _folder(frame)] = None
            stack.append(shown)
        elif event == "return" and len(stack) > 1:
            stack.pop()

    sys.setprofile(note)
    threading.setprofile(note)
    try:
        run_all([short], replicates=1, draw="expected", threads=1)
    finally:
        threading.setprofile(None)
        sys.setprofile(None)
    return _drawn(list(pairs)), "\n".join(_listed(calls))


def _drawn(pairs: Sequence[tuple[str, str]]) -> str:
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"  {a.rstrip('.')} --> {b.rstrip('.')}" for a, b in pairs]
    return "\n".join([*lines, "```"]).replace(PACKAGE, "")


def _is_shown(frame: FrameType) -> bool:
    """Return whether a frame is of a public function that another folder calls."""
    if not _folder(frame).startswith(PACKAGE):
        return False
    if any(part.startswith(("_", "<")) for part in frame.f_code.co_qualname.split(".")):
        return False
    caller = _caller(frame)
    return caller is None or _folder(frame) != _folder(caller)


def _caller(frame: FrameType) -> FrameType | None:
    """Return the frame of this program that a call comes from."""
    caller = frame.f_back
    while caller and not _folder(caller).startswith(PACKAGE):
        caller = caller.f_back
    return caller


def _folder(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).rpartition(".")[0] + "."


def _name(frame: FrameType) -> str:
    return f"{frame.f_globals['__name__']}:{frame.f_code.co_qualname}"


def _listed(calls: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Give a line for each function, the first time that it is called from where it stands."""
    above: list[str] = []
    shown: list[str] = []
    seen = set()
    for depth, name in calls:
        above = [*above[:depth], name]
        if tuple(above) in seen or above[:depth] != shown[:depth]:
            continue  # told before, or by a function whose line stands further up
        seen.add(tuple(above))
        shown = above
        module, _, function = name.partition(":")
        path = f"src/{module.replace('.', '/')}.py"
        yield f"{'  ' * depth}- `{path}` `{function}`: {_said(module, function)}"


def _said(module: str, function: str) -> str:
    """Return the first line of a function's docstring."""
    found: Any = sys.modules[module]
    for part in function.split("."):
        found = inspect.getattr_static(found, part)
    while not isinstance(found, type) and hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    found = getattr(found, "fget", None) or getattr(found, "func", None) or found
    return (inspect.getdoc(getattr(found, "__func__", found)) or "").partition("\n")[0]


def blocks() -> dict[str, str]:
    """Return what the page has between its marks, by the name of the mark."""
    model = compile_model(load_scenario("baseline"))
    drawing, walk = run()
    return {"day": day(model), "steps": steps(model), "folders": drawing, "run": walk}


def written(page: str, found: dict[str, str]) -> str:
    """Return the page with its blocks written anew."""
    for name, text in found.items():
        begin, end = f"<!-- {name}: written by make docs -->", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    return page


def main() -> None:
    """Write the page."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), blocks()), encoding="utf-8")
    print("docs/architecture.md")


if __name__ == "__main__":
    main()
