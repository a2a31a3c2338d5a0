"""The Kyverno CLI's false greens are detected: a suite that is mutated to prove nothing is never taken for a proof."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.kyverno_cli import SUITE, Kyverno, Row

POLICY = """
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: owned}
spec:
  validationActions: [Deny]
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps]}]
  matchConditions: [{name: not-free, expression: object.metadata.name != 'free'}]
  validations: [{expression: "'owner' in object.data", message: who owns it}]
"""
# block style: Kyverno takes a document that begins with `{` for JSON
RESOURCES = """
apiVersion: v1
kind: ConfigMap
metadata: {name: good, namespace: a}
data: {owner: me}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bad, namespace: a}
data: {other: me}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: free, namespace: a}
data: {other: me}
"""
TEST = """
apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata: {name: owned}
policies: [policy.yaml]
resources: [resources.yaml]
results:
- {isValidatingPolicy: true, policy: owned, kind: ConfigMap, resources: [good], result: pass}
- {isValidatingPolicy: true, policy: owned, kind: ConfigMap, resources: [bad], result: fail}
- {isValidatingPolicy: true, policy: owned, kind: ConfigMap, resources: [free], result: skip}
"""
Edit = Callable[[str], str]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    for name, text in {"policy.yaml": POLICY, "resources.yaml": RESOURCES, SUITE: TEST}.items():
        (tmp_path / name).write_text(text.lstrip(), encoding="utf-8")
    return tmp_path


def test_a_true_suite_is_proved_row_by_row(kyverno: Kyverno, suite: Path) -> None:
    outcome = kyverno.test(suite)
    assert outcome.faults == ()
    assert outcome.rows == (
        Row("owned", "v1/ConfigMap/a/bad", "Pass", "Ok"),
        Row("owned", "v1/ConfigMap/a/free", "Pass", "Ok"),
        Row("owned", "v1/ConfigMap/a/good", "Pass", "Ok"),
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("policy.yaml", "kind: ValidatingPolicy", "kind: ValidatingPolice", "0 policies loaded, 1 in"),
        ("policy.yaml", "'owner' in object.data", "'owner' in", "should pass `v1/ConfigMap/a/good`"),
        ("policy.yaml", "'owner' in object.data", "true", "should fail `v1/ConfigMap/a/bad`"),
        ("policy.yaml", "resources: [configmaps]", "resources: [pods]", "should fail `v1/ConfigMap/a/bad`"),
        ("policy.yaml", "!= 'free'", "== ''", "should fail `v1/ConfigMap/a/bad`"),
        ("resources.yaml", "data: {owner: me}", "data: {}", "should pass `v1/ConfigMap/a/good`"),
        ("resources.yaml", "name: bad", "name: gone", "resource `bad` of a result is 0 objects"),
        ("resources.yaml", "name: free, namespace: a", "name: good, namespace: b", "`good` of a result is 2 objects"),
        (SUITE, "policies: [policy.yaml]", "policies: [missing.yaml]", "0 policies loaded, 0 in"),
        (SUITE, "resources: [resources.yaml]", "resources: []", "0 resources loaded, 0 in"),
        (SUITE, "resources: [bad]", "resources: [nobody]", "resource `nobody` of a result is 0 objects"),
        (SUITE, ", resources: [bad]", "", "names no resource"),
        (SUITE, "resources: [free], result: skip", "resources: [free], result: fail", "should fail `v1/ConfigMap/a/free`"),
    ],
)
def test_a_suite_that_proves_nothing_is_found_out(
    kyverno: Kyverno, suite: Path, file: str, old: str, new: str, fault: str
) -> None:
    text = (suite / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (suite / file).write_text(text.replace(old, new), encoding="utf-8")
    assert fault in "\n".join(kyverno.test(suite).faults)


def test_a_suite_without_results_is_found_out(kyverno: Kyverno, suite: Path) -> None:
    (suite / SUITE).write_text(TEST.partition("results:")[0] + "results: []\n", encoding="utf-8")
    assert "0 rows, 0 expected" in kyverno.test(suite).faults


def test_apply_reports_each_judgement(kyverno: Kyverno, suite: Path) -> None:
    assert kyverno.apply([suite / "policy.yaml"], [suite / "resources.yaml"]) == [
        Row("owned", "v1/ConfigMap/a/bad", "fail", "who owns it"),
        Row("owned", "v1/ConfigMap/a/free", "skip", "skip"),
        Row("owned", "v1/ConfigMap/a/good", "pass", "success"),
    ]


def test_apply_of_a_policy_that_is_not_loaded_is_found_out(kyverno: Kyverno, suite: Path) -> None:
    (suite / "policy.yaml").write_text(POLICY.replace("ValidatingPolicy", "ValidatingPolice"), encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"judged nothing: \['owned'\]"):
        kyverno.apply([suite / "policy.yaml"], [suite / "resources.yaml"])
