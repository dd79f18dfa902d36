"""The compiled work of a day: one file for each kind of step."""

from corredor.engine.loading import load_before_registering, stamp_by_all_kernels

stamp_by_all_kernels()
load_before_registering()
