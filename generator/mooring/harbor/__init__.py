"""Harbor's robot accounts against the fleet: what Harbor has, what the fleet wants, the difference, and making it so.

Pure but for `api` (which asks, through `network/`), `reading` and `applying` (which drive it). What is written here of
Harbor's ways was observed at v2.16.0; `tests/data/harbor/` holds the recordings.
"""
