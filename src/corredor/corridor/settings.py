"""Read the settings of a scenario file: values and factors, by key and date, held or not.

What a file says of a lever and key is put in the place of what its base said, from its first day
on. Whatever is wrong is a problem that names file, lever, value and what was expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corredor.corridor.levers import (
    UTILITY,
    Dated,
    Lever,
    before_and_after,
    compile_levers,
    keys_of,
)
from corredor.corridor.table_checks import SUM_TOLERANCE
from corredor.corridor.world import World, other_names
from corredor.engine.levers import ALWAYS, Levers
from corredor.errors import Problem, did_you_mean

MOST_FACTOR = 1000.0  # larger ones are a slip of the pen
EXPECTED_FACTOR = f"a number from 0 to {MOST_FACTOR:g} (times what the base has)"


@dataclass(frozen=True)
class Setting:
    """What a file says of a lever and key: dated values, or dated factors on what the base has."""

    lever: Lever
    key: str
    dated: Dated
    factor: bool = False

    @property
    def column(self) -> str:
        """Return what stands in the file."""
        return f"{self.lever.name}.{self.key}" if self.key else self.lever.name


def read_settings(
    path: Path, sections: Mapping[str, Any], world: World, problems: list[Problem],
    known: Mapping[str, Lever],
) -> Iterator[Setting]:  # fmt: skip
    """Give everything that the sections of processes set, and note what is wrong.

    ``known`` are the levers there are, by name.
    """
    for process, body in sections.items():
        if not isinstance(body, dict):
            problems.append(Problem(str(path), "a table of levers", body, column=process))
            continue
        for short, setting in body.items():
            name = f"{process}.{short}"
            if name not in known:
                of_process = [n for n in known if n.startswith(f"{process}.")]
                expected, hint = f"a lever: {', '.join(of_process)}", did_you_mean(name, known)
                problems.append(Problem(str(path), expected, short, column=name, hint=hint))
                continue
            lever = known[name]
            for key, value in _by_key(path, lever, setting, world, problems):
                factor = _is_factor(value)
                dated = _dated(path, lever, key, value["factor"] if factor else value, problems,
                               factor=factor)  # fmt: skip
                if dated:
                    yield Setting(lever, key, dated, factor)


def _by_key(
    path: Path, lever: Lever, setting: Any, world: World, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    if not lever.by:
        yield "", setting
    elif _is_factor(setting):
        yield from ((key, setting) for key in keys_of(lever, world))
    elif not isinstance(setting, dict) or _is_dated(setting):
        yield "default", setting
    else:
        known = ("default", *keys_of(lever, world))
        others = other_names(world) if lever.by == "place" else {}
        for key, value in sorted(setting.items(), key=lambda item: item[0] != "default"):
            if key in known:
                yield key, value
            else:
                problems.append(
                    Problem(
                        str(path), f"a {lever.by} of the world", key, column=lever.name,
                        hint=did_you_mean(key, known, others),
                    )
                )  # fmt: skip


def _is_factor(setting: Any) -> bool:
    return isinstance(setting, dict) and set(setting) == {"factor"}


def apply_setting(
    path: Path, setting: Setting, settings: dict[str, dict[str, Dated]],
    as_set: dict[str, dict[str, dt.date]], problems: list[Problem], *, has_base: bool,
) -> None:  # fmt: skip
    """Put a setting in the place of what was said before, from its first day on."""
    lever, key, dated = setting.lever, setting.key, setting.dated
    keys, taken = settings.setdefault(lever.name, {}), as_set.setdefault(lever.name, {})
    earlier, known = keys.get(key, ()), taken.get(key)
    if not earlier:  # a key not named yet was like the others
        known = taken.get("default")
    if setting.factor:
        dated = _times(before_and_after(keys.get("default", ()), earlier, lever), dated)
        problem = _cannot_multiply(path, setting, dated, has_base=has_base)
        if problem:
            problems.append(problem)
            return
    elif has_base:
        known = dated[0][0] if known is None else min(known, dated[0][0])
    keys[key] = tuple(pair for pair in earlier if pair[0] < dated[0][0]) + dated
    if known is not None:
        taken[key] = known


def _cannot_multiply(
    path: Path, setting: Setting, product: Dated, *, has_base: bool
) -> Problem | None:
    lever, most = setting.lever, max(value for _, value in product)
    if not has_base:
        return Problem(str(path), "a value: there is no base to multiply", column=setting.column)
    if lever.unit == UTILITY:
        expected = "a value: a utility has no zero, so a factor on it means nothing"
        return Problem(str(path), expected, column=setting.column)
    if most > lever.maximum:
        expected = f"a factor that leaves it within {lever.maximum:g} ({lever.unit})"
        return Problem(str(path), expected, most, column=setting.column)
    return None


def _times(base: Dated, factors: Dated) -> Dated:
    """Return the values of a base times factors, from the first factor's day on."""
    days = sorted({day for day, _ in (*base, *factors) if day >= factors[0][0]})
    return tuple((day, _on(base, day) * _on(factors, day)) for day in days)


