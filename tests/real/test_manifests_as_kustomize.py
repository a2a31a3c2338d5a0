"""A service's `manifests:` against the real Kustomize: what it refuses is refused, what is taken is what it builds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mooring.fleet import model
from mooring.manifests import kept
from mooring.schema.catalog import Catalog
from tests.real.kustomize import BuildFailed, Kustomize, in_order
from tests.support.kustomizations import CM

NOTED = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  annotations: {{{note}}}\n"
LOCAL = "config.kubernetes.io/local-config"
SECOND = CM.replace("name: one", "name: two")
BASE = {"services/base/kustomization.yaml": "resources: [cm.yaml]\n", "services/base/cm.yaml": CM}


def noted(name: str, note: str) -> str:
    return NOTED.format(name=name, note=note)


def listing(text: str, **more: str) -> dict[str, str]:
    files = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    return {**BASE, "services/base/kustomization.yaml": text} | {f"services/base/{n}": c for n, c in files.items()}


# (files; what mooring says first, empty where it takes the manifests; whether Kustomize builds them)
CASES: Mapping[str, tuple[dict[str, str], str, bool]] = {
    "a base": (BASE, "", True),
    "fields in another case": (listing("Resources: [cm.yaml]\nKIND: Kustomization\n"), "", True),
    "long s": (listing("re\u017fource\u017f: [cm.yaml]\n"), "", True),
    "another name": ({"services/base/Kustomization": "resources: [cm.yaml]\n", "services/base/cm.yaml": CM}, "", True),
    "a base of a base": (
        listing("resources: [../other, cm.yaml]\n")
        | {"services/other/kustomization.yml": "resources: [x.yaml]\n", "services/other/x.yaml": SECOND},
        "",
        True,
    ),
    "a file outside": (
        listing("resources: [../x.yaml]\n") | {"services/x.yaml": CM},
        "this entry names a file outside of this folder",
        False,
    ),
    "a file twice": (
        listing("resources: [cm.yaml, cm.yaml]\n"),
        "the manifests of this service have this object twice",
        False,
    ),
    "a file by two names": (
        listing("resources: [cm.yaml, ./cm.yaml]\n"),
        "the manifests of this service have this object twice",
        False,
    ),
    "an object twice": (
        listing("resources: [cm.yaml, again.yaml]\n", again_yaml=CM),
        "the manifests of this service have this object twice",
        False,
    ),
    "an object twice in a list": (
        listing(
            "resources: [l.yaml]\n",
            l_yaml="kind: List\napiVersion: v1\nitems:\n" + 2 * f"- {{{CM.replace(chr(10), ', ', 3).strip()}}}\n",
        ),
        "the manifests of this service have this object twice",
        False,
    ),
    "an object twice, once local": (
        listing("resources: [cm.yaml, again.yaml]\n", again_yaml=noted("one", f"{LOCAL}: 'true'")),
        "the manifests of this service have this object twice",
        False,
    ),
    "one name of two kinds": (
        listing("resources: [cm.yaml, s.yaml]\n", s_yaml=CM.replace("ConfigMap", "Secret").replace("data: {a: b}\n", "")),
        "",
        True,
    ),
    "a base twice": (
        listing("resources: [../other, ../other]\n")
        | {"services/other/kustomization.yaml": "resources: [x.yaml]\n", "services/other/x.yaml": SECOND},
        "this entry names a base that another entry includes",
        False,
    ),
    "two names": (
        BASE | {"services/base/kustomization.yml": "resources: [cm.yaml]\n"},
        "`kustomization.yaml` and `kustomization.yml` stand",
        False,
    ),
    "a component": (
        listing("kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [cm.yaml]\n"),
        "this is a Component",
        False,
    ),
    "a component below": (
        listing("resources: [../c]\n") | {"services/c/kustomization.yaml": "kind: Component\nresources: []\n"},
        "this is a Component",
        False,
    ),
    "another kind": (listing("kind: Kustomisation\nresources: [cm.yaml]\n"), "unknown kind of kustomization", False),
    "another version": (
        listing("apiVersion: kustomize.config.k8s.io/v1\nresources: [cm.yaml]\n"),
        "unsupported `apiVersion` of a Kustomization",
        False,
    ),
    "empty": (listing(""), "the kustomization is empty", False),
    "a kind alone": (listing("kind: Kustomization\n"), "the kustomization is empty, and Kustomize refuses that", False),
    "null resources": (listing("resources:\n"), "the kustomization is empty, and Kustomize refuses that", False),
    "an unknown field": (listing("resources: [cm.yaml]\nresource: []\n"), "unknown field `resource`", False),
    "a text for the list": (listing("resources: cm.yaml\n"), "`resources` must be a list", False),
    "a number in the list": (listing("resources: [cm.yaml, 1]\n"), "`resources` must be a list of strings", False),
    "a missing file": (listing("resources: [nope.yaml]\n"), "this entry does not exist", False),
    "a folder without a kustomization": (
        listing("resources: [d]\n", d__x_yaml=CM),
        "the folder has no kustomization file",
        False,
    ),
    "itself": (listing("resources: [.]\n"), "this entry names a folder that contains this kustomization", False),
    "its parent": (
        listing("resources: [..]\n") | {"services/kustomization.yaml": "resources: []\n"},
        "this entry names a folder that contains this kustomization",
        False,
    ),
    "an absolute path": (listing("resources: [/etc/hostname]\n"), "this entry names an absolute path", False),
    "two entries in one": (
        listing("resources: ['../b - ../other']\n")
        | {
            "services/b - ../other/kustomization.yaml": "resources: []\n",
            "services/other/kustomization.yaml": "resources: []\n",
        },
        "this entry names a path with `..`",
        False,
    ),
    "an annotation that renames": (
        listing("resources: [x.yaml]\n", x_yaml=noted("x", "internal.config.kubernetes.io/previousNames: y")),
        "an internal annotation of Kustomize",
        False,
    ),
    "local": (listing("resources: [cm.yaml, x.yaml]\n", x_yaml=noted("x", f"{LOCAL}: 'true'")), "", True),
    "local by any word": (listing("resources: [cm.yaml, x.yaml]\n", x_yaml=noted("x", f"{LOCAL}: 'no'")), "", True),
    "local by no word": (listing("resources: [cm.yaml, x.yaml]\n", x_yaml=noted("x", f"{LOCAL}: ''")), "", True),
    "local by a boolean": (listing("resources: [cm.yaml, x.yaml]\n", x_yaml=noted("x", f"{LOCAL}: true")), "", True),
    "not local": (listing("resources: [cm.yaml, x.yaml]\n", x_yaml=noted("x", f"{LOCAL}: 'false'")), "", True),
    "the older mark of a hash": (
        listing("resources: [x.yaml]\n", x_yaml=noted("x", "kustomize.config.k8s.io/needs-hash: 'true'")),
        "",
        True,
    ),
    "a remote part beside a transformer": (
        listing("resources: [cm.yaml]\nnamePrefix: x-\ncrds: ['http://127.0.0.1:9/x']\n"),
        "mooring does not fetch remote files",
        False,
    ),
    "a chart": (
        listing("resources: [cm.yaml]\nhelmCharts: [{name: redis}]\n"),
        "mooring does not run helm: the objects of chart `redis` are unknown",
        False,
    ),
    "files": (
        {
            "services/base/a.yaml": CM,
            "services/base/b/c.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}',
        },
        "",
        True,
    ),
    "files with an object twice": (
        {"services/base/a.yaml": CM, "services/base/b.yaml": CM},
        "the manifests of this service have this object twice",
        False,
    ),
}
# Kustomize builds these, into something else than was read.
STRICTER: Mapping[str, tuple[dict[str, str], str]] = {
    "two documents": (
        listing("resources: [cm.yaml]\n---\nresources: [x.yaml]\n", x_yaml=SECOND),
        "a kustomization must be one document",
    ),
    "a field twice": (
        listing("resources: [cm.yaml]\nResources: [x.yaml]\n", x_yaml=SECOND),
        "duplicate field `resources`",
    ),
    "an annotation that renames": (
        listing("resources: [x.yaml]\n", x_yaml=noted("x", "internal.config.kubernetes.io/needsHashSuffix: enabled")),
        "an internal annotation of Kustomize",
    ),
    "an annotation that keeps the namespace": (
        listing("resources: [x.yaml]\n", x_yaml=noted("x", "internal.config.kubernetes.io/helm-generated: 'true'")),
        "an internal annotation of Kustomize",
    ),
    "one object of two versions": (
        listing(
            "resources: [a.yaml, b.yaml]\n",
            **{
                f"{v[-1]}_yaml": f"apiVersion: autoscaling/{n}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: x}}\n"
                for v, n in (("a", "v1"), ("b", "v2"))
            },
        ),
        "the manifests of this service have this object twice",
    ),
    "a local folder that looks remote": (
        listing("resources: ['gh:org/repo']\n")
        | {"services/base/gh:org/repo/kustomization.yaml": "resources: [x.yaml]\n", "services/base/gh:org/repo/x.yaml": CM},
        "mooring does not fetch remote bases",
    ),
}
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, image: harbor.example.com/vision/web:1, envFrom: [{configMapRef: {name: settings}}]}]
"""
# What Kustomize changes; each is built as a part of the overlay into what mooring has judged.
BUILT: Mapping[str, dict[str, str]] = {
    "a prefix": listing("resources: [cm.yaml, web.yaml]\nNamePrefix: x-\n", web_yaml=DEPLOYMENT),
    "a suffix": listing("resources: [cm.yaml, web.yaml]\nnameSuffix: -x\n", web_yaml=DEPLOYMENT),
    "images": listing(
        "resources: [web.yaml]\nimages: [{name: harbor.example.com/vision/web, newTag: '2'}]\n", web_yaml=DEPLOYMENT
    ),
    "labels": listing(
        "resources: [web.yaml]\nlabels: [{pairs: {a: b}, includeSelectors: true}]\ncommonAnnotations: {c: d}\n",
        web_yaml=DEPLOYMENT,
    ),
    "patches": listing(
        "resources: [web.yaml]\npatches:\n- path: p.yaml\n- target: {kind: Deployment}\n"
        '  patch: \'[{"op": "add", "path": "/spec/template/spec/priority", "value": 3}]\'\n',
        web_yaml=DEPLOYMENT,
        p_yaml="apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n",
    ),
    "generators": listing(
        "resources: [web.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b], files: [f.txt]}]\n"
        "secretGenerator: [{name: s, envs: [s.env]}]\n",
        web_yaml=DEPLOYMENT,
        f_txt="text\n",
        s_env="A=b\n",
    ),
    "a component": listing(
        "resources: [web.yaml]\ncomponents: [../c]\nreplicas: [{name: web, count: 4}]\n", web_yaml=DEPLOYMENT
    )
    | {
        "services/c/kustomization.yaml": "kind: Component\nresources: [x.yaml]\nnamePrefix: c-\n",
        "services/c/x.yaml": SECOND,
    },
    "a base": listing("resources: [../b]\nnamePrefix: b-\ncommonLabels: {a: b}\n")
    | {"services/b/kustomization.yaml": "resources: [x.yaml]\nnameSuffix: -z\n", "services/b/x.yaml": DEPLOYMENT},
    "its own namespace": listing("resources: [web.yaml]\nnamespace: team\n", web_yaml=DEPLOYMENT),
    "a replacement": listing(
        "resources: [cm.yaml, web.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: one, fieldPath: data.a}\n"
        "  targets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.a], options: {create: true}}]\n",
        web_yaml=DEPLOYMENT,
    ),
    "a plugin": listing(
        "resources: [web.yaml]\ntransformers: [t.yaml]\n",
        web_yaml=DEPLOYMENT,
        t_yaml="apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: t}\nlabels: {a: b}\n"
        "fieldSpecs: [{path: metadata/labels, create: true}]\n",
    ),
    "a cluster's own kind": listing(
        "resources: [cm.yaml, r.yaml]\nnamePrefix: x-\n",
        r_yaml="apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: []\n",
    ),
}


