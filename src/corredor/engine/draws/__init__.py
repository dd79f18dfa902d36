"""The ways to spread people over what may happen: exact, expected, hybrid, individual."""
