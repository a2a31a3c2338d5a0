"""What follows from the settings of the tool that syncs the repository."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from mooring.fleet.gitops import GitOps
from tests.support.fleet_files import REGISTRY, loaded
from tests.support.synced import REPO


def settings(folder: Path, text: str) -> GitOps:
    fleet = loaded(folder, f"{REGISTRY}gitops: {{{text}}}\n" if text else REGISTRY).fleet
    assert fleet is not None
    return fleet.gitops


@pytest.mark.parametrize(("text", "is_used", "is_rendered"), [
    ("", False, False), (f"tool: none, {REPO}", False, False), (f"tool: argo-cd, {REPO}", True, True),
    (f"tool: flux, {REPO}", True, True),
])  # fmt: skip
def test_a_tool_is_rendered_for_where_it_has_a_repository(
    text: str, is_used: bool, is_rendered: bool, tmp_path: Path
) -> None:
    found = settings(tmp_path, text)
    assert (found.is_used, found.is_rendered) == (is_used, is_rendered)
    without = dataclasses.replace(found, repo=None)
    assert (without.is_used, without.is_rendered) == (is_used, False)


@pytest.mark.parametrize(("text", "namespace", "revision"), [
    (f"tool: argo-cd, {REPO}", "argocd", "refs/heads/main"),
    (f"tool: flux, {REPO}", "flux-system", "refs/heads/main"),
    ("tool: flux, source: oci, repo: 'oci://harbor.example.com/fleet/tree'", "flux-system", "latest"),
    (f"tool: flux, {REPO}, revision: v1, namespace: sync", "sync", "v1"),
    (f"tool: argo-cd, {REPO}, revision: refs/tags/v1, namespace: sync", "sync", "refs/tags/v1"),
])  # fmt: skip
def test_what_a_tool_takes_where_the_fleet_does_not_say(text: str, namespace: str, revision: str, tmp_path: Path) -> None:
    found = settings(tmp_path, text)
    assert (found.target_namespace, found.target_revision) == (namespace, revision)


@pytest.mark.parametrize(("text", "is_shown"), [
    (f"tool: argo-cd, {REPO}", False), (f"tool: argo-cd, apply: client, {REPO}", True), (f"tool: flux, {REPO}", False),
    ("", False),
])  # fmt: skip
def test_a_rewritten_object_is_out_of_sync_where_argo_cd_applies_on_the_client_side(
    text: str, is_shown: bool, tmp_path: Path
) -> None:
    assert settings(tmp_path, text).shows_rewriting is is_shown
