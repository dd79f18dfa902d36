"""A page about the runs of a Flee case: how far they are from the record, camp by camp."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corredor import __version__
from corredor.arrays import Floats
from corredor.flee.case.layout import settings_file
from corredor.flee.run import FleeRun
from corredor.show.flee.bands import camp_bands, interval
from corredor.show.flee.chart import camps_chart
from corredor.show.flee.words import flee_words
from corredor.show.html import inline, template
from corredor.text.language import date
from corredor.text.numbers import about, percent, whole

COLUMNS = {"wide": 2, "narrow": 1}  # panels side by side on a screen and on a phone


@dataclass(frozen=True)
class Asked:
    """What was asked for: the files, and how they were run."""

    folder: Path
    validation: Path
    settings: Path | None
    draw: str
    seed: int
    people_scale: float
    days: int | None = None

    @property
    def settings_file(self) -> Path | None:
        """Return the settings that were read, if there were any."""
        return settings_file(self.folder, self.settings)

    def fingerprint(self) -> str:
        """Return the SHA-256 of all the CSV files and the settings, in order of their names."""
        digest = hashlib.sha256()
        files = [*sorted(self.folder.glob("*.csv")), *sorted(self.validation.glob("*.csv"))]
        for path in [*files, *([self.settings_file] if self.settings_file else [])]:
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode() + content)
        return digest.hexdigest()

    def command(self, runs: int) -> str:
        """Return the command that makes the same runs again."""
        parts = ["corredor flee run", str(self.folder), f"--validation {self.validation}"]
        if self.settings:
            parts.append(f"--settings {self.settings}")
        parts += [f"--draw {self.draw}", f"--replicates {runs}", f"--seed {self.seed}"]
        if self.people_scale != 1:
            parts.append(f"--people-scale {self.people_scale:g}")
        if self.days is not None:
            parts.append(f"--days {self.days}")
        return " ".join(parts)


def build_page(run: FleeRun, asked: Asked) -> str:
    """Return the page as one HTML document with its styles and chart inside."""
    words = flee_words()
    return template("show/flee/page.html").render(
        w=words,
        version=__version__,
        title=words["page"]["title"].format(case=run.case.name),
        prose=_prose(run),
        charts=[
            (form, inline(camps_chart(run, columns), form, words["chart"]["alt"]))
            for form, columns in COLUMNS.items()
        ],
        rows=_rows(run),
        notes=run.case.notes,
        provenance=_provenance(run, asked),
    )


def _prose(run: FleeRun) -> dict[str, str]:
    text, runs = flee_words()["page"], len(run.simulated)
    first, last = _period(run)
    mean = percent(100 * float(run.difference.mean()))
    lede = text["lede_one" if runs == 1 else "lede"]
    return {
        "lede": lede.format(runs=whole(runs), first=first, last=last, percent=mean),
        "score": text["score"].format(value=_value(run.difference)),
        "rescaled": text["rescaled"].format(value=_value(run.rescaled)),
    }


def _value(values: Floats) -> str:
    """Write the median over the runs, with its 90 % band where there are several."""
    low, middle, high = (f"{value:.3f}" for value in interval(values))
    if len(values) == 1:
        return middle
    return str(flee_words()["page"]["value"].format(low=low, middle=middle, high=high))


def _rows(run: FleeRun) -> list[dict[str, Any]]:
    text = flee_words()["page"]
    return [
        {
            "camp": camp.name,
            "last": about(camp.middle[-1]),
            "interval": text["interval"].format(low=about(camp.low[-1]), high=about(camp.high[-1])),
            "counted": whole(run.counted[-1, i]),
            "difference": about(camp.difference),
            "inside": text["inside_cell"].format(inside=camp.inside.sum(), all=len(camp.days)),
        }
        for i, camp in enumerate(camp_bands(run))
    ]


def _period(run: FleeRun) -> tuple[str, str]:
    period = run.case.period
    last = period.start + dt.timedelta(days=period.days - 1)
    return date(str(period.start)), date(str(last))


def _provenance(run: FleeRun, asked: Asked) -> list[tuple[str, str]]:
    words = flee_words()
    text, runs = words["provenance"], len(run.simulated)
    return [
        (text["case"], str(asked.folder)),
        (text["validation"], str(asked.validation)),
        (text["settings"], str(asked.settings_file or text["defaults"])),
        (text["fingerprint"], asked.fingerprint()),
        (text["period"], whole(run.case.period.days)),
        (text["draw"], words["draw"][asked.draw]),
        (text["runs"], whole(runs)),
        (text["seed"], str(asked.seed)),
        (text["scale"], f"{asked.people_scale:g}"),
        (text["people"], whole(interval(run.people)[1])),
        (text["states"], whole(run.states)),
        (text["seconds"], f"{run.seconds['simulate']:.1f}"),
        (text["command"], asked.command(runs)),
    ]
