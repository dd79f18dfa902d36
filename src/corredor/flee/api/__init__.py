"""Flee's names on Corredor's engine: a run.py works once ``flee`` in its imports is changed.

======================================================  ==========================================
in a script for Flee                                    here
======================================================  ==========================================
``from flee import flee, InputGeography, spawning``     ``from corredor.flee.api import flee, …``
``from flee.datamanager import handle_refugee_data``    ``from corredor.flee.api.datamanager …``
``from flee.SimulationSettings import …``               ``from corredor.flee.api.Simulation…``
``from flee.postprocessing import analysis``            ``from corredor.flee.api.postprocessing …``
======================================================  ==========================================

People are counted unless a script asks for persons: ``flee.Ecosystem(draw="individual")`` has
``agents``. ``docs/coming-from-flee.md`` tells what there is and what there is not.
"""
