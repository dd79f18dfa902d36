"""The addresses that the app answers, and what it lets in."""
