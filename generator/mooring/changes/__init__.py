"""What changed in meaning between a git revision of a fleet and the working tree: both planned by this mooring, compared."""
