"""The study of any world: its baseline beside its record, other scenarios, what is missing."""

from corredor.study.any_world.page import write
from corredor.study.any_world.run import WorldStudy, request_of, run_study

__all__ = ["WorldStudy", "request_of", "run_study", "write"]
