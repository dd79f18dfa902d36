"""Scenarios compared: in sentences, as charts, and as a page."""

from corredor.show.compare.charts import comparison_chart, save_chart
from corredor.show.compare.page import build_page
from corredor.show.compare.told import Told, tell

__all__ = ["Told", "build_page", "comparison_chart", "save_chart", "tell"]
