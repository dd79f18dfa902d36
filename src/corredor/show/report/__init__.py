"""The report of a study: one page of HTML that needs nothing outside itself."""

from corredor.show.report.build import build
from corredor.show.report.write import refuse_foreign, write

__all__ = ["build", "refuse_foreign", "write"]
