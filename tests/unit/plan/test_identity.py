"""Names in a cluster: what collides, in files and in objects, is a problem where the second of the two is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring import cli
from mooring.fleet import model
from mooring.fleet.labels import label_value
from mooring.plan.folders import check_folders
from mooring.plan.identity import unkeyable

HEAD = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {name: f}
registries: [{name: harbor, host: harbor.example.com}]
secrets: {backend: external-secrets, store: {name: vault}}
"""
ROBOTS = "robots: [{name: vision, project: vision}]\n"
NAMESPACE = "namespaces: [{name: vision}]\n"
SPEC = "spec: {predictor: {containers: [{name: kserve-container, image: harbor.example.com/vision/a:1}]}}"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: b}\n"
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: %s}\nrules: []\n"
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n"
    "    metadata: {labels: {a: b}}\n    spec: {containers: [{name: c, image: 'harbor.example.com/vision/x:1'}]}\n"
)


def said(
    folder: Path, capsys: pytest.CaptureFixture[str], fleet: str, files: dict[str, str] | None = None
) -> tuple[int, list[str]]:
    """Exit code, and the problems' first lines, of `render` in the folder: a longer path to it would be cut."""
    for path, text in {**(files or {}), "fleet.yaml": fleet}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    code = cli.main(["render"])
    lines = capsys.readouterr().err.splitlines()
    return code, [line for line in lines if "error[" in line]


def services(*entries: str) -> str:
    return HEAD + ROBOTS + NAMESPACE + "services:\n" + "".join(f"- {{namespace: vision, {entry}}}\n" for entry in entries)


HERE = "overlays/default/vision/services"
IN_THE_WAY = "would be a file and a folder"
LONG = ".".join(["a" * 60] * 4)


@pytest.mark.parametrize(
    ("entries", "files", "place", "message"),
    [
        (["name: a, manifests: m"], {"m/x.json": "{}", "m/x.json.yaml": CONFIG % "a"}, "9:43",
         f"two files of service `a` would be written to `{HERE}/a/x.json.yaml`"),
        (["name: a, manifests: m", "name: a, kind: Deployment, manifests: n"],
         {"m/x.yaml": CONFIG % "a", "n/y.yaml": CONFIG % "b"}, "10:29",
         f"service `a` and service `a` of kind Deployment would both be written to `{HERE}/a`"),
        (["name: kustomization.yaml, manifests: m"], {"m/x.yaml": CONFIG % "a"}, "9:29",
         f"`{HERE}/kustomization.yaml` of service `kustomization.yaml` {IN_THE_WAY}: mooring has it already"),
        (["name: d.inferenceservice.yaml, manifests: m", f"name: d, {SPEC}"], {"m/x.yaml": CONFIG % "a"}, "10:29",
         f"`{HERE}/d.inferenceservice.yaml` of InferenceService `d` {IN_THE_WAY}: service `d.inferenceservice.yaml` has"),
        ([f"name: d, {SPEC}", "name: d.inferenceservice.yaml, manifests: m"], {"m/x.yaml": CONFIG % "a"}, "10:29",
         f"`{HERE}/d.inferenceservice.yaml` of service `d.inferenceservice.yaml` {IN_THE_WAY}: InferenceService `d` has"),
        (["name: a, manifests: m"], {"m/X.yaml": CONFIG % "a", "m/x.yaml": CONFIG % "b"}, "9:43",
         f"`{HERE}/a/X.yaml` of service `a` and `{HERE}/a/x.yaml` of service `a` are one path where letter case"),
        (["name: a, manifests: m"], {"m/Y/x.yaml": CONFIG % "a", "m/y/z.yaml": CONFIG % "b"}, "9:43",
         f"`{HERE}/a/Y` of service `a` and `{HERE}/a/y` of service `a` are one path where letter case"),
        ([f"name: {LONG}, {SPEC}"], {}, "9:29", f"InferenceService `{LONG[:60]}…` needs a file name of 265 bytes"),
        (["name: a, manifests: m"], {f"m/{'a' * 246}.json": "{}"}, "9:43", "service `a` needs a file name of 256 bytes"),
    ],
)  # fmt: skip
def test_files_that_collide(
    here: Path, capsys: pytest.CaptureFixture[str], entries: list[str], files: dict[str, str], place: str, message: str
) -> None:
    code, problems = said(here, capsys, services(*entries), files)
    assert code == 1 and not (here / "overlays").exists()
    found = [problem for problem in problems if problem.startswith(f"fleet.yaml:{place}: error[")]
    assert sum(message in problem for problem in found) == 1, problems


