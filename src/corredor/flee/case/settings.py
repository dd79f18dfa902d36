"""Flee's settings, ``simsetting.yml``: what each key means, and what Flee does with others.

The keys, their defaults, ranges and meaning are in ``settings.csv``. A key that Flee does not know
has no effect, and a note says so, for it may be misspelt. Keys about Flee's own files and messages
have no effect.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from corredor.errors import MOST_TOLD, InputError, Problem, did_you_mean
from corredor.flee.case import floods
from corredor.flee.case.floods import Floods, floods_of
from corredor.flee.case.tolerance import reading, tolerate

SpawnMode = Literal["record", "constant", "pop_ratio", "poisson"]
SPAWNING = "spawn_rules.conflict_driven_spawning"
APART = (SPAWNING, floods.SPAWNING, floods.RULES, floods.ONLY)  # read together
FLEE_1 = {"max_move_speed": 200.0, "start_on_foot": False, "avoid_short_stints": False,
          "camp_weight": 2.0, "conflict_weight": 0.25}  # fmt: skip
IN_WORDS = {
    "boolean": "true or false",
    "whole": "a whole number",
    "number": "a number",
    "text": "a word",
    "list": "a list of numbers",
    "section": "keys below it",
}
Nodes = dict[str, tuple[yaml.Node, int]]
MOST_BYTES = 100_000  # assumption: settings that a person wrote have a few thousand
MOST_SHOWN = 100  # characters of a wrong value


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the rules read; ``settings.csv`` says what each means.

    ``spawn_mode`` is ``record`` where the camps' record says how many people flee. Names are those
    of Flee's keys.
    """

    take_from_population: bool
    insert_day0: bool
    empty_camps_on_day0: bool
    camps_are_sicks: bool
    sum_from_camps: bool
    read_from_agents_csv_file: bool
    starvation_driven_spawning: bool
    conflict_zone_spawning_only: bool
    default_conflict_intensity: float
    conflict_spawn_decay: tuple[float, ...]
    conflict_spawn_decay_interval: float
    spawn_mode: SpawnMode
    displaced_per_conflict_day: float
    max_move_speed: float
    max_walk_speed: float
    foreign_weight: float
    camp_weight: float
    conflict_weight: float
    conflict_movechance: float
    camp_movechance: float
    idpcamp_movechance: float
    default_movechance: float
    awareness_level: int
    capacity_buffer: float
    capacity_scaling: float
    avoid_short_stints: bool
    start_on_foot: bool
    softening: float
    weight_softening: float
    weight_power: float
    distance_power: float
    stay_close_to_home: bool
    home_distance_power: float
    use_pop_for_loc_weight: bool
    pop_power_for_loc_weight: float
    movechance_pop_base: float
    movechance_pop_scale_factor: float
    pruning_threshold: float
    use_economic_pull: bool
    flee_when_starving: bool
    avoid_food_deprived_locations: bool
    fixed_routes: bool
    WomenAvoidHazards: bool
    ChildrenAvoidHazards: bool
    ElderlyAvoidHazards: bool
    BoysTakeRisk: bool
    MatchCampReligion: bool
    MatchCampEthnicity: bool
    MatchTownEthnicity: bool
    MatchConflictEthnicity: bool
    avg_religion_fraction: float
    harvest_months: tuple[float, ...]
    hasten: int
    agent: float
    link: float
    idp_totals: float
    floods: Floods | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def by_record(self) -> bool:
        """Return whether the record says how many people flee; if not conflicts or floods do."""
        return self.spawn_mode == "record" and self.floods is None

    @property
    def matched(self) -> tuple[str, ...]:
        """Return the traits by which people seek places of people like them."""
        ethnicity = (
            self.MatchCampEthnicity or self.MatchTownEthnicity or self.MatchConflictEthnicity
        )
        return ("religion",) * self.MatchCampReligion + ("ethnicity",) * ethnicity

    @property
    def logs_attributes(self) -> bool:
        """Return whether a log tells the attributes of persons."""
        return self.agent > 0 or self.link > 1

    @property
    def reads_hunger(self) -> bool:
        """Return whether a rule asks how many people go hungry."""
        return (
            self.starvation_driven_spawning
            or self.flee_when_starving
            or self.avoid_food_deprived_locations
        )


