"""The first model: a migration corridor, its world, levers, scenarios, states and day."""
