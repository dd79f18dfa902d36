"""Paragraphs made from the numbers of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corredor.runs.measures import measure_named
from corredor.study.report import sources
from corredor.study.report.sources import Link
from corredor.study.run import Study
from corredor.study.subject import AFTER, BEFORE, BORDER_PATROL, DETENTIONS, WITH_PORTS
from corredor.study.words import words
from corredor.text.language import spoken, translated
from corredor.text.numbers import (
    about,
    date,
    month,
    percent,
    signed_percent,
    tenths,
    whole,
    window,
)

FEW_RUNS = 50
CLEARLY = 0.75  # below this share of the error of a constant, the model follows the months
HELD = "2023-11"  # the month at whose level the counterfactual holds interdiction


def difference_sentence(row: Mapping[Any, Any], first: str, last: str) -> str:
    """Say in words what a paired difference is: direction, size and interval.

    Parameters
    ----------
    row : dict
        ``measure``, ``meaning``, ``difference``, ``low``, ``high`` and ``percent``, as
        ``comparison.compare`` gives them.
    first, last : str
        The months compared.
    """
    text = words()["counterfactual"]
    span = {"first": month(first), "last": month(last), "what": measure_name(row)}
    kind = direction(row)
    if kind == "same":
        return str(text["none"].format(**span))
    return str(
        text["sentence"].format(
            **span,
            number=about(abs(row["difference"])),
            direction=text["more" if row["difference"] > 0 else "fewer"],
            percent=signed_percent(row["percent"]),
            interval=_interval(row),
            meaning=text["includes" if kind == "unclear" else "excludes"],
        )
    )


def _interval(row: Mapping[Any, Any]) -> str:
    """Write an interval as ``1 to 2 more``, ``1 to 2 fewer`` or ``1 fewer to 2 more``."""
    text, ends = words()["counterfactual"], sorted((row["low"], row["high"]), key=abs)
    small, large = (about(abs(end)) for end in ends)
    if ends[0] * ends[1] > 0:
        return str(text[f"both_{direction(row)}"].format(small=small, large=large))
    return str(text["across"].format(low=about(abs(row["low"])), high=about(abs(row["high"]))))


def direction(row: Mapping[Any, Any]) -> str:
    """Return ``more``, ``fewer``, ``unclear`` if the interval holds zero, or ``same``."""
    if row["difference"] == row["low"] == row["high"] == 0:
        return "same"
    if row["low"] <= 0 <= row["high"]:
        return "unclear"
    return "more" if row["difference"] > 0 else "fewer"


def measure_name(row: Mapping[Any, Any]) -> str:
    """Return the name of a measure in the language of the report."""
    return measure_named(str(row["measure"])).words["name"]


def in_short(study: Study) -> list[tuple[str, str, list[Link]]]:
    """Return the report in five sentences, each with a label and where its numbers come from."""
    text, facts = words()["short"], study.facts
    rows = study.differences.to_dict("records")
    encounters = next(row for row in rows if row["measure"] == "encounters")
    fall = text["fall_steepest" if facts.rank == 1 else "fall_ranked"].format(
        fall=percent(-facts.fall.percent), before=month(BEFORE), after=month(AFTER),
        from_value=whole(facts.fall.before), to_value=whole(facts.fall.after),
        first=month(facts.first_month), rank=facts.rank,
    )  # fmt: skip
    detained = text["detained"].format(
        each=text["detained_join"].join(_detained(study)),
    )
    return [
        (text["known_label"], fall, sources.links(study, BORDER_PATROL)),
        (text["detained_label"], detained, sources.links(study, DETENTIONS, cited=_cited(study))),
        (
            text["modelled_label"],
            text["modelled"].format(**_made(study)),
            sources.links(study, run=True),
        ),
        (
            text["what_if_label"],
            short_difference(encounters, *study.span),
            sources.links(study, run=True),
        ),
        (text["open_label"], text["open"], []),
    ]


def short_difference(row: Mapping[Any, Any], first: str, last: str) -> str:
    """Say in one sentence what a paired difference is."""
    text, kind = words()["short"], direction(row)
    span = {"first": month(first), "last": month(last), "what": measure_name(row)}
    if kind == "same":
        return str(text["what_if_same"].format(**span))
    way = "more" if row["difference"] > 0 else "fewer"
    number = about(abs(row["difference"]))
    key = f"what_if_{way}" if kind != "unclear" else f"what_if_unclear_{way}"
    return str(text[key].format(**span, number=number, interval=_interval(row)))


def _made(study: Study) -> dict[str, str]:
    """Return the model's fall in words."""
    made = study.falls.to_dict("index")["baseline"]
    return {
        "baseline": percent(-made["mean"]), "low": percent(-made["high"]),
        "high": percent(-made["low"]),
    }  # fmt: skip


