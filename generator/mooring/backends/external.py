"""Secrets that are made outside git: none is rendered, the grant stands all the same."""

from __future__ import annotations

from mooring.fleet import model


def context(_robot: model.Robot, _hosts: tuple[str, ...], _fleet: model.Fleet) -> None:
    return None
