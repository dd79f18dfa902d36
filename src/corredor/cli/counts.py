"""``corredor counts``: people in places in the model beside what was counted there."""

from __future__ import annotations

from typing import Annotated

import typer

from corredor.cli.needs import result_of
from corredor.cli.notes import tell
from corredor.cli.options import AsJson, Chance, Language, OfWorld, Parameters, Subject, grouped
from corredor.cli.output import print_json, print_table


@grouped
def counts(
    *,
    scenario: Subject,
    world: OfWorld = None,
    place: Annotated[
        list[str] | None,
        typer.Option(help="A place of the world; may be given several times."),
    ] = None,
    chance: Chance,
    parameters: Parameters = None,
    language: Annotated[Language, typer.Option("--lang", help="Language of the table.")] = (
        Language.ENGLISH
    ),
    as_json: AsJson = False,
) -> None:
    """Show the model's people in places beside every count that was published of them."""
    from corredor.corridor.scenarios_of import scenario_named
    from corredor.needs.counted import counts_beside
    from corredor.needs.people import check_places
    from corredor.runs.provenance import in_words_of_worlds
    from corredor.show.needs import counts as told
    from corredor.show.needs import needs_words
    from corredor.text.language import named, speaking

    scenario = str(scenario_named(scenario, world))
    data = result_of(scenario, chance.options(parameters), shown=not as_json)
    names = dict(zip(data["place"].values.astype(str), data["place_name"].values.astype(str),
                     strict=True))  # fmt: skip
    check_places(place or (), names)
    found = counts_beside(data)
    if place:
        found = found[found["place"].isin(place)]
    if as_json:
        print_json({"scenario": data.attrs["scenario"], "counts": found.to_dict("records")})
        return
    words = needs_words(language.value)
    with speaking(language.value), in_words_of_worlds(data):
        title = words["counts"]["title"].format(title=named(str(data.attrs["title"])).rstrip("."))
        print_table(title, told.columns(words), told.rows(found, words))
        typer.echo(told.summary(found, words))
        tell(data)