def put(root: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def read(root: Path, written: str = "services/base") -> tuple[list[tuple[str, str, str]], list[str]]:
    """The objects that mooring took, and what it said."""
    service = model.Service(name="legacy", namespace="team", manifests=written)
    found, problems = kept.read(service, root, Catalog())
    objects = [
        (str(s.data["kind"]), str(s.data["metadata"]["name"]), str(s.data["metadata"]["namespace"])) for s in found.subjects
    ]
    overlay = "namespace: team\nresources:\n"
    if found.base is not None:
        overlay += "- ../services/base\n"
    for name, text in found.copies:
        (root / "overlay" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "overlay" / name).write_text(text)
        overlay += f"- {name}\n"
    (root / "overlay").mkdir(exist_ok=True)
    (root / "overlay" / "kustomization.yaml").write_text(overlay)
    return sorted(objects), [problem.message for problem in problems if problem.code != "no-schema"]


@pytest.mark.parametrize("case", CASES)
def test_refused_as_kustomize_refuses(
    kustomize: Kustomize, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    files, message, builds = CASES[case]
    monkeypatch.chdir(tmp_path)
    put(tmp_path, files)
    objects, said = read(tmp_path)
    if not builds:
        assert said and said[0].startswith(message)
        with pytest.raises(BuildFailed):
            kustomize.build(tmp_path / "overlay")
        return
    assert said == []
    built = kustomize.build(tmp_path / "overlay")
    assert objects == sorted((thing["kind"], thing["metadata"]["name"], thing["metadata"]["namespace"]) for thing in built)


@pytest.mark.parametrize("case", STRICTER)
def test_stricter_than_kustomize(kustomize: Kustomize, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    files, message = STRICTER[case]
    monkeypatch.chdir(tmp_path)
    put(tmp_path, files)
    _, said = read(tmp_path)
    assert said and said[0].startswith(message)
    assert kustomize.build(tmp_path / "overlay")


@pytest.mark.parametrize("case", BUILT)
def test_what_is_judged_is_what_the_overlay_builds(
    kustomize: Kustomize, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    monkeypatch.setenv("PATH", str(kustomize.program.parent))
    put(Path.cwd(), BUILT[case])
    _, said = read(Path.cwd())
    assert said == []
    service = model.Service(name="legacy", namespace="team", manifests="services/base")
    judged = [subject.data for subject in kept.read(service, Path.cwd(), Catalog())[0].subjects]
    assert in_order(kustomize.build(Path("overlay"))) == in_order(judged)


@pytest.mark.parametrize("written", [".", "overlays", "overlays/default"])
def test_what_mooring_writes_is_no_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"overlays/default/x.yaml": CM})
    assert read(tmp_path, written)[1] == [f"`{written}` holds what mooring writes"]
