"""The report of a study: one page of HTML that needs nothing outside itself."""

from corredor.study.report.page import build
from corredor.study.report.save import refuse_foreign, write

__all__ = ["build", "refuse_foreign", "write"]
