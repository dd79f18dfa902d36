"""Random numbers with an address each, and samples drawn from them."""
