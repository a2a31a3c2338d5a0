"""The policies there are; each is rendered as an object called `mooring-<policy>`."""

from __future__ import annotations

POLICIES = ("require-pull-secret", "no-default-namespace", "pull-secret-shape")
