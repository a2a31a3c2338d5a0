"""Manifests that are given, against the cluster that they make together; expiry."""
