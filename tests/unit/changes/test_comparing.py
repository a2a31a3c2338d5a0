"""What changed between a commit and the working tree, in words of meaning: one change of a small fleet, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.changes.since import since
from tests.support.example import SMALL
from tests.support.history import commit

ENVIRONMENTS = "environments:\n- {name: prod}\n"
POLICIES = "policies: {action: Deny}\n"
BASE = SMALL + ENVIRONMENTS + POLICIES
SERVICE = """\
- name: second
  namespace: vision
  kind: Deployment
  spec:
    selector: {matchLabels: {app: second}}
    template:
      metadata: {labels: {app: second}}
      spec:
        containers:
        - {name: main, image: "harbor.example.com/vision/second:1.0"}
"""
GITOPS = "gitops: {tool: argo-cd, repo: https://git.example.com/fleet.git}\n"


def changes(folder: Path, before: str, after: str) -> list[tuple[str, str, str, str]]:
    """(namespace, what, level, message) of each change."""
    commit(folder, before)
    (folder / "fleet.yaml").write_text(after)
    found = since(folder / "fleet.yaml", "HEAD").changes
    assert {change.environment for change in found} <= {"prod"}
    return [(change.namespace, change.what, change.level, change.message) for change in found]


def test_nothing_changed(tmp_path: Path) -> None:
    assert changes(tmp_path, BASE, BASE + "# a comment\n") == []


def test_an_image_that_moves_rolls_its_service(tmp_path: Path) -> None:
    assert changes(tmp_path, BASE, BASE.replace("detector:1.0", "detector:1.1")) == [
        ("vision", "image", "change", "InferenceService `detector` predictor: image "
         "`harbor.example.com/vision/detector:1.1`, before `harbor.example.com/vision/detector:1.0`"),
        ("vision", "rolls", "change",
         "InferenceService `detector` rolls: its pod template changed (`spec.predictor.containers`)"),
    ]  # fmt: skip


def test_scaling_rolls_nothing(tmp_path: Path) -> None:
    after = BASE.replace("    predictor:\n", "    predictor:\n      maxReplicas: 3\n")
    assert changes(tmp_path, BASE, after) == [
        ("vision", "changed", "change", "InferenceService `detector` differs in `spec.predictor.maxReplicas`")
    ]


def test_a_wider_grant_is_loud(tmp_path: Path) -> None:
    after = BASE.replace("project: vision, expires", "projects: [vision, ocr], login: robot$vision+vision, expires")
    assert changes(tmp_path, BASE, after) == [
        ("vision", "grant", "widened", "Secret `harbor-vision` may pull from `harbor.example.com/ocr` too")
    ]
    assert [each[2:] for each in changes(tmp_path, after, BASE)] == [
        ("change", "Secret `harbor-vision` may no longer pull from `harbor.example.com/ocr`")
    ]


def test_a_robot_expires_later_and_its_record_moves(tmp_path: Path) -> None:
    after = BASE.replace("2099-01-01", "2099-06-01").replace("key: harbor/vision", "key: prod/vision")
    assert changes(tmp_path, BASE, after) == [
        ("vision", "expiry", "change", "robot `vision` expires `2099-06-01`, before `2099-01-01`"),
        ("vision", "secret", "change", "ExternalSecret `harbor-vision` differs in `spec.data`"),
        ("vision", "secret", "change", "the back end's record of robot `vision` is `prod/vision`, before `harbor/vision`"),
    ]


def test_a_robot_is_swapped(tmp_path: Path) -> None:
    after = BASE.replace("{name: vision, project", "{name: eyes, project")
    said = [message for _, what, _, message in changes(tmp_path, BASE, after) if what == "robot"]
    assert said == [
        "InferenceService `detector` is pulled by `eyes`, before by `vision`",
        "robot `eyes` is needed here now",
        "robot `vision` is needed here no longer",
    ]


def test_a_service_comes_and_goes(tmp_path: Path) -> None:
    after = BASE.replace(ENVIRONMENTS, SERVICE + ENVIRONMENTS)
    assert changes(tmp_path, BASE, after) == [("vision", "added", "change", "Deployment `second` is added")]
    assert changes(tmp_path, after, BASE) == [
        ("vision", "removed", "change", "Deployment `second` is removed"),
        (
            "vision",
            "pruned",
            "change",
            "Deployment `second` leaves the tree: what prunes deletes it, `kubectl apply` leaves it",
        ),
    ]


def test_a_namespace_that_goes_keeps_what_is_marked_so(tmp_path: Path) -> None:
    more = BASE.replace("- name: vision\nservices", "- name: vision\n- name: ocr\nservices")
    pruned = [message for _, what, _, message in changes(tmp_path, more, BASE) if what == "pruned"]
    assert pruned == [
        "ConfigMap `mooring-pull-grants` leaves the tree: what prunes deletes it, `kubectl apply` leaves it",
        "Namespace `ocr` stays in the cluster: it is marked as not to be pruned",
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (POLICIES, "policies: {action: Audit}\n", "policy `require-pull-secret` is `Audit`, before `Deny`"),
        (POLICIES, "policies: {action: Deny, failurePolicy: Ignore}\n", "`failurePolicy` is `Ignore`, before `Fail`"),
        (
            POLICIES,
            "policies: {action: Deny, rules: {require-pull-secret: {enabled: false}}}\n",
            "policy `require-pull-secret` is `off`, before `Deny`",
        ),
        (POLICIES, "policies: {action: Deny, engine: kubernetes}\n", "policy `pull-secret-shape` is `off`, before `Deny`"),
        (
            POLICIES,
            "policies: {action: Deny, explicit: false}\n",
            "workloads that set no imagePullSecrets themselves are no longer rejected (`explicit`)",
        ),
        (
            POLICIES,
            "policies:\n  action: Deny\n  exempt:\n"
            "  - {namespace: web, policies: [require-pull-secret], reason: moving, until: 2098-01-01}\n",
            "policy `require-pull-secret` leaves namespace `web` alone until `2098-01-01`, before not",
        ),
        (
            "policies: {dryRun: judge}\n",
            "policies: {dryRun: skip}\n",
            "`dryRun` is `skip`, before `judge`",
        ),
        (
            "policies: {identities: [a]}\n",
            'policies: {identities: [a, "system:serviceaccount:argocd:controller"]}\n',
            "`system:serviceaccount:argocd:controller` may change grants",
        ),
        (
            "registries:\n- {name: harbor, host: harbor.example.com}\n",
            "registries:\n- {name: harbor, host: harbor.example.com, publicProjects: [library]}\n",
            "`harbor.example.com/library` is public and needs no Secret",
        ),
    ],
)  # fmt: skip
def test_a_looser_policy_is_the_loudest(tmp_path: Path, before: str, after: str, said: str) -> None:
    base = BASE.replace(POLICIES, before) if before.startswith("policies") else BASE
    found = changes(tmp_path, base, base.replace(before, after))
    assert ("_cluster", "policy", "loosened", said) in found
    # The way back is not loosened.
    back = changes(tmp_path, base.replace(before, after), base)
    assert [level for _, what, level, _ in back if what == "policy" and level == "loosened"] == []


def test_an_exemption_that_lasts_longer_is_loosened(tmp_path: Path) -> None:
    entry = (
        "policies:\n  exempt:\n  - {namespace: web, policies: [require-pull-secret], reason: moving, until: 2098-01-01}\n"
    )
    before = BASE.replace(POLICIES, entry)
    found = changes(tmp_path, before, before.replace("2098-01-01", "never"))
    message = "policy `require-pull-secret` leaves namespace `web` alone for good, before until `2098-01-01`"
    assert ("_cluster", "policy", "loosened", message) in found


def test_an_application_that_is_renamed_rolls_every_model(tmp_path: Path) -> None:
    found = changes(tmp_path, BASE + GITOPS, (BASE + GITOPS).replace("name: small", "name: large"))
    message = (
        "InferenceService `detector` rolls: `small-prod-vision-services` is renamed to `large-prod-vision-services`, "
        "which KServe copies to the pods unless it is told not to"
    )
    assert ("vision", "rolls", "change", message) in found


def test_a_runtime_that_changes_rolls_what_it_serves(tmp_path: Path) -> None:
    runtime = """\