def fall_beside(study: Study) -> str:
    """Say whether the model makes the whole fall of the record."""
    made, real = study.falls.to_dict("index")["baseline"], study.facts.fall.percent
    kind = (
        "like" if made["low"] <= real <= made["high"] else "less" if made["mean"] > real else "more"
    )
    return str(words()["counterfactual"][f"compared_{kind}"])


def headline_figures(study: Study) -> list[dict[str, Any]]:
    """Return the figures of the record that stand at the top, each with its title and source."""
    text, facts = words()["record"], study.facts
    fall_title = text["fall_title"].format(before=month(BEFORE), after=month(AFTER))
    fall_text = text["fall_text"].format(
        from_value=whole(facts.fall.before), to_value=whole(facts.fall.after), rank=facts.rank,
        rank_by_number=facts.rank_by_number, first=month(facts.first_month),
        runner_up=month(facts.runner_up), runner_up_percent=percent(facts.runner_up_percent),
    )  # fmt: skip
    with_ports = facts.fall_with_ports
    ports_text = text["ports_text"].format(
        from_value=whole(with_ports.before), to_value=whole(with_ports.after)
    )
    fall, ports = percent(facts.fall.percent), percent(with_ports.percent)
    return [
        _figure(fall, fall_title, fall_text, sources.links(study, BORDER_PATROL)),
        _figure(ports, text["ports_title"], ports_text, sources.links(study, WITH_PORTS)),
        *_detentions(study),
    ]


def _editions(study: Study) -> dict[str, list[dict[str, Any]]]:
    """Return the editions of Mexico's detentions by month, first published first."""
    found = study.facts.detentions
    return {
        m: [r for r in found if r["month"] == m] for m in dict.fromkeys(r["month"] for r in found)
    }


def _detained(study: Study) -> list[str]:
    """Say how many detentions were published for each month."""
    text = words()["short"]
    return [
        text["detained_revised" if len(rows) > 1 else "detained_once"].format(
            first=whole(rows[0]["value"]), last=whole(rows[-1]["value"]), month=month(name)
        )
        for name, rows in _editions(study).items()
    ]


def _cited(study: Study) -> list[str]:
    return list(dict.fromkeys(str(r["citation"]) for r in study.facts.detentions))


def _detentions(study: Study) -> list[dict[str, Any]]:
    text = words()["record"]
    figures = []
    for name, rows in _editions(study).items():
        editions = [
            text["detentions_edition"].format(
                value=whole(r["value"]), edition=translated(str(r["edition"]))
            )
            for r in rows
        ]
        kind = "more" if len(editions) > 1 else "one"
        body = text[f"detentions_text_{kind}"].format(first=editions[0], last=editions[-1])
        cited = list(dict.fromkeys(str(r["citation"]) for r in rows))
        title = text["detentions_title"].format(month=month(name))
        links = sources.links(study, DETENTIONS, cited=cited)
        figures.append(_figure(whole(rows[0]["value"]), title, body, links))
    return figures


def _figure(number: str, title: str, text: str, links: list[Link]) -> dict[str, Any]:
    return {"number": number, "title": title, "text": text, "links": links}


