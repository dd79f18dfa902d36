"""Flee's logs of the first run of a case: which the settings ask for, and where they stand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from corredor.engine.draws.names import DrawName
from corredor.flee import agents_out, links_out
from corredor.flee.agents_out import AgentLog
from corredor.flee.case.folder import Case
from corredor.flee.links_out import BY_ATTRIBUTE, LinkLog
from corredor.flee.rules.listening import Listener
from corredor.inputs.ledger import Ledger
from corredor.inputs.whole_files import refuse_existing, whole_or_absent


class Logs:
    """The logs of the first run of a case.

    Parameters
    ----------
    case : Case
        What is run; its settings say which logs there are.
    draw : {"exact", "expected", "individual"}
        How.
    folder : Path
        Where the logs will stand.
    ledger : Ledger, optional
        Where they stand until then.

    Attributes
    ----------
    names : tuple of str
        The logs that will be written.
    notes : tuple of str
        What is not told, and how to be told it.
    one_by_one : bool
        Whether persons have to be followed for them.

    Raises
    ------
    OutputError
        If something stands where a log would.
    """

    def __init__(
        self, case: Case, draw: DrawName, folder: Path, ledger: Ledger | None = None
    ) -> None:
        self.case, self.folder, self.ledger = case, folder, ledger
        settings, follows = case.settings, draw == "individual"
        traits = case.attributes.traits if case.attributes else ()
        by_attribute = settings.link > BY_ATTRIBUTE and bool(traits)
        notes = []
        if settings.agent > 0 and not follows:
            notes.append(f"{agents_out.NAME}: not written, for people are counted. Persons are "
                         "told with --draw individual.")  # fmt: skip
        if by_attribute and draw == "expected":
            notes.append(f"{links_out.NAME}: without rows by attribute, which only whole people "
                         "have: --draw exact or individual.")  # fmt: skip
        tells = settings.agent > 0 and follows
        self.names = (links_out.NAME,) * (settings.link > 0) + (agents_out.NAME,) * tells
        self.notes, self.one_by_one = tuple(notes), by_attribute and draw != "expected"
        refuse_existing(*(folder / name for name in self.names
                          if ledger is None or name not in ledger.parts))  # fmt: skip

    @property
    def done(self) -> bool:
        """Return whether an earlier attempt wrote them all."""
        return all(self.ledger is not None and name in self.ledger for name in self.names)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Give who is to be told of the run; the logs stand whole after it, or not at all."""
        with ExitStack() as stack:
            files = {}
            for name in self.names:
                new = whole_or_absent(self.folder / name)
                part = stack.enter_context(self.ledger.writing(name) if self.ledger else new)
                files[name] = stack.enter_context(part.open("w", encoding="utf-8", newline=""))
            links, agents = files.get(links_out.NAME), files.get(agents_out.NAME)
            yield Listener(LinkLog(self.case, links).note if links else None,
                           AgentLog(self.case, agents).note if agents else None)  # fmt: skip

    def deliver(self) -> None:
        """Put logs of a ledger where they will stand, which may be on another disk.

        Raises
        ------
        OutputError
            If they cannot be written there.
        """
        if self.ledger is None:
            return
        for name in self.names:
            with whole_or_absent(self.folder / name, replace=True) as part:
                shutil.copyfile(self.ledger.path(name), part)
