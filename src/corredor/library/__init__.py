"""What people call from Python: worlds, runs, fits, questions, and a result that draws itself.

Every function here is reached as ``corredor.NAME``. Each is a few lines over the parts below; what
is added is one place for the options, in full, and what a notebook shows.
"""
