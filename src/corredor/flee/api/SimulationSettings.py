"""Flee's settings under the names that scripts give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

import yaml

from corredor.errors import UsageError
from corredor.flee.case.floods import Floods, Forecast
from corredor.flee.case.settings import Settings, default_settings, read_settings

MOVE = {
    "MaxMoveSpeed": "max_move_speed",
    "MaxWalkSpeed": "max_walk_speed",
    "ForeignWeight": "foreign_weight",
    "CampWeight": "camp_weight",
    "ConflictWeight": "conflict_weight",
    "ConflictMoveChance": "conflict_movechance",
    "CampMoveChance": "camp_movechance",
    "IDPCampMoveChance": "idpcamp_movechance",
    "DefaultMoveChance": "default_movechance",
    "AwarenessLevel": "awareness_level",
    "CapacityBuffer": "capacity_buffer",
    "CapacityScaling": "capacity_scaling",
    "AvoidShortStints": "avoid_short_stints",
    "StartOnFoot": "start_on_foot",
    "DistanceSoftening": "softening",
    "WeightSoftening": "weight_softening",
    "WeightPower": "weight_power",
    "DistancePower": "distance_power",
    "StayCloseToHome": "stay_close_to_home",
    "HomeDistancePower": "home_distance_power",
    "UsePopForLocWeight": "use_pop_for_loc_weight",
    "PopPowerForLocWeight": "pop_power_for_loc_weight",
    "MovechancePopBase": "movechance_pop_base",
    "MovechancePopScaleFactor": "movechance_pop_scale_factor",
    "PruningThreshold": "pruning_threshold",
    "UseEconomicPull": "use_economic_pull",
    "FixedRoutes": "fixed_routes",
    "HarvestMonths": "harvest_months",
    **{
        name: name
        for name in (
            "WomenAvoidHazards",
            "ChildrenAvoidHazards",
            "ElderlyAvoidHazards",
            "BoysTakeRisk",
            "MatchCampReligion",
            "MatchCampEthnicity",
            "MatchTownEthnicity",
            "MatchConflictEthnicity",
            "avg_religion_fraction",
            "flee_when_starving",
            "avoid_food_deprived_locations",
        )
    },
}  # what Flee's scripts call a key of simsetting.yml
SPAWN = {
    "TakeFromPopulation": "take_from_population",
    "InsertDayZeroRefugeesInCamps": "insert_day0",
    "EmptyCampsOnDay0": "empty_camps_on_day0",
    "conflict_zone_spawning_only": "conflict_zone_spawning_only",
    "sum_from_camps": "sum_from_camps",
    "read_from_agents_csv_file": "read_from_agents_csv_file",
    "starvation_driven_spawning": "starvation_driven_spawning",
}
FLOODS = ("FloodRulesEnabled", "FloodMovechances", "FloodLocWeights", "FloodForecaster")
FORECAST = ("FloodForecasterTimescale", "FloodForecasterEndTime", "FloodForecasterWeights",
            "FloodAwarenessWeights")  # fmt: skip
NO_FLOODS, NO_FORECAST = Floods("pop_ratio", (), (), ()), Forecast(0, 0, (), ())
LOGS = ("agent", "link", "camp", "init", "conflict", "idp_totals")


class _Aged(Protocol):
    time_of_conflict: int


class SimulationSettings:
    """The settings of all simulations of a process, as in Flee.

    Attributes
    ----------
    move_rules, spawn_rules, log_levels, optimisations : dict
        By the names that Flee's scripts use. What is written there holds from the next day on;
        speeds, ``AwarenessLevel``, ``StartOnFoot`` and ``AvoidShortStints`` only until the first.
    ConflictInputFile : str
        The name of conflicts.csv, which is read before locations.csv where there is such a file.
    FloodLevelInputFile : str
        The name of flood_level.csv; unless it is given, that of the folder of locations.csv.
    """

    move_rules: ClassVar[dict[str, Any]] = {}
    spawn_rules: ClassVar[dict[str, Any]] = {}
    log_levels: ClassVar[dict[str, int]] = {}
    optimisations: ClassVar[dict[str, Any]] = {}
    ConflictInputFile: ClassVar[str] = ""
    FlareConflictInputFile: ClassVar[str] = ""
    FloodLevelInputFile: ClassVar[str] = ""
    default_conflict_intensity: ClassVar[int] = 1

    @staticmethod
    def ReadFromYML(ymlfile: str | Path) -> float:
        """Read simsetting.yml and return its ``number_of_steps``, or -1.

        Raises
        ------
        InputError
            Naming file, line and key of whatever makes no sense.
        """
        path = Path(ymlfile)
        settings = read_settings(path)
        given: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
        take_over(settings)
        logs = given.get("log_levels") or {}
        SimulationSettings.log_levels.update({name: int(logs.get(name) or 0) for name in LOGS})
        SimulationSettings.ConflictInputFile = str(given.get("conflict_input_file") or "")
        SimulationSettings.FloodLevelInputFile = str(given.get("flood_level_input_file") or "")
        return float(given.get("number_of_steps") or -1)

    @staticmethod
    def get_conflict_decay(time_since_conflict: int) -> float:
        """Return the factor on a conflict that began so many days ago."""
        rules = SimulationSettings.spawn_rules
        factors: Sequence[float] | None = rules["conflict_spawn_decay"]
        if not factors:
            return 1.0
        age = int(time_since_conflict / rules["conflict_spawn_decay_interval"])
        return float(factors[min(age, len(factors) - 1)])

    @staticmethod
    def get_location_conflict_decay(time: int, loc: _Aged) -> float:
        """Return the factor on the conflict in a place."""
        return SimulationSettings.get_conflict_decay(time - loc.time_of_conflict)


def take_over(settings: Settings) -> None:
    """Fill Flee's dictionaries."""
    floods = settings.floods or NO_FLOODS
    forecast = floods.forecast or NO_FORECAST
    rules, spawn = SimulationSettings.move_rules, SimulationSettings.spawn_rules
    rules.update({name: getattr(settings, key) for name, key in MOVE.items()})
    spawn.update({name: getattr(settings, key) for name, key in SPAWN.items()})
    by_conflict = settings.spawn_mode != "record"
    spawn["conflict_driven_spawning"] = by_conflict
    spawn["conflict_spawn_mode"] = settings.spawn_mode if by_conflict else "constant"
    spawn["displaced_per_conflict_day"] = settings.displaced_per_conflict_day
    spawn["conflict_spawn_decay"] = list(settings.conflict_spawn_decay) or None
    spawn["conflict_spawn_decay_interval"] = settings.conflict_spawn_decay_interval
    spawn["camps_are_sinks"] = settings.camps_are_sicks
    spawn["flood_driven_spawning"] = rules["FloodRulesEnabled"] = settings.floods is not None
    spawn["flood_spawn_mode"] = floods.spawn_mode
    spawn["displaced_per_flood_day"] = list(floods.displaced)
    rules["FloodMovechances"], rules["FloodLocWeights"] = floods.movechances, floods.loc_weights
    rules["FloodForecaster"] = floods.forecast is not None
    rules.update(zip(FORECAST, (forecast.days, forecast.end, forecast.weights, forecast.awareness),
                     strict=True))  # fmt: skip
    SimulationSettings.default_conflict_intensity = int(settings.default_conflict_intensity)
    SimulationSettings.optimisations["PopulationScaleDownFactor"] = settings.hasten
    SimulationSettings.log_levels.update(dict.fromkeys(LOGS, 0))


def settings_now() -> Settings:
    """Return the settings as the rules read them."""
    rules, spawn = SimulationSettings.move_rules, SimulationSettings.spawn_rules
    unknown = sorted({*rules} - {*MOVE, *FLOODS, *FORECAST, "MaxCrossingSpeed"})
    if unknown:
        raise UsageError(f"SimulationSettings.move_rules has no {unknown[0]!r} here.")
    return replace(
        default_settings(),
        **{key: rules[name] for name, key in MOVE.items()},
        **{key: spawn[name] for name, key in SPAWN.items()},
        floods=_floods_now() if rules["FloodRulesEnabled"] else None,
    )


def _floods_now() -> Floods:
    rules, spawn = SimulationSettings.move_rules, SimulationSettings.spawn_rules
    forecast = None
    if rules["FloodForecaster"]:
        days, end, weights, awareness = (rules[name] for name in FORECAST)
        forecast = Forecast(int(days), int(end), tuple(weights), tuple(awareness))
    return Floods(
        str(spawn["flood_spawn_mode"]), tuple(spawn["displaced_per_flood_day"]),
        tuple(rules["FloodMovechances"]), tuple(rules["FloodLocWeights"]), forecast,
    )  # fmt: skip


take_over(default_settings())
