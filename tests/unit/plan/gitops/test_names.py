"""What the tool's objects are called: joined, cut with a digest, never one name for two."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.plan.gitops.names import ACCESS, ROOT_OF_CLUSTER, SERVICES, TOGETHER, collisions, object_name, root_name
from tests.support.fleet_files import said
from tests.support.synced import LONG, REPO, resolved


def test_names_are_joined_and_never_change(tmp_path: Path) -> None:
    """The expected texts are contract: a renamed object rolls every model of its root."""
    found = resolved(tmp_path, "namespaces: [{name: vision}]\n")["default"]
    assert root_name(found) == "small-default"
    assert object_name(found, "", ROOT_OF_CLUSTER) == "small-default-cluster"
    assert [object_name(found, "vision", stage) for stage in (ACCESS, SERVICES, TOGETHER)] == [
        "small-default-vision-access", "small-default-vision-services", "small-default-vision",
    ]  # fmt: skip
    assert object_name(found, "v" * 40, SERVICES) == f"small-default-{'v' * 40}-services"
    assert object_name(found, "v" * 41, SERVICES) == f"small-default-{'v' * 29}-1afc777946-services"
    assert object_name(found, "v" * 28 + "-" + "v" * 12, SERVICES) == f"small-default-{'v' * 28}-94d340e6ca-services"
    assert {len(object_name(found, LONG, stage)) for stage in (ACCESS, SERVICES, TOGETHER)} == {63}
    assert object_name(found, LONG, TOGETHER) != object_name(found, LONG[:-1], TOGETHER)


@pytest.mark.parametrize(("tool", "layout", "environments", "found"), [
    ("argo-cd", "", "{name: a, namespaces: [b-c]}, {name: a-b, namespaces: [c]}", ["duplicate-name 7:34"]),
    # Each Flux sees its own cluster alone.
    ("flux", "", "{name: a, namespaces: [b-c]}, {name: a-b, namespaces: [c]}", []),
    ("argo-cd", "", "{name: a, namespaces: [c]}, {name: b, namespaces: [c]}", []),
    # `_cluster`, and the root of another environment.
    ("argo-cd", "layout: together", "{name: a, namespaces: [cluster]}", ["duplicate-name 7:45"]),
    ("argo-cd", "layout: together", "{name: a, namespaces: [c]}, {name: a-c, namespaces: []}", ["duplicate-name 8:51"]),
    ("argo-cd", "", "{name: a, namespaces: [cluster, access]}", []),
    ("flux", "", "{name: a, namespaces: [cluster, access]}", []),
])  # fmt: skip
def test_names_that_collide(tool: str, layout: str, environments: str, found: list[str], tmp_path: Path) -> None:
    text = (
        f"gitops: {{tool: {tool}, {REPO}, {layout}}}\nversions: {{}}\n"
        f"namespaces: [{{name: b-c}}, {{name: c}}, {{name: cluster}}, {{name: access}}]\nenvironments: [{environments}]\n"
    )
    assert [said(problem) for problem in collisions(resolved(tmp_path, text))] == found


@pytest.mark.parametrize(("layout", "message"), [
    ("split", "`overlays/a/b-c/access` and `overlays/a-b/c/access` would both be synced by `small-a-b-c-access`"),
    ("together", "`overlays/a/b-c` and `overlays/a-b/c` would both be synced by `small-a-b-c`"),
])  # fmt: skip
def test_a_collision_is_said_once_and_in_paths(layout: str, message: str, tmp_path: Path) -> None:
    text = (
        f"gitops: {{tool: argo-cd, {REPO}, layout: {layout}}}\nnamespaces: [{{name: b-c}}, {{name: c}}]\n"
        "environments: [{name: a, namespaces: [b-c]}, {name: a-b, namespaces: [c]}]\n"
    )
    assert [problem.message for problem in collisions(resolved(tmp_path, text))] == [message]