- name: server
  namespace: vision
  kind: ServingRuntime
  spec:
    supportedModelFormats:
    - {name: own}
    containers:
    - {name: kserve-container, image: "harbor.example.com/vision/server:1.0"}
- name: model
  namespace: vision
  spec:
    predictor:
      model: {modelFormat: {name: own}, runtime: server, storageUri: "gs://models/own"}
"""
    before = BASE.replace(ENVIRONMENTS, runtime + ENVIRONMENTS)
    found = changes(tmp_path, before, before.replace("server:1.0", "server:1.1"))
    assert ("vision", "rolls", "change", "InferenceService `model` rolls: the runtime of its predictor changed") in found
    assert ("vision", "changed", "change", "ServingRuntime `server` differs in `spec.containers`") in found


def test_what_syncs_is_compared_too(tmp_path: Path) -> None:
    before = BASE + GITOPS
    found = changes(tmp_path, before, before.replace("repo:", "revision: refs/heads/other, repo:"))
    assert (
        "vision",
        "changed",
        "change",
        "Application `small-prod-vision-access` differs in `spec.source.targetRevision`",
    ) in found
    assert {what for _, what, _, _ in found} == {"changed"}


def test_two_kinds_of_one_name_are_two_objects(tmp_path: Path) -> None:
    """Knative's Service and Kubernetes' own stand side by side, both kept by a team."""
    kept = "- {name: kept, namespace: vision, manifests: kept.yaml}\n"
    fleet = BASE.replace(ENVIRONMENTS, kept + ENVIRONMENTS)
    core = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: vision}\nspec: {ports: [{port: 80}]}\n"
    knative = (
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: web, namespace: vision}\n"
        "spec: {template: {spec: {containers: [{image: docker.io/library/nginx:1}]}}}\n"
    )
    commit(tmp_path, fleet, **{"kept.yaml": f"{core}---\n{knative}"})
    (tmp_path / "kept.yaml").write_text(f"{core.replace('80', '81')}---\n{knative}")
    found = since(tmp_path / "fleet.yaml", "HEAD").changes
    assert [(change.what, change.subject and change.subject.group, change.message) for change in found] == [
        ("changed", "", "Service `web` differs in `spec.ports`")
    ]


def test_what_a_service_may_use_is_a_grant(tmp_path: Path) -> None:
    """The image of another project needs another robot's Secret, which this service may use from then on."""
    robot = "- {name: ocr, project: ocr, namespaces: [vision], expires: 2099-01-01}\n"
    before = BASE.replace("namespaces:\n", robot + "namespaces:\n", 1)
    found = changes(tmp_path, before, before.replace("vision/detector", "ocr/detector"))
    assert ("vision", "grant", "widened", "`inferenceservice.detector` may use Secret `harbor-ocr`") in found
    assert ("vision", "grant", "change", "`inferenceservice.detector` may no longer use Secret `harbor-vision`") in found
    assert (
        "vision", "pull-secrets", "change",
        "InferenceService `detector` predictor: imagePullSecrets are `harbor-ocr`, before `harbor-vision`",
    ) in found  # fmt: skip


