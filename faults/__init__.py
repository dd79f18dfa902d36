"""Faults, put into Corredor on purpose: killed programs, full disks, flipped bits, odd files.

``python -m faults`` tries all of them and writes ``docs/reliability.md``.
"""
