"""Read official files as they are published: what each says, checked against its own totals.

One module a format. A file is recognised by its content, never by its name, and is read whole or
not at all.

::

    reading = read("whatever it is called.xlsx")
    reading.tables["border_patrol_by_sector"]   # start, end, place, category, …, value, unit
    [check for check in reading.checks if not check.ok]
"""

from corredor.record.readers.reading import Check, Format, Reader, Reading
from corredor.record.readers.recognise import READERS, read, recognise

__all__ = ["READERS", "Check", "Format", "Reader", "Reading", "read", "recognise"]
