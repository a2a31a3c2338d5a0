"""A credential on its way into ciphertexts stands in them alone: not in a file, an argument, a variable or a traceback."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring import programs
from mooring.backends import ciphertexts, sealed, sops
from mooring.delivery import Delivery
from mooring.files.writing import Writer
from mooring.plan.environment import ResolvedEnvironment
from mooring.redaction import Credential
from tests.support.canary import CANARIES, leaks
from tests.support.fleet_files import REGISTRY, environments
from tests.support.sealing import sealing_key

SECRET = CANARIES[1]
LEAKS = leaks(SECRET)
AGE = "age1" + "q" * 58
FLEET = (
    REGISTRY
    + f"""\
secrets: {{backend: BACKEND, certificate: sealed.pem, recipients: [{AGE}]}}
robots: [{{name: a, project: a, namespaces: [shop, vision]}}]
namespaces: [{{name: shop}}, {{name: vision}}]
"""
)
# What encrypts as sops would, and looks into every file that a plaintext could have been written to.
SOPS = """\
#!/bin/sh
PATH=/usr/bin:/bin
OUT=FOLDER
given=$(cat)
[ -n "$given" ] || exit 9
find $OUT -type f -exec cat {} + > /dev/null || exit 8
{ echo "$@"; env; find "$OUT/tmp" "$OUT/repository" "$HOME" -type f -exec cat {} +; } >> "$OUT/seen"
case "$given" in *"namespace: shop"*) sed s/vision/shop/ $OUT/encrypted.yaml;; *) cat $OUT/encrypted.yaml;; esac
"""
VALUE = "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]"
BLOCK = {
    "age": [{"recipient": AGE, "enc": "-"}], "mac": VALUE, "encrypted_regex": "^(data|stringData)$",
    "mac_only_encrypted": True,
}  # fmt: skip


def leaking(text: str) -> list[str]:
    return [leak for leak in LEAKS if leak in text.lower()]


@pytest.fixture(params=["sealed-secrets", "sops"])
def environment(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ResolvedEnvironment:
    """A fleet of either back end, and a stand-in for sops."""
    repository = tmp_path / "repository"
    for name in ("repository", "tmp", "bin"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "bin" / "sops").write_text(SOPS.replace("FOLDER", str(tmp_path)))
    (tmp_path / "bin" / "sops").chmod(0o755)
    (repository / "sealed.pem").write_bytes(sealing_key().certificate)
    plain = ciphertexts.Plain("vision", "harbor-a", "a", "robot$a+a", Credential("x"))
    data = {**yaml.safe_load(ciphertexts.plain_secret(plain).reveal()), "data": {".dockerconfigjson": VALUE}, "sops": BLOCK}
    (tmp_path / "encrypted.yaml").write_text(yaml.safe_dump(data))
    return environments(repository, FLEET.replace("BACKEND", request.param))["default"]


def test_it_is_written_nowhere_else(environment: ResolvedEnvironment, tmp_path: Path) -> None:
    written, faults = Delivery().write_all("a", [environment], Credential(SECRET))
    assert (len(written), faults) == (2, ())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if leaking(path.read_text())]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert (tmp_path / "seen").exists() == (written[0].backend == "sops")


STEPS: list[tuple[Any, str]] = [
    (ciphertexts, "docker_config"), (ciphertexts, "_entry"), (ciphertexts.json, "dumps"), (ciphertexts.base64, "b64encode"),
    (ciphertexts, "fill"), (ciphertexts, "Credential"), (Writer, "prepare"), (Writer, "commit"), (Writer, "abandon"),
    (sealed, "AESGCM"), (sealed, "OAEP"), (sealed.os, "urandom"), (sealed.base64, "b64encode"),
    (programs, "run"), (programs.running.subprocess, "Popen"), (programs.running, "_collect"), (programs.running, "_taken"),
    (programs.running, "_has_ended"), (sops, "_judged"), (sops, "encoded"),
    (sops, "read_manifests"), (sops, "sops_faults"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name"), STEPS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_traceback_with_its_locals_shows_none_of_it(
    environment: ResolvedEnvironment, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    """Whatever breaks, at its first and at its second time."""
    real: Callable[..., Any] = getattr(module, name)
    for good in (0, 1):
        calls: list[int] = []

        def broken(*arguments: Any, good: int = good, calls: list[int] = calls, **named: Any) -> Any:
            calls.append(1)
            if len(calls) > good:
                raise RuntimeError("in the middle")
            return real(*arguments, **named)

        with monkeypatch.context() as patched:
            patched.setattr(module, name, broken)
            try:
                Delivery().write_all("a", [environment], Credential(SECRET))
            except RuntimeError as error:
                told = traceback.TracebackException.from_exception(error, capture_locals=True)
                ours = [frame for frame in told.stack if "/mooring/" in frame.filename]
                assert ours and not leaking(repr([frame.locals for frame in ours]))


@pytest.mark.parametrize("environment", ["sops"], indirect=True)
def test_what_sops_says_is_not_passed_on(environment: ResolvedEnvironment, tmp_path: Path) -> None:
    (tmp_path / "bin" / "sops").write_text("#!/bin/sh\nPATH=/usr/bin:/bin\ncat; cat >&2\n")
    written, faults = Delivery().write_all("a", [environment], Credential(SECRET))
    assert (written, len(faults)) == ((), 1) and not leaking(str(faults))
    assert not (tmp_path / "repository" / "secrets").exists()
