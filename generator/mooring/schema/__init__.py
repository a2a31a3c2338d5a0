"""Which kinds are known, what their schemas refuse, and how that is said: the only importer of jsonschema."""
