"""Existing manifests, of one environment or of several, as one fleet that renders to the same objects."""
