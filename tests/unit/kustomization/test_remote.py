"""Which entries of a kustomization lead out of the repository: every one that Kustomize would fetch, or start git for."""

from __future__ import annotations

import pytest

from mooring.kustomization.remote import is_remote


@pytest.mark.parametrize("entry", [
    "https://example.com/org/repo", "http:x", "HTTP:/x", "ssh://git@example.com/org/repo", "file:///a", "git::a",
    "gh:org/repo",
    "git@github.com:org/repo", "user@host/path", "host.example:path", "github.com/org/repo", "GitHub.com/org/repo",
    "www.github.com/org/repo", "gitlab.com/org/repo", "bitbucket.org/a", "dev.azure.com/a", "a.visualstudio.com/b",
    "s3.amazonaws.com/b", "storage.googleapis.com/b",
    "org/repo?ref=v1", "base?version=1", "base?timeout=1", "base?submodules=false", "base?a=b&ref=v1", "base?REF=v1",
    "org/repo.git", "org/repo.git/deploy", "a/_git", "org/repo_git/x", "REPO.GIT", " https://example.com ",
])  # fmt: skip
def test_a_remote_entry(entry: str) -> None:
    assert is_remote(entry)


@pytest.mark.parametrize("entry", [
    "base", "../base", "./github.com/org/repo", "a/github.com", "deployment.yaml", "./a:b", "a/b:c", "a/user@host",
    "mygithub.com/x", "github.company/x", "base?x", "base?refs=v1", "base?a=ref=v1", "base#ref=v1", "a.gitx", "git/x", "",
])  # fmt: skip
def test_a_local_entry(entry: str) -> None:
    assert not is_remote(entry)
