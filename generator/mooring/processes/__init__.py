"""Processes of mooring: signals that end a run, forked workers, and a bug as it may be told."""
