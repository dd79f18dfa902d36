"""Flee's input folders, read unchanged, and Flee's rules on Corredor's engine.

Flee (Groen and others, BSD licence) is the simulator of forced displacement that this field knows.
``folder`` reads a case, ``program`` lays out its rules for the engine, ``run`` runs it.
"""
