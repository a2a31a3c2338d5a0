"""What one part of a fleet says of another: code, line and message, and the names that would have been right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fleet_files import REGISTRY, loaded, said

TWO = "registries:\n- {name: a, host: a.example.com}\n- {name: b, host: b.example.com}\n"
ROBOT = "robots: [{name: vision, project: vision}]\n"
NAMESPACE = "namespaces: [{name: vision}]\n"
SERVICES = NAMESPACE + "services: [{name: app, namespace: vision, manifests: m}]\n"
EXEMPT = "policies: {{exempt: [{{namespace: {}, policies: [require-pull-secret], reason: r, until: 2099-01-01}}]}}\n"


@pytest.mark.parametrize(("text", "problem"), [
    # Names that are given twice.
    (REGISTRY + "namespaces:\n- {name: v}\n- {name: v}\n", "duplicate-name 7:10"),
    (REGISTRY + "robots:\n- {name: v, project: p}\n- {name: v, project: p}\n",
     "duplicate-name 7:10"),
    (REGISTRY + "environments: [{name: e}, {name: e}]\n", "duplicate-name 5:34"),
    (REGISTRY + NAMESPACE + "services:\n- {name: s, namespace: vision, manifests: m}\n"
     "- {name: s, namespace: vision, spec: {}}\n",
     "duplicate-name 8:10"),
    (TWO.replace("b.example.com}", "A.example.com}"),
     "duplicate-name 6:19"),
    (TWO.replace("b.example.com}", "b.example.com, aliases: [a.example.com]}"),
     "duplicate-name 6:43"),
    # A registry's CA.
    ("registries:\n- {name: a, host: h, caBundle: ../ca.pem}\n", "bad-path 5:32"),
    ("registries:\n- {name: a, host: h, caBundle: linked.pem}\n", "bad-path 5:32"),
    ("registries:\n- {name: a, host: h, caBundle: no.pem}\n", "bad-path 5:32"),
    ("registries:\n- {name: a, host: h, caBundle: folder}\n", "bad-path 5:32"),
    # Robots.
    (REGISTRY + "robots: [{name: v, project: p, registry: harbour}]\n",
     "unknown-reference 5:42"),
    (REGISTRY + "robots: [{name: v}]\n", "missing-key 5:10"),
    (REGISTRY + "robots: [{name: v, project: p, projects: [q]}]\n",
     "unknown-key 5:32"),
    (REGISTRY + ROBOT + "secrets: {backend: external-secrets}\n",
     "missing-key 6:10"),
    (REGISTRY + "robots: [{name: v, project: p, backend: external-secrets}]\n",
     "missing-key 1:1"),
    # Services.
    (REGISTRY + NAMESPACE + "services: [{name: s, namespace: visoin, manifests: m}]\n",
     "unknown-reference 6:33"),
    (REGISTRY + NAMESPACE + "services: [{name: s, namespace: vision, manifests: m, robots: [r]}]\n",
     "unknown-reference 6:64"),
    (REGISTRY + NAMESPACE + "services: [{name: s, namespace: vision}]\n",
     "missing-key 6:12"),
    (REGISTRY + NAMESPACE + "services: [{name: s, namespace: vision, spec: {}, manifests: m}]\n",
     "unknown-key 6:51"),
    # Environments.
    (REGISTRY + SERVICES + "environments: [{name: e, namespaces: [v]}]\n",
     "unknown-reference 7:39"),
    (REGISTRY + "environments: [{name: e, registries: [{name: h}]}]\n",
     "unknown-reference 5:46"),
    (REGISTRY + "environments: [{name: e, robots: [{name: r}]}]\n", "unknown-reference 5:42"),
    # Of a robot that is unknown nothing else is said.
    (REGISTRY + NAMESPACE + "environments: [{name: e, robots: [{name: r, namespaces: [other]}]}]\n",
     "unknown-reference 6:42"),
    (REGISTRY + SERVICES + "environments: [{name: e, services: [{name: ap}]}]\n",
     "unknown-reference 7:44"),
    (REGISTRY + SERVICES + "environments: [{name: e, services: [{name: app, namespace: v}]}]\n",
     "unknown-reference 7:37"),
    (REGISTRY + SERVICES + "environments: [{name: e, namespaces: [], services: [{name: app, namespace: vision}]}]\n",
     "unknown-reference 7:76"),
    (REGISTRY + SERVICES + "environments: [{name: e, services: [{name: app, namespace: vision, kind: Deployment}]}]\n",
     "unknown-reference 7:74"),
    (REGISTRY + NAMESPACE + "robots: [{name: v, project: p, namespaces: [other]}]\n"
     + "environments: [{name: e, robots: [{name: v, expires: never}]}]\n", "unknown-reference 7:42"),
    (REGISTRY + NAMESPACE + "robots: [{name: v, project: p, namespaces: [vis*]}]\n"
     + "environments: [{name: e, namespaces: [], robots: [{name: v, expires: never}]}]\n", "unknown-reference 7:58"),
    # Exemptions: a namespace that nobody lists may be exempt, a misspelt one is told.
    (REGISTRY + NAMESPACE + EXEMPT.format("visoin"), "unknown-reference 6:33"),
    (REGISTRY + EXEMPT.format("kube-sytem"), "unknown-reference 5:33"),
    (REGISTRY + EXEMPT.format("kubesystem"), "unknown-reference 5:33"),
    # Policies and versions.
    (REGISTRY + "policies: {rules: {require: {}}}\n", "unknown-choice 5:20"),
    (REGISTRY + "policies: {engine: kubernetes, rules: {pull-secret-shape: {}}}\n",
     "unknown-choice 5:40"),
    (REGISTRY + 'policies: {engine: kubernetes, rules: {inject-pull-secret: {}}}\nversions: {kubernetes: "1.35"}\n',
     "unknown-choice 5:40"),
    (REGISTRY + "policies: {rules: {inject-pull-secret: {}}}\n"
     'environments: [{name: e}, {name: f, policies: {engine: kubernetes}, versions: {kubernetes: "1.30"}}]\n',
     "unknown-choice 5:20"),
    (REGISTRY + 'versions: {kubernetes: "1.35"}\n'
     "environments: [{name: e, policies: {engine: kubernetes, rules: {inject-pull-secret: {}}}}]\n",
     "unknown-choice 6:65"),
    (REGISTRY + "policies: {rules: {protect-pull-grants: {}}}\n",
     "missing-key 5:20"),
    (REGISTRY + "policies: {exempt: [{namespace: n, policies: [all], reason: r, until: 2099-01-01}]}\n",
     "unknown-choice 5:47"),
    (REGISTRY + "policies: {exempt: [{namespace: n, policies: [allowed-registries], reason: r, until: 2099-01-01}]}\n",
     "unknown-reference 5:47"),
    (REGISTRY + NAMESPACE + "policies: {rules: {require-pull-secret: {enabled: false}}, exempt: [{namespace: vision, "
     "policies: [pull-secret-shape, require-pull-secret], reason: r, until: 2099-01-01}]}\n", "unknown-reference 6:119"),
    (REGISTRY + "environments: [{name: e, policies: {rules: {require: {}}}}]\n",
     "unknown-choice 5:45"),
    (REGISTRY + 'versions: {kserve: "0.1"}\n',
     "unknown-choice 5:20"),
    (REGISTRY + 'environments: [{name: e, versions: {kyverno: "9.9"}}]\n',
     "unknown-choice 5:46"),
])  # fmt: skip
def test_a_reference_that_leads_nowhere(text: str, problem: str, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "ca.pem").touch()
    (folder / "linked.pem").symlink_to("../ca.pem")
    assert list(map(said, loaded(folder, text).problems)) == [problem]


@pytest.mark.parametrize("text", [
    REGISTRY + NAMESPACE + "policies: {exempt: [{namespace: vision, policies: [allowed-registries], reason: r, "
    "until: 2099-01-01}]}\nenvironments: [{name: e}, {name: f, policies: {rules: {allowed-registries: {}}}}]\n",
    "registries: [{name: a, host: h, caBundle: ca.pem}]\n",
    "registries: [{name: a, host: h, aliases: [h, H2]}]\n",
    TWO + "robots: [{name: v, project: p, registry: b}]\n",
    TWO + "robots: [{name: v, project: p}]\n",
    REGISTRY + "robots: [{name: v, projects: [p, q]}]\n",
    REGISTRY + ROBOT + "secrets: {backend: external-secrets, store: {name: vault}}\n",
    REGISTRY + "secrets: {backend: external-secrets}\n",
    REGISTRY + NAMESPACE + "services: [{name: s, namespace: vision, spec: {}}, {name: s, kind: Pod, spec: {}}]\n",
    REGISTRY + SERVICES + "environments: [{name: e, namespaces: [vision], services: [{name: app, namespace: vision}]}]\n",
    REGISTRY + "policies: {engine: kubernetes, rules: {pull-secret-shape: {enabled: false}}}\n",
    REGISTRY + "policies: {engine: kubernetes, rules: {inject-pull-secret: {}}}\n",
    REGISTRY + 'versions: {kubernetes: "1.30"}\npolicies: {rules: {inject-pull-secret: {}}}\n',
    REGISTRY + 'versions: {kubernetes: "1.30"}\npolicies: {engine: kubernetes, rules: {inject-pull-secret: {}}}\n'
    'environments: [{name: e, versions: {kubernetes: "1.36"}}, {name: f, policies: {engine: kyverno}}]\n',
    REGISTRY + "policies: {rules: {pull-secret-shape: {}}}\n"
    "environments: [{name: e, policies: {engine: kubernetes, rules: {pull-secret-shape: {enabled: false}}}}]\n",
    REGISTRY + "policies: {rules: {protect-pull-grants: {}}, identities: [u]}\n",
    REGISTRY + SERVICES + "environments: [{name: e, namespaces: [vision], services: [{name: app, namespace: vision,"
    " kind: InferenceService}]}]\n",
    REGISTRY + NAMESPACE + ROBOT + "environments: [{name: e, robots: [{name: vision, expires: never}]}]\n",
    REGISTRY + NAMESPACE + "robots: [{name: v, project: p, namespaces: [vis*]}]\n"
    "environments: [{name: e, robots: [{name: v, expires: never}]}]\n",
    REGISTRY + NAMESPACE + "robots: [{name: v, project: p, namespaces: [other]}]\n"
    "environments: [{name: e, robots: [{name: v, namespaces: [vision]}]}]\n",
    *(REGISTRY + NAMESPACE + EXEMPT.format(name) for name in ("n", "vision", "kube-system", "fusion", "vision-2")),
    REGISTRY + "namespaces: [{name: team-a}, {name: web1}]\n" + EXEMPT.format("team-b"),
    REGISTRY + "namespaces: [{name: team-a}, {name: web1}]\n" + EXEMPT.format("web2"),
    REGISTRY + "namespaces: [{name: vision}, {name: visoin, manage: false}]\n" + EXEMPT.format("visoin"),
])  # fmt: skip
def test_what_holds_together_has_no_problem(text: str, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    assert loaded(tmp_path, text).problems == ()


@pytest.mark.parametrize(("bundle", "why"), [
    ("../ca.pem", "leaves the repository"), ("linked.pem", "leaves the repository"), ("no.pem", "does not exist"),
])  # fmt: skip
def test_a_ca_outside_is_not_looked_for(bundle: str, why: str, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "ca.pem").touch()
    (folder / "linked.pem").symlink_to("../ca.pem")
    (problem,) = loaded(folder, f"registries: [{{name: a, host: h, caBundle: {bundle}}}]\n").problems
    assert why in problem.message


def test_the_names_that_are_known_are_listed_and_the_nearest_is_hinted(tmp_path: Path) -> None:
    names = "namespaces: [{name: vision}, {name: language}]\nservices: [{name: s, namespace: visoin, manifests: m}]\n"
    (problem,) = loaded(tmp_path, REGISTRY + names).problems
    assert (problem.expected, problem.hint) == ("`language`, `vision`", "did you mean `vision`?")


def test_what_refers_to_a_refused_name_is_no_problem_of_its_own(tmp_path: Path) -> None:
    """`Vision_1` is refused, and left out; `vision-1` is likely what it is to be called, `speech` is another."""
    names = "namespaces: [{name: Vision_1}]\nservices:\n- {name: s, namespace: NAME, manifests: m}\n"
    codes = {
        name: sorted(said(problem) for problem in loaded(tmp_path, REGISTRY + names.replace("NAME", name)).problems)
        for name in ("vision-1", "speech")
    }
    assert codes == {"vision-1": ["bad-name 5:21"], "speech": ["bad-name 5:21", "unknown-reference 7:24"]}


def test_many_names_are_not_listed(tmp_path: Path) -> None:
    def expected(count: int) -> str:
        names = ", ".join(f"{{name: n{number}}}" for number in range(count))
        services = "services: [{name: s, namespace: other, manifests: m}]\n"
        (problem,) = loaded(tmp_path, REGISTRY + f"namespaces: [{names}]\n" + services).problems
        return problem.expected

    assert expected(8) == "`n0`, `n1`, `n2`, `n3`, `n4`, `n5`, `n6`, `n7`"
    assert expected(9) == ""


def test_the_namespaces_where_a_service_stands_are_listed(tmp_path: Path) -> None:
    def expected(count: int) -> str:
        names = [f"n{number}" for number in range(count)]
        text = f"namespaces: [{', '.join(f'{{name: {name}}}' for name in names)}]\nservices:\n"
        text += "".join(f"- {{name: s, namespace: {name}, manifests: m}}\n" for name in names)
        (problem,) = loaded(tmp_path, REGISTRY + text + "environments: [{name: e, services: [{name: s}]}]\n").problems
        return problem.expected

    assert expected(2) == "namespace `n0`, `n1`"
    assert expected(9) == "namespace `n0`, `n1`, `n2`, `n3`, `n4`, `n5`, `n6`, `n7`, …"


def test_a_duplicate_says_where_the_other_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (problem,) = loaded(tmp_path, REGISTRY + "namespaces:\n- {name: v}\n- {name: v}\n").problems
    assert problem.hint.endswith(" fleet.yaml:6")


@pytest.mark.parametrize(("content", "problem"), [
    ("", None),
    ("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n", None),
    ("subject=CN = harbor\n-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n", None),
    ("not a certificate\n", "bad-path 5:32"),
    ("-----BEGIN CERTIFICATE REQUEST-----\n", "bad-path 5:32"),
    ("-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n", "plaintext-credential 5:32"),
    ("-----BEGIN CERTIFICATE-----\nMII=\n-----BEGIN RSA PRIVATE KEY-----\n", "plaintext-credential 5:32"),
])  # fmt: skip
def test_a_ca_s_file_holds_certificates(content: str, problem: str | None, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(content)
    found = loaded(tmp_path, "registries:\n- {name: a, host: h, caBundle: ca.pem}\n").problems
    assert [said(one) for one in found] == ([problem] if problem else [])
    assert not any("MII" in one.message + one.hint for one in found)


@pytest.mark.parametrize(("name", "codes"), [
    ("Vision_A", {"bad-name"}),  # `vision-a` is that robot once it has a name that may be
    ("Speech", {"bad-name", "unknown-reference"}),
])  # fmt: skip
def test_what_refers_to_a_refused_name_is_no_second_problem(name: str, codes: set[str], tmp_path: Path) -> None:
    robots = f"robots: [{{name: {name}, project: p}}]\n"
    service = "services: [{name: app, namespace: vision, robots: [vision-a], manifests: m}]\n"
    found = loaded(tmp_path, REGISTRY + robots + NAMESPACE + service).problems
    assert {problem.code for problem in found} == codes


def test_a_hundred_refused_names_are_taken_back_too(tmp_path: Path) -> None:
    names = [f"{one}{other}" for one in "abcdefghij" for other in "klmnopqrst"]
    robots = "robots:\n" + "".join(f"- {{name: R_{name}, project: p}}\n" for name in names)
    services = "services:\n" + "".join(
        f"- {{name: s-{name}, namespace: vision, robots: [r-{name}], manifests: m}}\n" for name in names
    )
    found = loaded(tmp_path, REGISTRY + robots + NAMESPACE + services).problems
    assert [problem.code for problem in found] == ["bad-name"] * 100