def _on(dated: Dated, day: dt.date) -> float:
    """Return which of dated values holds on a day; the first one before its own day too."""
    held = [value for first, value in dated if first <= day]
    return held[-1] if held else dated[0][1]


def _is_dated(setting: Mapping[str, Any]) -> bool:
    return bool(setting) and all(key[:4].isdigit() and "-" in key for key in setting)


def _dated(
    path: Path, lever: Lever, key: str, value: Any, problems: list[Problem], *, factor: bool = False
) -> Dated | None:  # fmt: skip
    column = f"{lever.name}.{key}" if key else lever.name
    entries = value.items() if isinstance(value, dict) else [(None, value)]
    dated = []
    for day, number in entries:
        first = ALWAYS if day is None else _day(day)
        if first is None:
            problems.append(Problem(str(path), "a date such as 2023-11-30", day, column=column))
        elif (known := _read(lever, number, factor=factor)) is not None:
            dated.append((first, known))
        else:
            expected = EXPECTED_FACTOR if factor else lever.expected
            problems.append(Problem(str(path), expected, number, column=column))
    return tuple(sorted(dated)) or None


def _read(lever: Lever, value: object, *, factor: bool) -> float | None:
    """Return a value or a factor as a number, or None if it cannot be one."""
    if not factor:
        return lever.read(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 <= value <= MOST_FACTOR else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def hold_levers(
    path: Path, hold: Mapping[str, dt.date], settings: dict[str, dict[str, Dated]],
    as_set: dict[str, dict[str, dt.date]], world: World, known: Mapping[str, Lever],
) -> Iterator[Problem]:  # fmt: skip
    """Freeze the named levers, of those known, at the value they have on a day."""
    for name, day in hold.items():
        lever, key = (name, None) if name in known else name.rpartition(".")[::2]
        if lever not in known or (key and key not in keys_of(known[lever], world)):
            yield Problem(
                str(path), "a lever to hold", name, column="hold", hint=did_you_mean(name, known)
            )
            continue
        for each, dated in settings.get(lever, {}).items():
            if key in (None, each):
                settings[lever][each] = tuple(pair for pair in dated if pair[0] <= day)
                if as_set.get(lever, {}).get(each, day) > day:
                    del as_set[lever][each]


def refuse_shares_above_one(
    path: Path, settings: Mapping[str, Mapping[str, Dated]], world: World,
    known: Mapping[str, Lever],
) -> Iterator[Problem]:  # fmt: skip
    """Refuse shares of one whole that add up to more than it, on any day."""
    compiled = compile_levers(settings, world, known=known)
    wholes: dict[str, list[Lever]] = {}
    for lever in known.values():
        if lever.whole:
            wholes.setdefault(lever.whole, []).append(lever)
    for whole, levers in wholes.items():
        if not any(lever.name in settings for lever in levers):
            continue
        named = " + ".join(lever.name for lever in levers)
        days = sorted({day for lever in levers for day in compiled.compiled[lever.name].days})
        for day in days:
            values = [compiled.value(lever.name, day)[0] for lever in levers]
            total, key = _largest(values, levers, compiled)
            if total > 1.0 + SUM_TOLERANCE:
                since = "" if day == ALWAYS else f" on {day}"
                expected = f"shares that add up to 1 at most: they are parts of {whole}"
                yield Problem(str(path), expected, f"{total:g}{key}{since}", column=named)
                break


def _largest(
    values: list[Any], levers: list[Lever], compiled: Levers
) -> tuple[float, str]:  # fmt: skip
    """Return the largest sum of shares, and for which key: keys are the parts of a lone lever."""
    if len(levers) == 1:
        return float(values[0].sum()), ""
    total = sum(values)
    keys = max((compiled.keys[lever.name] for lever in levers), key=len)
    at = int(total.argmax())
    return float(total[at]), f" for {keys[at]}" if keys[at] else ""
