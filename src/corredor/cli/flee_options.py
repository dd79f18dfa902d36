"""Options that the commands of ``corredor flee`` share: which case, which runs, which files."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import Language, Resume, Seed
from corredor.errors import UsageError

if TYPE_CHECKING:
    from corredor.flee.case.layout import CasePaths
    from corredor.flee.run import Runs

Folder = Annotated[
    Path,
    typer.Argument(
        help="Flee's input folder, with locations.csv, or FabFlee's, with input_csv/, source_data/ "
        "and simsetting.yml."
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(help="Instead of simsetting.yml in the folder, or beside input_csv/."),
]
Record = Annotated[
    Path | None, typer.Option(help="The folder with data_layout.csv, if not source_data/.")
]
Days = Annotated[int | None, typer.Option(help="Instead of the length in sim_period.csv.")]


class CaseDraw(enum.StrEnum):
    """The ways to split the people of a case over what may happen to them."""

    EXACT = "exact"
    EXPECTED = "expected"
    INDIVIDUAL = "individual"


class CaseFollow(enum.StrEnum):
    """How people are followed from state to state."""

    CHEAPER = "cheaper"
    COUNTS = "counts"
    PERSONS = "persons"


@dataclass(frozen=True)
class CaseFiles:
    """Where a case and its record are read from."""

    folder: Folder
    validation: Record = None
    settings: SettingsFile = None

    def found(self) -> CasePaths:
        """Return where the files lie, by either layout."""
        from corredor.flee.case.layout import find_case

        return find_case(self.folder, self.validation, self.settings)


@dataclass(frozen=True)
class CaseChance:
    """How many runs of a case and of how many people, and how chance decides in them."""

    draw: Annotated[
        CaseDraw,
        typer.Option(help="Whole people at random as counts, expected values, or one by one."),
    ] = CaseDraw.EXACT
    replicates: Annotated[int, typer.Option(min=1, help="How many runs.")] = 1
    seed: Seed = 1
    people_scale: Annotated[
        float, typer.Option(help="Simulate so many people for each one counted.")
    ] = 1.0
    days: Days = None
    follow: Annotated[
        CaseFollow,
        typer.Option(
            help="Count people in states, or follow persons one by one: by foreseen cost unless "
            "told."
        ),
    ] = CaseFollow.CHEAPER

    def runs(self) -> Runs:
        """Return the same as the model takes it."""
        from corredor.flee.run import Runs

        return Runs(
            self.replicates, self.draw.value, self.seed, self.people_scale, self.days,
            self.follow.value,
        )  # fmt: skip


@dataclass(frozen=True)
class RunFiles:
    """Files that a run of a case writes."""

    out: Annotated[
        Path | None, typer.Option(help="Write people by day and camp to this new CSV file.")
    ] = None
    flee_out: Annotated[
        Path | None, typer.Option(help="Write the same as Flee does, to this new out.csv.")
    ] = None
    chart: Annotated[
        Path | None,
        typer.Option(help="Draw camps, with bands over the runs, to this new .svg, .png or .pdf."),
    ] = None
    page: Annotated[
        Path | None, typer.Option(help="Write chart, scores and sources to this new HTML file.")
    ] = None
    language: Annotated[Language, typer.Option(help="Of chart and page.")] = Language.ENGLISH
    resume: Resume = False

    @property
    def asked(self) -> list[Path]:
        """Return the files that are asked for; what is done is kept beside the first."""
        return [f for f in (self.out, self.flee_out, self.chart, self.page) if f]

    @property
    def first(self) -> Path | None:
        """Return the first file that is asked for."""
        return next(iter(self.asked), None)

    def check(self) -> None:
        """Refuse files that cannot be written, before any time is spent."""
        from corredor.inputs.ledger import clear_written
        from corredor.inputs.whole_files import refuse_existing

        clear_written(self.asked)
        refuse_existing(*self.asked)
        if self.chart:
            from corredor.show.flee.chart import check_format

            check_format(self.chart)
        if self.resume and self.first is None:
            raise UsageError("--resume needs --out, --flee-out, --chart or --page: the file of the "
                             "interrupted runs.")  # fmt: skip
