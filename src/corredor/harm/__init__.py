"""Expected events of harm, with the spread of the runs and the range of the surveys behind them.

The two ranges are different things. The spread of the runs holds chance and what calibration left
open about how many people are where. The range of the surveys holds what is not known of the
rates; it is much wider, and the runs know nothing of it.
"""

from corredor.harm.deaths import deaths_at_sea
from corredor.harm.ranges import ranges_of
from corredor.harm.table import NOTES, as_shown, harm_table

__all__ = ["NOTES", "as_shown", "deaths_at_sea", "harm_table", "ranges_of"]
