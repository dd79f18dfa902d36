"""Read anybody's own series of counts: what it says in one way only, or a question back.

::

    own = read_own(Path("counts.csv"))
    own.table     # start, end, place, category, value, note
    own.notes     # what was read how, in sentences
"""

from corredor.record.own.series import Own, read_own

__all__ = ["Own", "read_own"]