@pytest.mark.parametrize(
    ("entries", "files", "expected"),
    [
        (["name: a, manifests: m/x.yaml", "name: b, manifests: m/y.yaml"],
         {"m/x.yaml": CONFIG % "one", "m/y.yaml": CONFIG % "one"},
         "m/y.yaml:3:18: error[duplicate-name]: ConfigMap `one` is there twice: service `a` has it already"),
        (["name: b, manifests: m/x.yaml", "name: a, manifests: m/y.yaml"],
         {"m/x.yaml": CONFIG % "one", "m/y.yaml": CONFIG % "one"},
         "m/y.yaml:3:18: error[duplicate-name]: ConfigMap `one` is there twice: service `b` has it already"),
        (["name: b, manifests: m/x.yaml", "name: a, kind: Deployment, spec: {selector: {matchLabels: {a: b}}, template:"
         " {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}"],
         {"m/x.yaml": DEPLOYMENT % "a"},
         "fleet.yaml:10:29: error[duplicate-name]: Deployment `a` is there twice: service `b` has it already"),
        (["name: a, manifests: m"], {"m/x.yaml": CONFIG % "mooring-pull-grants"},
         "m/x.yaml:3:18: error[duplicate-name]: ConfigMap `mooring-pull-grants` is there twice: mooring renders it itself"),
        (["name: a, manifests: m"], {"m/x.yaml": CONFIG % '".*"'},
         "m/x.yaml:3:18: error[bad-name]: `metadata.name` is not a valid name"),
        (["name: a, manifests: m"], {"m/x.yaml": CONFIG % '"a\\nb"'},
         "m/x.yaml:3:18: error[bad-name]: `metadata.name` is not a valid name"),
        (["name: a, manifests: m"], {"m/x.yaml": ROLE % '"a/b"'},
         "m/x.yaml:3:18: error[bad-name]: `metadata.name` is not a valid name"),
        (["name: a, manifests: m"], {"m/x.yaml": DEPLOYMENT % ("a." * 125 + "a")},
         "m/x.yaml:3:18: error[bad-name]: `metadata.name` of Deployment has 251 characters"),
    ],
)  # fmt: skip
def test_objects_that_collide_and_names_that_are_none(
    here: Path, capsys: pytest.CaptureFixture[str], entries: list[str], files: dict[str, str], expected: str
) -> None:
    assert said(here, capsys, services(*entries), files) == (1, [expected])


LEFT_OUT = "annotation `config.kubernetes.io/local-config` is Kustomize's own: it would build another object than this"


