"""Who may use the app: tokens, users, and what each of them has."""
