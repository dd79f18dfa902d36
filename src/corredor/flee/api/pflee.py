"""Flee's parallel ecosystem, under its name: here one process does all, and is the only rank."""

from __future__ import annotations

from corredor.flee.api.flee import Ecosystem, Link, Location, Person, SimulationSettings

__all__ = ["Ecosystem", "Link", "Location", "Person", "SimulationSettings"]
