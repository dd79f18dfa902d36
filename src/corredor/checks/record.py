"""Checks of what a world is set beside: citizenships, series and their parts in the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from corredor import record
from corredor.checks.whole import Finding, Whole, left_out, may, must, problems_in
from corredor.errors import UsageError
from corredor.fit.observations import REST
from corredor.record.readers.tidy import ALL
from corredor.runs.targets import FILE, Target, has_targets, load_countings, load_targets, uncounted

WINDOW = ["start", "end"]
APART = 1.005  # assumption: what rounding explains


def citizenships_once(whole: Whole) -> Iterator[Finding]:
    """A citizenship of the record belongs to one nationality, in all its households."""
    file, owner, told = whole.file("people.csv"), dict[str, str](), dict[str, str]()
    for row in whole.world.people.to_dict("records"):
        nationality, listed = str(row["nationality"]), str(row["citizenships"])
        if told.setdefault(nationality, listed) != listed:
            yield must(file, "citizenships_alike", listed, "citizenships", name=nationality)
        for name in listed.split(";"):
            if owner.setdefault(name, nationality) != nationality:
                yield must(file, "citizenships_once", name, "citizenships", name=owner[name],
                           other=nationality)  # fmt: skip


def citizenships_recorded(whole: Whole) -> Iterator[Finding]:
    """Where a world is set beside counts by citizenship, its citizenships stand in them."""
    pooled = {target.series for target in whole.targets if target.pooled == "citizenships"}
    held = pooled & set(record.catalogue().index)
    tables = [record.load_series(series, edition="all") for series in held]
    known = {str(name).partition(";")[0] for t in tables for name in t["category"].unique()}
    if not known:
        return
    file, every = whole.file("people.csv"), set[str]()
    for name, listed in _citizenships(whole).items():
        every |= listed
        if unknown := sorted(listed - known):
            say = may if listed & known else must
            yield say(file, "citizenships_recorded", "; ".join(unknown), "citizenships", name=name)
    if REST not in every:
        yield may(file, "citizenships_rest", column="citizenships", name=REST)


def observations_read(whole: Whole) -> Iterator[Finding]:
    """What observations.toml names is counted by the model."""
    if has_targets(whole.world):
        yield from problems_in(lambda: load_targets(whole.world))


def observations_known(whole: Whole) -> Iterator[Finding]:
    """The parts of an observation are nationalities, sectors, zones or households of the world."""
    for number, target in enumerate(whole.targets, start=1):
        known = whole.keys(target.by) if target.by else []
        for part in _parts(target):
            if part not in known:
                yield must(whole.file(FILE), "observations_known", part, _column(number, "parts"),
                           by=target.by, known=", ".join(known))  # fmt: skip


def observations_whole(whole: Whole) -> Iterator[Finding]:
    """An observation that names most nationalities, sectors or zones of the world names all."""
    for number, target in enumerate(whole.targets, start=1):
        if not target.by:
            continue
        for part in left_out(_parts(target), _counted_apart(whole, target)):
            yield must(whole.file(FILE), "observations_whole", column=_column(number, "parts"),
                       series=target.series, by=target.by, name=part)  # fmt: skip


def observations_recorded(whole: Whole) -> Iterator[Finding]:
    """The series, categories and places that observations name stand in the record."""
    for number, target in enumerate(whole.targets, start=1):
        for column, asked in _named(target):
            try:
                record.load_series(**asked, edition="all")
            except UsageError as error:
                value = list(asked.values())[-1]
                yield must(whole.file(FILE), "observations_recorded", value,
                           _column(number, column), why=str(error).rstrip("."))  # fmt: skip


def series_counted(whole: Whole) -> Iterator[Finding]:
    """Something in the world counts every series that observations.toml names."""
    whole.targets  # noqa: B018  (where they cannot be read, nothing can be said)
    for series, lacks in uncounted(whole.world).items():
        yield may(whole.file(FILE), "series_counted", series, series=series, lacks=lacks)


def record_adds_up(whole: Whole) -> Iterator[Finding]:
    """In the world's own record no part exceeds its total, nor one edition's year its months."""
    folder = whole.folder / "record" / "series"
    flows = record.catalogue().query("kind == 'flow'").index
    for name in flows:
        path = folder / f"{name}.csv"
        if not path.exists():
            continue
        table = pd.read_csv(path, dtype={"category": str, "edition": str, "place": str})
        told = table.assign(line=table.index + 2).dropna(subset=["value"])
        yield from _parts_and_totals(path, told)
        yield from _years_and_months(path, told)


def _parts_and_totals(path: Path, told: pd.DataFrame) -> Iterator[Finding]:
    """Hold each part against the total of the same days and place in the same edition."""
    alike, total = [*WINDOW, "place", "edition"], told["category"] == ALL
    if total.any() and not total.all():
        said = told[total].drop_duplicates(alike)
        both = told[~total].merge(said, on=alike, suffixes=("", "_of"))
        for row in both[both["value"] > APART * both["value_of"]].to_dict("records"):
            yield may(str(path), "part_above_total", f"{row['value']:g}",
                      f"value, row {row['line']}", total=f"{row['value_of']:g}",
                      row=row["line_of"])  # fmt: skip


def _years_and_months(path: Path, told: pd.DataFrame) -> Iterator[Finding]:
    """Hold each figure over whole months against its months, where one edition has them all."""
    if (told["start"].str[:7] == told["end"].str[:7]).all():  # most series: months alone
        return
    days = [pd.to_datetime(told[name]) for name in WINDOW]
    whole = told.assign(first=days[0].dt.to_period("M"), last=days[1].dt.to_period("M"))[
        (days[0].dt.day == 1) & days[1].dt.is_month_end
    ]
    alike, single = ["place", "category", "edition"], whole["first"] == whole["last"]
    months = whole[single].drop_duplicates([*alike, "first"])[[*alike, "first", "value"]]
    inside = whole[~single].merge(months, on=alike, suffixes=("", "_of"))
    inside = inside[inside["first_of"].between(inside["first"], inside["last"])]
    of_each = inside.groupby("line")["value_of"].agg(["sum", "size"])
    told_once = inside.drop_duplicates("line").set_index("line").join(of_each).sort_index()
    many = sum((told_once[end].dt.year * 12 + told_once[end].dt.month) * sign
               for end, sign in (("last", 1), ("first", -1))) + 1  # fmt: skip
    near = told_once["sum"].between(told_once["value"] / APART, told_once["value"] * APART)
    for row in told_once[(told_once["size"] == many) & ~near].reset_index().to_dict("records"):
        yield may(str(path), "months_apart", f"{row['value']:g}", f"value, row {row['line']}",
                  sum=f"{row['sum']:g}", first=str(row["first"]),
                  last=str(row["last"]))  # fmt: skip


def free_movement(whole: Whole) -> Iterator[Finding]:
    """A series that leaves out nationalities leaves out all at home where they or it are."""
    whole.targets  # noqa: B018  (where they cannot be read, nothing can be said)
    homes = whole.world.places[whole.world.places["home_of"] != ""]
    for series, counting in load_countings(whole.world).items():
        free = counting.unless.get("nationality", [])
        if not free:
            continue
        countries = {*homes.loc[homes["home_of"].isin(free), "country"],
                     *counting.where.get("link_destination.country", [])}  # fmt: skip
        there = homes["country"].isin(countries)
        for name in dict.fromkeys(map(str, homes.loc[there, "home_of"])):
            if name not in free:
                column = f"series.{series}.unless.nationality"
                yield may(whole.file(FILE), "free_movement", column=column, name=name)


def _citizenships(whole: Whole) -> dict[str, set[str]]:
    """Return the citizenships of each nationality."""
    people, found = whole.world.people, dict[str, set[str]]()
    for name, listed in zip(people["nationality"], people["citizenships"], strict=True):
        found.setdefault(str(name), set()).update(str(listed).split(";"))
    return found


def _counted_apart(whole: Whole, target: Target) -> list[str]:
    """Return the parts that a series can tell: of citizenships, those that it has at all."""
    every = whole.keys(target.by)
    if not target.pooled:
        return every
    categories = set(record.load_series(target.series)["category"].unique()) | {REST}
    named = _citizenships(whole)
    return [name for name in every if named.get(name, set()) & categories]


def _parts(target: Target) -> list[str]:
    """Return the parts of a target, those that it joins one by one."""
    return [part for joined in target.parts for part in joined.split("+") if part]


def _named(target: Target) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the column and the series, category or place that a target looks up in the record."""
    yield "series", {"name": target.series}
    if target.of_total:
        yield "of_total", {"name": target.of_total}
    for category in target.categories:
        yield "categories", {"name": target.series, "category": category}
    for place in target.places:
        yield "places", {"name": target.series, "place": place}


def _column(number: int, key: str) -> str:
    return f"observation {number}, {key}"


CHECKS = (
    citizenships_once, citizenships_recorded, observations_read, observations_known,
    observations_whole, observations_recorded, series_counted, record_adds_up, free_movement,
)  # fmt: skip
