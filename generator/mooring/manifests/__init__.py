"""Paths to objects: files, directories, Kustomize roots, standard input, and what a service keeps under `manifests:`."""
