"""Mooring: one fleet file in, checked Kustomize overlays and admission policies out."""

__version__ = "0.1.0"
