"""Registries: image references, docker configurations, and matching as the kubelet does it."""
