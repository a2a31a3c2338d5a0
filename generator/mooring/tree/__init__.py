"""Planned files to text, read back and checked, compared with the disk: units of work over a pool of processes."""
