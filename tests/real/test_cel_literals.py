"""The API server's CEL takes every literal that policies are made with; what stood raw in one before is refused."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from mooring.policies import cel
from tests.real.apiserver import ApiServer

ODD = ("a\rb", "a\nb", "a\tb", "'", '"', "\\", "\\'", "\x00", "\x1b[2J", "\x85", "\u2028", "\u202e", "\U000e0041",
       "' || true || '")  # fmt: skip


def create(apiserver: ApiServer, expression: str) -> subprocess.CompletedProcess[str]:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    policy: dict[str, Any] = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "literals"},
        "spec": {"matchConstraints": {"resourceRules": [rule]}, "validations": [{"expression": expression}]},
    }
    return apiserver.apply(policy, dry_run=True)


def test_every_literal_compiles(apiserver: ApiServer) -> None:
    created = create(apiserver, f"request.userInfo.username in {cel.texts(ODD)}")
    assert created.returncode == 0, created.stderr


@pytest.mark.parametrize("raw", ["a\rb", "a\nb"])
def test_a_raw_line_break_does_not(apiserver: ApiServer, raw: str) -> None:
    refused = create(apiserver, f"request.userInfo.username in ['{raw}']")
    assert refused.returncode != 0 and "compilation failed" in refused.stderr
