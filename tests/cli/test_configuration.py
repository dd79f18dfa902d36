"""Options of a file hold unless the command line says otherwise; whatever is none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from corredor.cli import app
from corredor.cli.configuration import defaults
from corredor.errors import InputError

CALL = CliRunner()


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_sets_options_by_their_long_names(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
[needs]
place = ["tapachula", "tijuana"]
from = "2024-01"
[forecast]
months = 12
[forecast.score]
json = true
[record.show]
place = "Tucson"
""",
    )
    assert defaults(path, get_command(app)) == {
        "needs": {"place": ["tapachula", "tijuana"], "start": "2024-01"},
        "forecast": {"make": {"months": 12}, "score": {"as_json": True}},
        "record": {"show": {"place": "Tucson"}},
    }


def test_the_command_line_goes_first(tmp_path: Path) -> None:
    path = str(written(tmp_path, "[demo]\nlang = 'es'\n"))
    assert "¿por qué" in " ".join(CALL.invoke(app, ["--config", path, "demo"]).output.split())
    told = CALL.invoke(app, ["--config", path, "demo", "--lang", "en"]).output
    assert "what made it fall" in " ".join(told.split())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[forcast]\nmonths = 1",
            "Did you mean 'forecast'",
        ),
        ("[run]\nreplicate = 1", "run.replicate: expected an option of this command"),
        ("months = 1", "months: expected a table of a command"),
        ("[world]\nmap = 1", "world.map: expected a table of a command"),
    ],
)
def test_what_is_no_command_or_option_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        defaults(written(tmp_path, text), get_command(app))
    assert told in str(error.value)


def test_every_command_stands_in_a_group_with_one_line_of_help() -> None:
    found = CALL.invoke(app, ["--help"], env={"COLUMNS": "80"}).output
    command = get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    for name, each in command.commands.items():
        assert each.rich_help_panel, name  # type: ignore[attr-defined]
        (line,) = [line for line in found.splitlines() if line.startswith(f"│ {name} ")]
        assert (each.short_help or "") in line
