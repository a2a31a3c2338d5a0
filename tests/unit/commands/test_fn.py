"""`mooring fn` at the command line: a ResourceList in and out, results, exit codes, and what its configuration may say."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mooring import cli
from mooring.yaml.document import read_manifests
from tests.support.example import SMALL

HEAD = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
CONFIG = "functionConfig: {apiVersion: mooring.dev/v1, kind: Check, spec: %s}\n"
DATA = "functionConfig: {apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: %s}\n"
POD = """\
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a, namespace: team}
  spec: {containers: [{name: x, image: harbor.example.com/p/a:1}]}
"""
WARNED = """\
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: a, namespace: team}
  stringData: {password: a}
"""
UNKNOWN = """\
items:
- apiVersion: serving.kserve.io/v1beta1
  kind: InferenceService
  metadata: {name: a, namespace: team}
  spec: {predictor: {model: {runtime: not-at-hand, modelFormat: {name: onnx}}}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def run(text: str, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    stdin = io.TextIOWrapper(io.BytesIO(text.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    return cli.main(["fn", *options])


def codes(out: bytes) -> list[str]:
    (document,), _ = read_manifests(out, "out")
    return [result["tags"]["code"] for result in document.data.get("results", ())]


@pytest.mark.parametrize(
    "config", [CONFIG % "{registries: [harbor.example.com]}", DATA % "{registries: 'harbor.example.com, other.example.com'}"]
)
def test_an_error_is_a_result_and_ends_with_one(
    config: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = HEAD + config + POD
    assert run(text, monkeypatch) == 1
    out, err = capfdbinary.readouterr()
    assert out.startswith(text.encode()) and codes(out) == ["secret-not-referenced"]
    assert b"<stdin>:8:40: error[secret-not-referenced]" in err
    assert b"1 services" not in out


def test_a_clean_list_goes_on_as_it_came(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """And where no private registry is known, that is said."""
    assert run(HEAD + POD, monkeypatch) == 0
    out, err = capfdbinary.readouterr()
    assert out == (HEAD + POD).encode()
    assert b"no private registry is known, so no pull could be proved" in err


@pytest.mark.parametrize("items", [WARNED, UNKNOWN], ids=["warning", "unknown"])
@pytest.mark.parametrize(
    ("config", "code"),
    [
        ("", 0),
        (CONFIG % "{strict: false}", 0),
        (CONFIG % "{strict: true}", 1),
        (DATA % "{strict: 'false'}", 0),
        (DATA % "{strict: 'true'}", 1),
    ],
)
def test_strict_makes_errors_of_warnings_and_of_what_is_not_known(
    items: str, config: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(HEAD + config + items, monkeypatch) == code


def test_the_fleet_that_is_named_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Its registries are private, and its environments may be chosen from."""
    (tmp_path / "here.yaml").write_text(SMALL)
    assert run(HEAD + CONFIG % "{fleet: here.yaml, environments: [default]}" + POD, monkeypatch) == 1
    assert codes(capfdbinary.readouterr().out) == ["secret-not-referenced"]
    assert run(HEAD + CONFIG % "{fleet: here.yaml, environments: [prod]}" + POD, monkeypatch) == 2
    out, err = capfdbinary.readouterr()
    assert (out, b"no environment is named `prod`" in err) == (b"", True)


def test_an_option_comes_before_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here.yaml").write_text(SMALL)
    assert run(HEAD + CONFIG % "{fleet: nothere.yaml}" + POD, monkeypatch, "--fleet", "here.yaml") == 1


def test_what_is_silenced_is_no_result(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    notes = "metadata: {annotations: {mooring.dev/allow: 'secret-not-referenced: a test'}, "
    text = HEAD + CONFIG % "{registries: [harbor.example.com]}" + POD.replace("metadata: {", notes)
    assert run(text, monkeypatch) == 0
    assert capfdbinary.readouterr().out == text.encode()


@pytest.mark.parametrize(
    ("config", "said", "hint"),
    [
        ("functionConfig: 3\n", "functionConfig is no configuration of mooring", "or a ConfigMap"),
        (
            "functionConfig: {apiVersion: v1, kind: Check}\n",
            "functionConfig is no configuration of mooring",
            "or a ConfigMap",
        ),
        (CONFIG % "{registry: x}", "functionConfig has no setting `registry`", "did you mean `registries`?"),
        (CONFIG % "[a]", "`spec` of functionConfig is no mapping", "write `key: value` below it"),
        (DATA % "a", "`data` of functionConfig is no mapping", "write `key: value` below it"),
        (CONFIG % "{registries: x}", "`registries` of functionConfig is no list of texts", "[one, two]"),
        (CONFIG % "{environments: [3]}", "`environments` of functionConfig is no list of texts", "[one, two]"),
        (CONFIG % "{fleet: [a]}", "`fleet` of functionConfig is no text", "write `fleet: text`"),
        (DATA % "{registries: [a]}", "`registries` of functionConfig is no text", "write `registries: text`"),
        (CONFIG % '{strict: "true"}', "`strict` of functionConfig is neither true nor false", "write `strict: true`"),
        (DATA % '{strict: "yes"}', "`strict` of functionConfig is neither true nor false", "write `strict: true`"),
        (CONFIG % "{registries: ['http://x']}", "`registries` of functionConfig: `http://x` is not a registry", "scheme"),
        (CONFIG % "{fleet: nothere.yaml}", "`nothere.yaml` does not exist", "names another"),
    ],
)
def test_a_wrong_configuration_is_refused(
    config: str, said: str, hint: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Nothing goes on: a tool that takes the output would take the list for judged."""
    assert run(HEAD + config + POD, monkeypatch) == 2
    out, err = capfdbinary.readouterr()
    assert out == b"" and said in err.decode() and hint in err.decode()


def test_what_is_no_list_is_refused(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("a: [\n", monkeypatch) == 2
    out, err = capfdbinary.readouterr()
    assert out == b"" and b"error[syntax]" in err and b"1 problem " in err


def test_check_reads_a_list_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((HEAD + POD).encode())))
    assert cli.main(["check", "--registry", "harbor.example.com", "-"]) == 1
    assert "<stdin>:7:40: error[secret-not-referenced]" in capsys.readouterr().out