def test_an_annotation_that_steers_kustomize(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It leaves such an object out, a Namespace with all that stands in it too."""
    note = "annotations: {config.kubernetes.io/local-config: 'true'}"
    fleet = services(f"name: a, {note}, {SPEC}").replace("[{name: vision}]", f"[{{name: vision, {note}}}]")
    code, problems = said(here, capsys, fleet)
    assert (code, problems) == (1, [
        f"fleet.yaml:7:43: error[unsupported-kustomization]: {LEFT_OUT}",
        f"fleet.yaml:9:46: error[unsupported-kustomization]: {LEFT_OUT}",
    ])  # fmt: skip


def test_what_rbac_calls_a_name_is_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"m/x.yaml": ROLE % '"system:reader.a"'}
    assert said(here, capsys, services("name: a, manifests: m"), files) == (0, [])


def test_a_robot_with_a_long_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its Secret's file and its key in the grants are too long, and where they are not, its label has to fit."""
    for length, messages in (
        (247, ["has a Secret whose name has 254 characters", "needs a file name of 266 bytes"]),
        (220, []),
    ):
        name = ".".join(["a" * 3] * (length // 4)).ljust(length, "a")
        robots = f"robots: [{{name: {name}, project: vision, namespaces: [vision]}}]\n"
        code, problems = said(here, capsys, HEAD + robots + NAMESPACE)
        found = [line.partition("]: ")[2] for line in problems if line.startswith("fleet.yaml:6:17: error[bad-name]")]
        assert (code, sorted(found)) == (bool(messages), [f"robot `{name[:60]}…` {message}" for message in messages]), (
            problems
        )
    text = next((here / "overlays/default/vision/access").glob("secret-*.yaml")).read_text()
    label = label_value(name)
    assert text.count(f"mooring.dev/robot: {label}\n") == 2 and len(label) == 63


def test_two_services_are_said_to_collide_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = f"{CONFIG % 'x'}---\n{CONFIG % 'z'}"
    fleet = services("name: a, manifests: m", "name: b, manifests: n")
    code, problems = said(here, capsys, fleet, {"m/x.yaml": both, "n/x.yaml": both})
    assert (code, [line.partition("]: ")[2] for line in problems]) == (
        1, ["ConfigMap `x` is there twice: service `a` has it already"],
    )  # fmt: skip


def test_a_key_of_the_grants_has_253_characters() -> None:
    assert unkeyable("_login.", "a" * 246) == ""
    assert unkeyable("_login.", "a" * 247) == "at most 246: it is part of a ConfigMap's key"


def test_a_policy_of_ours_is_no_service(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matched = "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}"
    spec = f"{{matchConstraints: {{resourceRules: [{matched}]}}, validations: [{{expression: 'true'}}]}}"
    entry = f"services: [{{name: mooring-require-pull-secret, kind: ValidatingPolicy, spec: {spec}}}]\n"
    said_of_it = "ValidatingPolicy `mooring-require-pull-secret` is there twice: mooring renders it itself"
    expected = [f"fleet.yaml:8:19: error[duplicate-name]: {said_of_it}"]
    assert said(here, capsys, HEAD + ROBOTS + NAMESPACE + entry) == (1, expected)


def test_folders_of_environments_and_namespaces_differ_by_more_than_case() -> None:
    """The schema of the fleet file takes lower case only; what it lets through is checked all the same."""
    names = ("prod", "Prod", "\xe9", "e\u0301")
    namespaces = ("vision", "VISION", "_Cluster", "kustomization.yaml")
    fleet = model.Fleet(
        metadata=model.Metadata(name="f"),
        registries=(),
        environments=tuple(model.Environment(name=name) for name in names),
        namespaces=tuple(model.Namespace(name=name) for name in namespaces),
    )
    found = [problem.message for problem in check_folders(fleet, names, ["policies/a.yaml", "policies/A.yaml"])]
    case = "are one path where letter case is not told apart"
    assert found == [
        f"`policies/a.yaml` of mooring and `policies/A.yaml` of mooring {case}",
        f"`overlays/prod` of environment `prod` and `overlays/Prod` of environment `Prod` {case}",
        f"`overlays/\xe9` of environment `***` and `overlays/e\u0301` of environment `***` {case}",
        f"`overlays/*/vision` of namespace `vision` and `overlays/*/VISION` of namespace `VISION` {case}",
        f"`overlays/*/_cluster` of mooring and `overlays/*/_Cluster` of namespace `_Cluster` {case}",
        f"`overlays/*/kustomization.yaml` of namespace `kustomization.yaml` {IN_THE_WAY}: mooring has it already",
    ]
