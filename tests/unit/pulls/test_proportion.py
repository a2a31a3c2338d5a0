"""Judging takes time in proportion to what is judged, however long the lists of one pod are."""

from __future__ import annotations

import contextlib
import io
import random
import sys
from collections.abc import Callable, Sequence

import pytest

from mooring import cli
from mooring.kserve.model import ClusterContext
from mooring.kserve.platform import storage_containers
from mooring.kserve.pods import pods
from mooring.kserve.runtime import united
from mooring.problems.problem import ObjectRef
from mooring.pulls.facts import ClusterState, SecretFacts
from mooring.pulls.verdict import _telling, pulls
from mooring.redaction import listed
from mooring.registry.registries import Registries, Registry
from mooring.schema.catalog import Catalog


def stepwise(own: list[str], below: list[str]) -> tuple[str, ...]:
    """Kubernetes' merge as its source words it, one comparison at a time."""
    right, merged = list(dict.fromkeys(own)), list[str]()
    left = [name for name in dict.fromkeys(below) if name not in right]
    while left and right:
        before = right[0] in below and below.index(left[0]) < below.index(right[0])
        merged.append((left if before else right).pop(0))
    return (*merged, *left, *right)


def test_lists_are_united_as_before() -> None:
    chance = random.Random(1)
    for _ in range(3000):
        own, below = ([chance.choice("abcdef") for _ in range(chance.randrange(7))] for _ in range(2))
        assert united(tuple(own), tuple(below)) == stepwise(own, below)


def test_long_lists_are_united() -> None:
    own, below = tuple(f"a{n}" for n in range(200_000)), tuple(f"b{n}" for n in range(200_000))
    assert united(own, (*below, *own)) == (*below, *own)


def test_many_images_do_not_ask_each_of_many_names_that_are_no_secret() -> None:
    names = tuple(f"s{number % 5000}" for number in range(10_000))
    registries = Registries((Registry("harbor", ("harbor.example.com",)),))
    state = ClusterState(
        registries, {("b", "s7"): SecretFacts(("harbor.example.com",), None), ("b", "s9"): SecretFacts((), None)}
    )
    assert _telling(names, "b", state) == ("s0", "s7", "s9")
    containers = [{"name": f"c{n}", "image": f"harbor.example.com/p/c{n}:1"} for n in range(5000)]
    data = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "b"}, "spec": {
        "imagePullSecrets": [{"name": name} for name in names], "containers": containers}}  # fmt: skip
    info = Catalog().kind("v1", "Pod")
    assert info is not None
    (pod,) = pods(data, info, ClusterContext())
    found = list(pulls(pod, ObjectRef("v1", "Pod", "b", "a"), "b", state))
    assert [(pull.verdict, pull.secret, pull.secrets == names) for pull in found] == [("ok", "s7", True)] * 5000


def test_a_pattern_that_anybody_wrote_takes_no_endless_time() -> None:
    fetch = {"spec": {"supportedUriFormats": [{"regex": "(a+)+$"}, {"regex": "("}, {"regex": "a(?=b)"}]}}
    assert list(storage_containers([fetch], "https://" + "a" * 50_000 + "!")) == []
    assert list(storage_containers([fetch], "https://" + "a" * 50_000)) == [fetch]


def test_a_message_names_a_few_of_many() -> None:
    assert listed(["a"]) == "a"
    assert listed([str(n) for n in range(8)]) == "0, 1, 2, 3, 4, 5, 6, 7"
    assert listed([str(n) for n in range(10_000)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 9992 more"


def _executed(monkeypatch: pytest.MonkeyPatch, text: str) -> tuple[int, str]:
    """How many calls `check -` makes for a text, and what it prints."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    with contextlib.redirect_stdout(out):
        sys.setprofile(count)
        try:
            cli.main(["check", "-", "--registry", "harbor.example.com", "--format", "sarif"])
        finally:
            sys.setprofile(None)
    return calls, out.getvalue()


def _secret(name: str, namespace: str = "b") -> str:
    return (
        f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        "type: kubernetes.io/dockerconfigjson\nstringData:\n"
        '  .dockerconfigjson: \'{"auths": {"other.example.com": {"username": "u"}}}\'\n'
    )


def _pod(name: str, secrets: Sequence[str], images: int) -> str:
    listed = "".join(f"  - name: {secret}\n" for secret in secrets)
    containers = "".join(f"  - {{name: c{n}, image: 'harbor.example.com/p/c{n}:1'}}\n" for n in range(images))
    head = f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: b}}\nspec:\n"
    return f"{head}  imagePullSecrets:\n{listed}  containers:\n{containers}"


def _one_pod(size: int) -> str:
    """As many containers as Secrets, of which none is for the registry."""
    names = [f"s{number}" for number in range(size)]
    return "".join(map(_secret, names)) + _pod("app", names, size)


def _elsewhere(size: int) -> str:
    """Pods that each miss a Secret which stands in every other namespace."""
    secrets = "".join(_secret("far", f"n{number}") for number in range(size)) + _secret("near")
    return secrets + "".join(_pod(f"app{number}", ["far"], 1) for number in range(size))


@pytest.mark.parametrize("text", [_one_pod, _elsewhere])
def test_broken_pulls_take_time_in_proportion(text: Callable[[int], str], monkeypatch: pytest.MonkeyPatch) -> None:
    _executed(monkeypatch, text(1))  # schemas are read once
    few, _ = _executed(monkeypatch, text(20))
    many, shown = _executed(monkeypatch, text(60))
    assert many < 4 * few
    assert len(shown) < 60 * 20_000
