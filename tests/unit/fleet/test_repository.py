"""Which addresses a tool can read, which carry a credential, and which texts git takes for a revision."""

from __future__ import annotations

import pytest

from mooring.fleet.repository import has_login, is_artifact_version, is_ref, unreadable


@pytest.mark.parametrize(("repo", "argo_cd", "flux", "oci"), [
    ("https://git.example.com/fleet.git", True, True, False),
    ("http://git.example.com:8080/team/fleet", True, True, False),
    ("ssh://git@git.example.com:2222/team/fleet.git", True, True, False),
    ("ssh://git.example.com/fleet", True, True, False),
    ("git@git.example.com:team/fleet.git", True, False, False),
    ("oci://harbor.example.com/fleet/tree", False, False, True),
    ("oci://harbor.example.com/fleet/tree:1.0", False, False, False),
    ("https://git.example.com", False, False, False),
    ("https://git.example.com/", False, False, False),
    ("https:///fleet.git", False, False, False),
    ("https://git.example.com/fleet.git?ref=x", False, False, False),
    ("https://git.example.com/a b", False, False, False),
    ("https://git.example.com/{{x}}", False, False, False),
    ("file:///srv/fleet", False, False, False),
    ("../fleet", False, False, False),
    ("", False, False, False),
    ("https://git.example.com/fleet.git\n", False, False, False),
])  # fmt: skip
def test_what_each_tool_can_read(repo: str, argo_cd: bool, flux: bool, oci: bool) -> None:
    assert [unreadable(repo, tool) == "" for tool in ("argo-cd", "flux", "oci")] == [argo_cd, flux, oci]


@pytest.mark.parametrize(("repo", "found"), [
    ("https://token@git.example.com/fleet.git", True),
    ("https://me:secret@git.example.com/fleet.git", True),
    ("ssh://git:secret@git.example.com/fleet.git", True),
    ("oci://me:secret@harbor.example.com/fleet", True),
    ("ssh://git@git.example.com/fleet.git", False),
    ("git@git.example.com:fleet.git", False),
    ("https://git.example.com/~me/a@b", False),
])  # fmt: skip
def test_what_may_be_a_credential(repo: str, found: bool) -> None:
    assert has_login(repo) is found


@pytest.mark.parametrize("revision", [
    "main", "HEAD", "refs/heads/main", "refs/tags/v1.0", "release/1.x", "0123456789012345678901234567890123456789", "a-b.c",
])  # fmt: skip
def test_what_git_takes_for_a_revision(revision: str) -> None:
    assert is_ref(revision)


@pytest.mark.parametrize("revision", [
    "", "my branch", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[0]", "a\\b", "-x", "/a", "a/", "a.", ".a", "a/.b", "a//b",
    "a.lock", "a.lock/b", "@", "a@{1}", "a\nb", "{{ .x }}", "x" * 245,
])  # fmt: skip
def test_what_git_refuses(revision: str) -> None:
    assert not is_ref(revision)


@pytest.mark.parametrize(("version", "found"), [
    ("latest", True), ("1.0-rc_1", True), (f"sha256:{'0' * 64}", True), ("sha256:01", False), ("refs/heads/main", False),
    (".x", False), ("x" * 129, False),
])  # fmt: skip
def test_versions_of_an_artifact(version: str, found: bool) -> None:
    assert is_artifact_version(version) is found