@dataclass(frozen=True)
class Key:
    """One row of ``settings.csv``."""

    name: str
    kind: str
    default: str
    minimum: float
    maximum: float
    support: str
    meaning: str

    def expected(self) -> str:
        """Say what a right value is."""
        limits = [
            f"{word} {value:g}"
            for word, value in (("from", self.minimum), ("to", self.maximum))
            if math.isfinite(value)
        ]
        return " ".join([IN_WORDS[self.kind], *limits, f"({self.meaning})"])

    def parse(self, value: Any) -> Any:
        """Return the value as its kind; raise ValueError if it is not one."""
        if self.kind == "boolean":
            if value in (True, False):
                return bool(value)
        elif self.kind in ("whole", "number"):
            number = float("nan") if isinstance(value, bool) else float(value)
            fits = math.isfinite(number) and self.minimum <= number <= self.maximum
            if fits and (self.kind == "number" or number == int(number)):
                return int(number) if self.kind == "whole" else number
        elif self.kind == "text" and isinstance(value, str):
            return value
        elif self.kind == "list" and isinstance(value, list):
            return tuple(_factor(item) for item in value)
        raise ValueError(value)


def _factor(value: Any) -> float:
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(value)
    return number


@cache
def known_keys() -> dict[str, Key]:
    """Return every key of Flee's settings by its dotted name."""
    text = Path(__file__).with_name("settings.csv").read_text(encoding="utf-8")
    return {
        row["key"]: Key(
            row["key"], row["kind"], row["default"], float(row["minimum"] or -math.inf),
            float(row["maximum"] or math.inf), row["support"], row["meaning"],
        )
        for row in csv.DictReader(text.splitlines())
    }  # fmt: skip


def default_settings() -> Settings:
    """Return Flee's defaults."""
    return _settings({}, conflict_driven=False, notes=())


def read_settings(path: Path) -> Settings:
    """Read ``simsetting.yml``.

    Raises
    ------
    InputError
        Naming file, line and key: text that is no YAML, or a value that makes no sense.
    """
    root = _compose(path)
    nodes: Nodes = {}
    problems: list[Problem] = []
    with reading() as notes:
        if root is not None and not isinstance(root, yaml.MappingNode):
            problems.append(Problem(str(path), "sections such as move_rules", row=1))
        elif root is not None:
            _flatten(path, root, "", nodes, problems)
    values: dict[str, Any] = {}
    for name, (node, line) in nodes.items():
        key = known_keys()[name]
        value = _construct(node)
        if value is None:
            continue  # as if the key were not there
        try:
            values[name] = {} if key.kind == "section" else key.parse(value)
        except (ValueError, TypeError, OverflowError):
            problems.append(Problem(str(path), key.expected(), _shown(value), line, name))
            continue
        if key.support == "no effect" and not name.startswith("log_levels"):
            notes.append(f"{path}, line {line}, {name}: no effect ({key.meaning}).")
    children, boys = "move_rules.ChildrenAvoidHazards", "move_rules.BoysTakeRisk"
    if values.get(boys) and not values.get(children):
        notes.append(f"{path}, line {nodes[boys][1]}, {boys}: no effect without {children}.")
    mode = str(values.get(f"{SPAWNING}.spawn_mode", "constant")).lower()
    if mode not in ("constant", "pop_ratio", "poisson"):
        problems.append(
            Problem(str(path), "constant, pop_ratio or poisson", _shown(mode),
                    nodes[f"{SPAWNING}.spawn_mode"][1], f"{SPAWNING}.spawn_mode")
        )  # fmt: skip
    if problems:
        raise InputError(problems)
    settings = _settings(values, any(n.startswith(SPAWNING) for n in nodes), tuple(notes))
    return replace(
        settings, floods=floods_of(path, values, {name: line for name, (_, line) in nodes.items()})
    )


