"""Random numbers with an address each, and samples drawn from them."""

from corredor.engine.loading import load_before_registering, stamp_by_all_kernels

stamp_by_all_kernels()
load_before_registering()
