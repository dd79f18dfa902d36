"""What the people in each place need, by minimum standards, and when shelters are too small.

Counted are the people in a place in the evening and not in custody: those on their way who are in
the place, those in a caravan (at the stop they reached last) and those who wait for an
appointment. People on a road of more than a day are in no place and are not counted.
"""

from corredor.needs.capacity import over_capacity
from corredor.needs.people import bands, people_in_places
from corredor.needs.periods import periods
from corredor.needs.standards import amount, load_standards
from corredor.needs.tables import needs_by_day, needs_by_period

__all__ = [
    "amount",
    "bands",
    "load_standards",
    "needs_by_day",
    "needs_by_period",
    "over_capacity",
    "people_in_places",
    "periods",
]
