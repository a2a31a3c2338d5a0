"""What a fleet says of the back ends `sealed-secrets` and `sops`, in each of its environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.fleet.environments import environments, resolve
from tests.support.fleet_files import REGISTRY, loaded, said

AGE, OTHER = "age1" + "q" * 58, "age1" + "p" * 58
PLAIN = "robots: [{name: a, project: a}]\n"
ROBOT = "robots: [{name: a, project: a, backend: %s}]\n"
ARGO_CD = "gitops: {tool: argo-cd, repo: 'https://git.example.com/fleet.git'}\n"


@pytest.mark.parametrize(("text", "found"), [
    ("secrets: {backend: sops}\n", []),  # no robot is kept there
    (f"secrets: {{backend: sops, recipients: [{AGE}]}}\n{ROBOT % 'sops'}{ARGO_CD}", ["unknown-choice 6:41"]),
    (f"secrets: {{backend: sops, recipients: [{AGE}]}}\n{ROBOT % 'external'}{ARGO_CD}", []),
    (f"secrets: {{backend: sops, recipients: [{AGE}]}}\nrobots: [{{name: a, project: a}}]\n{ARGO_CD}",
     ["unknown-choice 5:20"]),
    (f"secrets: {{backend: external}}\n{ROBOT % 'sops'}", ["missing-key 5:10"]),
    (f"secrets: {{backend: external}}\n{ROBOT % 'sealed-secrets'}{ARGO_CD}", []),
    # One that says it for several environments says it once; the recipients are each one's own.
    (f"secrets: {{backend: external}}\n{ROBOT % 'sops'}{ARGO_CD}environments:\n"
     f"- {{name: dev, secrets: {{recipients: [{AGE}]}}}}\n- {{name: prod}}\n", ["unknown-choice 6:41", "missing-key 10:3"]),
    (f"secrets: {{backend: external}}\nrobots: [{{name: a, project: a}}]\n{ARGO_CD}environments:\n"
     f"- {{name: dev, secrets: {{backend: sops, recipients: [{AGE}]}}}}\n", ["unknown-choice 9:34"]),
    (f"secrets: {{backend: sops, recipients: [{AGE}]}}\n{ROBOT % 'external'}{ARGO_CD}environments:\n"
     "- {name: dev, robots: [{name: a, backend: sops}]}\n", ["unknown-choice 9:43"]),
    ("secrets: {backend: sops, recipients: [AGE-SECRET-KEY-1QQQQQQQQ]}\n", ["bad-name 5:39"]),
    ("secrets: {backend: sealed-secrets, certificate: sealed.pem}\n", []),
    ("secrets: {backend: sealed-secrets, certificate: absent.pem}\n", ["bad-path 5:49"]),
    ("secrets: {backend: sealed-secrets, certificate: key.pem}\n", ["plaintext-credential 5:49"]),
    ("environments: [{name: dev, secrets: {certificate: ../x.pem}}]\n", ["bad-path 5:51"]),
    # A store is missing: of the fleet, of those environments that the fleet's has not, of a robot's own back end.
    (f"secrets: {{backend: external-secrets}}\n{ROBOT % 'external'}", []),
    (f"secrets: {{backend: external-secrets}}\n{PLAIN}", ["missing-key 5:10"]),
    (f"secrets: {{backend: external-secrets}}\n{PLAIN}environments: [{{name: dev}}, {{name: prod}}]\n",
     ["missing-key 5:10"]),
    (f"secrets: {{backend: external-secrets}}\n{PLAIN}environments:\n- name: dev\n  secrets: {{store: {{name: vault}}}}\n"
     "- name: prod\n", ["missing-key 10:3"]),
    (f"secrets: {{backend: external-secrets}}\n{PLAIN}environments:\n- name: dev\n  secrets: {{store: {{name: vault}}}}\n",
     []),
    (f"secrets: {{backend: external}}\n{PLAIN}environments:\n- name: dev\n- name: prod\n"
     "  secrets: {backend: external-secrets}\n", ["missing-key 10:12"]),
    (f"secrets: {{backend: external}}\n{PLAIN}environments:\n- name: dev\n"
     "  robots: [{name: a, backend: external-secrets}]\n", ["missing-key 8:3"]),
    (f"secrets: {{backend: external}}\n{ROBOT % 'external-secrets'}", ["missing-key 5:10"]),
])  # fmt: skip
def test_what_is_wrong_with_the_back_ends(text: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "sealed.pem").write_text("-----BEGIN CERTIFICATE-----")
    (tmp_path / "key.pem").write_text("-----BEGIN RSA PRIVATE KEY-----")
    assert [said(problem) for problem in loaded(tmp_path, REGISTRY + text).problems] == found


def test_an_environment_keeps_what_it_does_not_override(tmp_path: Path) -> None:
    (tmp_path / "sealed.pem").touch()
    text = (
        f"secrets: {{backend: sealed-secrets, certificate: sealed.pem, recipients: [{AGE}]}}\nenvironments:\n"
        f"- {{name: dev, secrets: {{refresh: 1h}}}}\n- {{name: prod, secrets: {{backend: sops, recipients: [{OTHER}]}}}}\n"
    )
    fleet = loaded(tmp_path, REGISTRY + text).fleet
    assert fleet is not None
    found = [resolve(fleet, environment)[0].secrets for environment in environments(fleet)]
    assert [(one.backend, one.certificate, one.recipients) for one in found] == [
        ("sealed-secrets", "sealed.pem", (AGE,)), ("sops", "sealed.pem", (OTHER,)),
    ]  # fmt: skip
