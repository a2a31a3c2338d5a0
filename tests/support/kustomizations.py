"""Every spelling of a remote entry, and every place of a kustomization where one can stand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

CM = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n"
URL = "http://127.0.0.1:9/x.yaml"
REMOTE = [
    URL, "HTTP://host.example/x", "hTTps://host.example/x", "http:x", "http:/x", "https:x", "git::https://host.example/a/b",
    "git::host.example/a/b", "GIT::host.example/a/b", "gh:org/repo", "github.com/org/repo", "GitHub.com/org/repo",
    "github.com:org/repo", "org-1@github.com:org/repo", "git@host.example:org/repo", "user@host.example:org/repo",
    "user@host.example/org/repo", "user@1/a/b", "ssh://git@host.example/org/repo", "SSH://host.example/a",
    "file:///etc", "FILE://etc/a", "file:etc", "host.example:org/repo", "host.example/repo.git",
    "host.example/repo.git/base",
    "host.example/a/_git/b", "dev.azure.com/org/project/_git/repo", "git@ssh.dev.azure.com:v3/org/p/repo",
    "bitbucket.org/org/repo", "gitlab.com/org/repo", "s3::https://s3.amazonaws.com/b/k", "hg::host.example/a",
    "s3.amazonaws.com/bucket/key", "base?ref=main", "base?REF=main", "base?version=v1", "base?submodules=0&ref=x",
    "git::file:///srv/repo//base", " http://host.example/x", "https://host.example/a//b?ref=x", "HTTP:\\x", "base.GIT",
    "ftp://host.example/x", "oci://host.example/x",
]  # fmt: skip
LOCAL = ["cm.yaml", "./a:b.yaml", "../base", "base", "./x@y", "a/b@c.yaml", "a/b:c.yaml", "gitlab.yaml", "x.gitignore",
         "github.community/a", "repo-git/x", "what?.yaml", ".github/x"]  # fmt: skip


def plugin(kind: str, **more: Any) -> str:
    return json.dumps({"apiVersion": "builtin", "kind": kind, "metadata": {"name": "p"}, **more}) + "\n"


# Every place of a kustomization that can name something outside of it: (the kustomization, further files).
PLACES: Mapping[str, Callable[[str], tuple[dict[str, Any], dict[str, str]]]] = {
    "resources": lambda e: ({"resources": ["cm.yaml", e]}, {}),
    "Resources": lambda e: ({"Resources": ["cm.yaml", e]}, {}),
    "re\u017fource\u017f": lambda e: ({"re\u017fource\u017f": ["cm.yaml", e]}, {}),
    "bases": lambda e: ({"resources": ["cm.yaml"], "bases": [e]}, {}),
    "components": lambda e: ({"resources": ["cm.yaml"], "components": [e]}, {}),
    "crds": lambda e: ({"resources": ["cm.yaml"], "crds": [e]}, {}),
    "openapi": lambda e: ({"resources": ["cm.yaml"], "openapi": {"path": e}}, {}),
    "configurations": lambda e: ({"resources": ["cm.yaml"], "configurations": [e]}, {}),
    "patches": lambda e: ({"resources": ["cm.yaml"], "patches": [{"path": e}]}, {}),
    "patches-Path": lambda e: ({"resources": ["cm.yaml"], "PATCHES": [{"Path": e}]}, {}),
    "patchesStrategicMerge": lambda e: ({"resources": ["cm.yaml"], "patchesStrategicMerge": [e]}, {}),
    "patchesJson6902": lambda e: ({"resources": ["cm.yaml"], "patchesJson6902": [{"path": e, "target": {"kind": "A"}}]}, {}),
    "replacements": lambda e: ({"resources": ["cm.yaml"], "replacements": [{"path": e}]}, {}),
    "configMapGenerator-files": lambda e: ({"configMapGenerator": [{"name": "x", "files": [e]}]}, {}),
    "configMapGenerator-keyed": lambda e: ({"configMapGenerator": [{"name": "x", "files": [f"key={e}"]}]}, {}),
    "configMapGenerator-envs": lambda e: ({"configMapGenerator": [{"name": "x", "envs": [e]}]}, {}),
    "configMapGenerator-env": lambda e: ({"configMapGenerator": [{"name": "x", "env": e}]}, {}),
    "secretGenerator-files": lambda e: ({"secretGenerator": [{"name": "x", "files": [e]}]}, {}),
    "secretGenerator-envs": lambda e: ({"secretGenerator": [{"name": "x", "Envs": [e]}]}, {}),
    "transformers": lambda e: ({"resources": ["cm.yaml"], "transformers": [e]}, {}),
    "generators": lambda e: ({"resources": ["cm.yaml"], "generators": [e]}, {}),
    "validators": lambda e: ({"resources": ["cm.yaml"], "validators": [e]}, {}),
    "transformer-path": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t.yaml"]},
        {"t.yaml": plugin("PatchTransformer", path=e)},
    ),
    "transformer-Path": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t.yaml"]},
        {"t.yaml": plugin("PatchTransformer", Path=e)},
    ),
    "transformer-paths": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t.yaml"]},
        {"t.yaml": plugin("PatchStrategicMergeTransformer", paths=[e])},
    ),
    "transformer-json": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t.yaml"]},
        {"t.yaml": plugin("PatchJson6902Transformer", path=e, target={"name": "one"})},
    ),
    "transformer-replacements": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t.yaml"]},
        {"t.yaml": plugin("ReplacementTransformer", replacements=[{"path": e}])},
    ),
    "transformer-value": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t.yaml"]},
        {"t.yaml": plugin("ValueAddTransformer", targetFilePath=e)},
    ),
    "transformer-inline": lambda e: ({"resources": ["cm.yaml"], "transformers": [plugin("PatchTransformer", path=e)]}, {}),
    "generator-files": lambda e: ({"generators": ["g.yaml"]}, {"g.yaml": plugin("ConfigMapGenerator", files=[e])}),
    "generator-envs": lambda e: ({"generators": ["g.yaml"]}, {"g.yaml": plugin("SecretGenerator", envs=[e])}),
    "validator-path": lambda e: (
        {"resources": ["cm.yaml"], "validators": ["v.yaml"]},
        {"v.yaml": plugin("PatchTransformer", path=e)},
    ),
    "transformers-folder": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t"]},
        {"t/kustomization.yaml": "resources: [t.yaml]\n", "t/t.yaml": plugin("PatchTransformer", path=e)},
    ),
    "transformers-folder-itself": lambda e: (
        {"resources": ["cm.yaml"], "transformers": ["t"]},
        {"t/kustomization.yaml": json.dumps({"resources": [e]})},
    ),
    "below-a-base": lambda e: (
        {"resources": ["cm.yaml", "base"]},
        {"base/kustomization.yaml": json.dumps({"namePrefix": "x-", "patches": [{"path": e}]})},
    ),
    "below-a-component": lambda e: (
        {"resources": ["cm.yaml"], "components": ["c"]},
        {"c/kustomization.yaml": json.dumps({"kind": "Component", "resources": [e]})},
    ),
}


def lay(root: Path, kustomization_: Mapping[str, Any] | str, more: Mapping[str, str]) -> None:
    text = kustomization_ if isinstance(kustomization_, str) else json.dumps(kustomization_)
    for name, content in {"kustomization.yaml": text, "cm.yaml": CM, **more}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