def test_labels_of_a_service_roll_it_and_those_of_a_deployment_do_not(tmp_path: Path) -> None:
    before = BASE.replace(ENVIRONMENTS, SERVICE + ENVIRONMENTS)
    after = before.replace("- name: detector\n", "- name: detector\n  labels: {team: a}\n")
    after = after.replace("- name: second\n", "- name: second\n  labels: {team: a}\n")
    assert changes(tmp_path, before, after) == [
        ("vision", "changed", "change", "Deployment `second` differs in `metadata.labels`"),
        ("vision", "rolls", "change",
         "InferenceService `detector` rolls: KServe copies labels to the pods (`metadata.labels.team`)"),
    ]  # fmt: skip


def test_an_environment_comes(tmp_path: Path) -> None:
    commit(tmp_path, BASE)
    (tmp_path / "fleet.yaml").write_text(BASE.replace(ENVIRONMENTS, f"{ENVIRONMENTS}- {{name: dev}}\n"))
    found = since(tmp_path / "fleet.yaml", "HEAD").changes
    assert {change.environment for change in found} == {"dev"}
    assert ("_cluster", "added", "the environment is added") in {(each.namespace, each.what, each.message) for each in found}
    assert {change.what for change in found} == {"added", "grant", "robot"}


def test_the_base_of_an_llm_service_rolls_it(tmp_path: Path) -> None:
    services = """\
- name: base
  namespace: vision
  kind: LLMInferenceServiceConfig
  spec: {template: {containers: [{name: main, image: "harbor.example.com/vision/vllm:1", args: [one]}]}}
- name: llm
  namespace: vision
  kind: LLMInferenceService
  spec: {model: {uri: "hf://example/model"}, baseRefs: [{name: base}]}
"""
    before = BASE.replace(ENVIRONMENTS, services + ENVIRONMENTS)
    found = changes(tmp_path, before, before.replace("args: [one]", "args: [two]"))
    message = "LLMInferenceService `llm` rolls: `LLMInferenceServiceConfig/base`, which it is merged onto, changed"
    assert ("vision", "rolls", "change", message) in found