def _settings(values: Mapping[str, Any], conflict_driven: bool, notes: tuple[str, ...]) -> Settings:
    """Fill in the defaults."""
    short: dict[str, Any] = {}
    for name, key in known_keys().items():
        if key.support == "used" and not name.startswith(APART):
            default = key.parse(_plain(key)) if key.kind != "list" else ()
            short[name.rpartition(".")[2]] = values.get(name, default)
    mode = str(values.get(f"{SPAWNING}.spawn_mode", "constant")).lower()
    if not conflict_driven:
        mode = "record"
    usual = {"record": 0.0, "constant": 500.0, "pop_ratio": 0.01, "poisson": 500.0}[mode]
    displaced = values.get(f"{SPAWNING}.displaced_per_conflict_day", usual)
    flee_1 = short.pop("use_v1_rules")
    settings = Settings(**short, spawn_mode=mode, displaced_per_conflict_day=displaced, notes=notes)  # type: ignore[arg-type]
    return replace(settings, **FLEE_1) if flee_1 else settings  # type: ignore[arg-type]


def _plain(key: Key) -> Any:
    return key.default == "true" if key.kind == "boolean" else key.default


class _WithoutAliases(yaml.SafeLoader):  # type: ignore[misc]
    """A loader that takes no aliases: a few of them can stand for billions of values."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None, None, "without aliases such as *name: write the value out",
                self.peek_event().start_mark,
            )  # fmt: skip
        return super().compose_node(parent, index)


def _compose(path: Path) -> yaml.Node | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(Problem(str(path), f"settings of no more than {MOST_BYTES:,} bytes"))
        return yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_WithoutAliases)
    except OSError as error:
        raise InputError(
            Problem(str(path), f"a file that can be read ({error.strerror})")
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(str(path), f"text in UTF-8; byte {error.start + 1} is not")
        ) from error
    except RecursionError as error:
        raise InputError(Problem(str(path), "settings that are not nested so deep")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        raise InputError(
            Problem(str(path), f"settings in YAML ({what})", row=mark.line + 1 if mark else None)
        ) from error


def _construct(node: yaml.Node) -> Any:
    """Return the value of a node, or the text of it where YAML has none."""
    try:
        return yaml.constructor.SafeConstructor().construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError, LookupError,
            AttributeError):  # fmt: skip
        return f"something that YAML cannot read ({node.tag[:MOST_SHOWN]})"


def _shown(value: Any) -> Any:
    """Return a value as a message shows it: its beginning where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return "a value that is too long to show"
    return value if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _flatten(
    path: Path, node: yaml.MappingNode, prefix: str, nodes: Nodes, problems: list[Problem]
) -> None:
    """Note every key by its dotted name, with its line."""
    sections = {name.rpartition(".")[0] for name in known_keys()}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        written = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        name = prefix + written
        if name in nodes:
            problem = Problem(str(path), "each key once", _shown(prefix + written), line)
            tolerate(problem, "the last of them holds", problems)
        if name in known_keys():
            nodes[name] = (value, line)
        elif name in sections:
            if isinstance(value, yaml.MappingNode):
                _flatten(path, value, f"{name}.", nodes, problems)
                if name == SPAWNING:  # that the section is there switches it on
                    nothing = yaml.ScalarNode("tag:yaml.org,2002:null", "")
                    nodes.setdefault(f"{name}.spawn_mode", (nothing, line))
            elif _construct(value) is not None:
                problems.append(
                    Problem(str(path), "keys below it", _shown(_construct(value)), line, name)
                )
        else:
            hint = did_you_mean(name, list(known_keys())) if len(problems) < MOST_TOLD else ""
            problem = Problem(
                str(path), "a setting that Flee knows", _shown(prefix + written), line, hint=hint
            )
            tolerate(problem, "it has no effect", problems)