def how_to_read(study: Study) -> list[str]:
    """Say what lines and bands are, what the draw means, and warn of few runs."""
    text, data = words()["read"], study.baseline
    runs = data.sizes["replicate"]
    draw = data.attrs["draw"]
    told = [
        text["text"].format(replicates=runs, draw=text[f"draw_{draw}"], seed=data.attrs["seed"])
    ]
    told += [text[draw]] if draw in text else []
    return told + ([text["few"].format(replicates=runs)] if runs < FEW_RUNS else [])


def falls_share(study: Study) -> str:
    """Say how much of the month's fall the changed rule makes in the model, if any."""
    points = study.falls.to_dict("index")["difference"]
    kind = "clear" if points["low"] > 0 else "shallower" if points["high"] < 0 else "unclear"
    return str(
        words()["counterfactual"][f"falls_{kind}"].format(
            points=tenths(points["mean"]), low=tenths(points["low"]), high=tenths(points["high"])
        )
    )


def limits(study: Study) -> list[str]:
    """Say why the difference settles nothing; and if the level held is hidden in a longer total."""
    text, table = words()["counterfactual"], study.windows[DETENTIONS]
    around = table[(table["start"] <= HELD) & (table["end"] >= HELD) & (table["months"] > 1)]
    hidden = [
        text["limit_of_total"].format(
            window=window(str(row["start"]), str(row["end"])), held=month(HELD)
        )
        for row in around.to_dict("records")
    ]
    return [*text["limits"], *hidden]


def model_intro(study: Study) -> str:
    """Say what the two scenarios are, and where the baseline's numbers come from."""
    return str(words()["model"]["intro"].format(**_calibrated(study)))


def calibration(study: Study) -> list[str]:
    """Say what calibration used, and what agreement with that is worth."""
    text, used = words()["calibration"], study.fit["calibrated"]
    others = [words()["series"][series]["title"] for series in used.index[~used]]
    which = text["some" if others else "all"].format(others="; ".join(others))
    errors = [100 * target.error for target in study.targets]
    told = text["used"].format(
        **_calibrated(study), which=which, least=whole(min(errors)), most=whole(max(errors)),
        series=len({target.series for target in study.targets}),
    )  # fmt: skip
    return [told, text["worth"], text["evidence"]]


def _calibrated(study: Study) -> dict[str, str]:
    """Return the numbers of the calibration in words."""
    made = study.calibration
    return {
        "totals": whole(float(made["observations"])), "members": whole(float(made["kept"])),
        "first": month(str(made["from"])), "last": month(str(made["to"])),
    }  # fmt: skip


def held_back(study: Study) -> str:
    """Say how the share of families comes out, and whether better than one share for all months."""
    text, found = words()["held_back"], study.held_back
    told = found.error / found.error_of_constant
    kind = "follows" if told < CLEARLY else "hardly_follows" if told < 1 else "does_not_follow"
    return str(
        text["text"].format(
            record=percent(found.record), model=percent(found.mean), error=tenths(found.error),
            constant=tenths(found.error_of_constant), verdict=text[kind],
        )
    )  # fmt: skip


def events(study: Study, chosen: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the chosen events of the calendar that lie in the months shown, numbered."""
    calendar = study.scenarios[0].world.calendar.copy()
    calendar["date"] = calendar["date"].astype(str).str[:10]
    start, end = (str(s) for s in (study.scenarios[0].start, study.scenarios[0].end))
    held = calendar[calendar["event_id"].isin(chosen) & calendar["date"].between(start, end)]
    what = "event" if spoken() == "en" else f"event_{spoken()}"
    return [
        {"number": number, "day": row["date"], "date": _event_date(row), "text": row[what]}
        for number, row in enumerate(held.sort_values("date").to_dict("records"), start=1)
    ]


def _event_date(row: dict[Any, Any]) -> str:
    return month(row["date"]) if row["precision"] == "month" else date(row["date"])
