import pandas as pd
import pytest

from corredor.corridor.world import load_world
from scripts.kept_parts import FROM, OLDER, made_from, made_or_kept, part_of

PAGE = "# Page\n\n## Twins\n\nOld words.\n\n## Twins of a cause\n\nOther words.\n"


def written(table: pd.DataFrame | None, page: str, now: str = "today") -> str:
    return made_or_kept(
        "## Twins", table, lambda t: f"{len(t)} rows", page=page, now=now, how="run it"
    )


def made(of: str) -> pd.DataFrame:
    table = pd.DataFrame({"a": [1, 2]})
    table.attrs[FROM] = of
    return table


def test_a_part_ends_where_the_next_begins() -> None:
    assert part_of(PAGE, "## Twins") == "## Twins\n\nOld words."
    assert part_of(PAGE, "## Twins of a cause") == "## Twins of a cause\n\nOther words."
    assert part_of(PAGE, "## Nothing") is None


def test_a_part_with_a_table_is_written_from_it() -> None:
    assert written(made("today"), PAGE) == (
        "## Twins\n\n2 rows\n\nMade from world and priors `today`."
    )


@pytest.mark.parametrize("page", ["", "## Twins\n\nNot run on this world yet (`run\nit`)."])
def test_a_part_that_was_never_made_says_so(page: str) -> None:
    assert written(None, page) == "## Twins\n\nNot run on this world yet (`run it`)."


def test_a_kept_part_says_if_the_world_has_changed_and_only_then() -> None:
    part = written(made("today"), "")
    assert written(None, part) == part
    older = written(None, part, now="tomorrow")
    assert older == f"{part}\n\n{OLDER}"
    assert written(None, older, now="tomorrow") == older, "it is said once"
    assert written(None, older) == part
    assert written(None, PAGE).endswith(OLDER), "a part that does not say from what it was made"
    assert written(made("yesterday"), "").endswith(OLDER)


def test_what_a_part_is_made_from_stays_in_its_file(tmp_path) -> None:
    made("today").to_parquet(tmp_path / "table.parquet")
    assert pd.read_parquet(tmp_path / "table.parquet").attrs[FROM] == "today"


def test_world_and_priors_decide_what_a_part_is_made_from(tmp_path) -> None:
    world = load_world("mexico")
    assert made_from(world) == made_from(load_world("mexico"))
    assert made_from(world) != made_from(load_world("mediterranean"))
