"""The three ways to spread people over what may happen: expected, exact, individual."""
