"""The fleet's facts stand apart from the policies' text: the text is one for every fleet, and an environment touches its
own files only."""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring import cli
from mooring.fleet.policy_names import KYVERNO_ONLY, POLICIES
from mooring.policies import frames
from mooring.policies.plan import DIGEST
from tests.support.example import ROOT

Object = dict[str, Any]
GOLDENS = [ROOT, *sorted(ROOT.glob("tests/cases/policy/*/*/expected"))]
ENGINES = ("kyverno", "kubernetes")
HOSTS = ("harbor.example.com", "harbor.example.com:8443", "other.example.com", "[2001:db8::1]:443")


def fleet(draw: random.Random) -> Object:
    engine = draw.choice(ENGINES)
    rules = {name: {} for name in draw.sample(sorted({*POLICIES} - KYVERNO_ONLY), 2)}
    return {
        "apiVersion": "mooring.dev/v1",
        "kind": "Fleet",
        "metadata": {"name": "random"},
        "registries": [registry(draw, "harbor", HOSTS[:2]), registry(draw, "second", HOSTS[2:])],
        "secrets": {"backend": "external-secrets", "store": {"kind": "ClusterSecretStore", "name": "vault"}},
        "robots": [{"name": "vision", "project": "vision", "expires": "never"}],
        "namespaces": [{"name": "vision"}],
        "policies": {
            "engine": engine,
            "action": draw.choice(("Audit", "Deny")),
            "explicit": draw.choice((True, False)),
            "identities": ["sync"],
            "otherRegistries": draw.choice(([], ["docker.io"])),
            "rules": rules,
            "exempt": [{"namespace": "a", "policies": ["require-pull-secret"], "reason": "r", "until": "never"}],
        },
        "environments": [environment(draw, name) for name in ("dev", "prod")],
    }


def registry(draw: random.Random, name: str, hosts: tuple[str, ...]) -> Object:
    return {"name": name, "host": draw.choice(hosts), "publicProjects": draw.choice(([], ["library"]))}


def environment(draw: random.Random, name: str) -> Object:
    """With another Harbor, engine or action, policies that are off, and policies that are on there alone."""
    made: Object = {"name": name, "policies": {"rules": {}}}
    if engine := draw.choice(("", *ENGINES)):
        made["policies"]["engine"] = engine
    if draw.choice((True, False)):
        made["registries"] = [
            {"name": "harbor", "host": f"{name}.example.com", "robotPrefix": draw.choice(("bot+", "robot$"))}
        ]
    if draw.choice((True, False)):
        made["policies"]["action"] = draw.choice(("Audit", "Deny"))
    for policy in draw.sample(sorted({*POLICIES} - KYVERNO_ONLY), 2):
        made["policies"]["rules"][policy] = draw.choice(({"enabled": False}, {}, {"action": "Warn"}))
    return made


def rendered(folder: Path, made: Object, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    (folder / "fleet.yaml").write_text(yaml.safe_dump(made, sort_keys=False), encoding="utf-8")
    code = cli.main(["render", "--fleet", str(folder / "fleet.yaml"), "--quiet", "--allow-delete"])
    assert code == 0, capsys.readouterr()
    paths = [path for name in ("overlays", "policies") for path in (folder / name).rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.mark.parametrize("seed", range(12))
def test_an_environment_changes_its_own_files_only(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(seed)
    made = fleet(draw)
    before = rendered(tmp_path, made, capsys)
    changed = [environment(draw, "dev"), made["environments"][1], environment(draw, "staging")]
    after = rendered(tmp_path, {**made, "environments": changed}, capsys)
    prod = made["environments"][1]
    engine = prod["policies"].get("engine", made["policies"]["engine"])
    used = ("overlays/prod/", f"policies/{engine}/")
    kept = [{path: text for path, text in tree.items() if path.startswith(used)} for tree in (before, after)]
    assert kept[0] == kept[1]
    assert all(any(path.startswith(folder) for path in kept[0]) for folder in used)
    engines = {one["policies"].get("engine", made["policies"]["engine"]) for one in changed}
    owners = ("overlays/dev/", "overlays/staging/", *used, *(f"policies/{one}/" for one in engines))
    assert [path for path in after if not path.startswith(owners)] == []
    assert {path.split("/")[1] for path in after if path.startswith("policies/")} == engines


def below(text: str) -> str:
    """What stands below the facts of a policy, to the end of the file."""
    rest = text.partition("\n  variables:\n")[2]
    facts = re.match(rf"  # {re.escape(frames.FACTS)}\n(?:  - .*\n(?:    .*\n)*)+", rest)
    return rest[facts.end() :] if facts else rest


def test_the_text_below_the_facts_is_one_for_every_fleet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    trees = [
        {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("policies/*/*.yaml")} for root in GOLDENS
    ]
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        trees.append(rendered(folder, fleet(random.Random(seed)), capsys))
    for tree in trees:
        for path, text in tree.items():
            folder_, _, name = path.rpartition("/")
            if folder_.count("/") == 1 and folder_.startswith("policies/") and name.removesuffix(".yaml") in POLICIES:
                texts[folder_, name].add(below(text))
                said = yaml.safe_load(text)["metadata"]["annotations"][DIGEST]
                assert said == f"sha256:{hashlib.sha256(below(text).encode()).hexdigest()[:16]}", path
    assert len(texts) > 10
    assert [key for key, found in texts.items() if len(found) != 1] == []
