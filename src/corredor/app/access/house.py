"""The house: who comes in by which token, and the desk that each of them has in it."""

from __future__ import annotations

import threading
from pathlib import Path

from corredor.app.access.tokens import hashed, same
from corredor.app.access.users import Users
from corredor.app.jobs.desk import Desk
from corredor.app.jobs.queue import Runner
from corredor.app.jobs.store import Store
from corredor.errors import InputError

OWNER = ""  # who started the app; no user has this name
USERS = "users"  # folder of the users' folders, beside the owner's runs


class House:
    """The app's folder: the owner's runs, and a folder of runs for each user.

    Parameters
    ----------
    folder : Path
        Holds all of it.
    runner : Runner
        Runs what all of them ask for, by turns.
    token : str
        The owner's; empty where everybody who reaches the app is taken for the owner.
    """

    def __init__(self, folder: Path, runner: Runner, token: str) -> None:
        self.folder, self.runner = folder, runner
        self.users = Users(folder)
        self._owner = hashed(token) if token else ""
        self._lock = threading.Lock()
        self._desks = {OWNER: runner.desk(OWNER, Store(folder))}

    @property
    def open(self) -> bool:
        """Whether nobody is asked for a token."""
        return not self._owner

    def whose(self, token: str) -> str | None:
        """Return the name of the person whose token this is; None if it is nobody's."""
        owner = same(self._owner, hashed(token))
        try:
            user = self.users.whose(token)
        except InputError:  # whoever broke the file of users shuts them out, not the owner
            user = None
        return OWNER if owner else user

    def lives(self, name: str) -> bool:
        """Tell whether a person is still let in."""
        try:
            return name == OWNER or name in self.users.known()
        except InputError:
            return False

    def desk(self, name: str) -> Desk:
        """Return a person's desk.

        Raises
        ------
        OutputError
            If their folder cannot be written.
        """
        with self._lock:
            if name not in self._desks:
                self._desks[name] = self.runner.desk(name, Store(self.folder / USERS / name))
            return self._desks[name]
