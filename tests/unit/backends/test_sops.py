"""How `sops` is run: what it is given, and what of its results is refused. `tests/real/` has the real one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mooring.backends import encrypter
from mooring.backends.ciphertexts import Cannot, Plain, docker_config, plain_secret
from mooring.fleet import model
from mooring.redaction import Credential
from tests.support.canary import CANARIES, leaks

SECRET = CANARIES[1]
PLAIN = Plain("vision", "harbor-a", "a", "robot$p+a", docker_config(["h.example.com"], "robot$p+a", Credential(SECRET)))
VALUE = "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]"
ENCRYPTED = {
    **yaml.safe_load(plain_secret(PLAIN).reveal()),
    "data": {".dockerconfigjson": VALUE},
    "sops": {
        "age": [{"recipient": "age1x", "enc": "-----"}, {"recipient": "age1y", "enc": "-----"}], "mac": VALUE,
        "encrypted_regex": "^(data|stringData)$", "mac_only_encrypted": True,
    },
}  # fmt: skip


def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, *recipients: str) -> str | Cannot:
    """What comes of encrypting with a shell script in the place of `sops`."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "repository").mkdir()
    (tmp_path / "encrypted.yaml").write_text(yaml.safe_dump(ENCRYPTED))
    if text:
        (tmp_path / "bin" / "sops").write_text(f"#!/bin/sh\nOUT={tmp_path}\n{text}\n")
        (tmp_path / "bin" / "sops").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    secrets = model.Secrets(backend="sops", recipients=recipients)
    fleet = model.Fleet(metadata=model.Metadata(name="x"), registries=(), secrets=secrets)
    found = encrypter("sops", fleet, tmp_path / "repository")
    done = found if isinstance(found, Cannot) else found(PLAIN)
    assert not [leak for leak in leaks(SECRET) if leak in str(done).lower()]
    return done


def test_the_plaintext_is_on_standard_input_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 'cat > "$OUT/stdin"; echo "$@" > "$OUT/argv"; env > "$OUT/env"; cat "$2" > "$OUT/rules"; ls -A > "$OUT/home"'
    text = given(tmp_path, monkeypatch, f"{seen}; cat $OUT/encrypted.yaml", "age1x", "age1y")
    assert text == (tmp_path / "encrypted.yaml").read_text()
    assert (tmp_path / "stdin").read_text() == plain_secret(PLAIN).reveal()
    assert yaml.safe_load((tmp_path / "rules").read_text()) == {
        "creation_rules": [
            {"encrypted_regex": "^(data|stringData)$", "mac_only_encrypted": True, "age": "age1x,age1y"},
        ]
    }
    argv = (tmp_path / "argv").read_text().split()
    assert [argv[0], *argv[2:]] == [
        "--config", "encrypt", "--filename-override", "secret.yaml", "--input-type", "yaml", "--output-type", "yaml",
    ]  # fmt: skip
    assert (tmp_path / "home").read_text() == ".sops.yaml\n"
    for name in ("argv", "env", "rules"):
        assert not [leak for leak in leaks(SECRET) if leak in (tmp_path / name).read_text().lower()]


@pytest.mark.parametrize(("script", "message"), [
    ("", "there is no program `sops`"),
    ("cat >&2; exit 7", "`sops` does not encrypt it: it ends with 7"),
    ("exit 1", "`sops` does not encrypt it: it ends with 1"),
    ("kill -9 $$", "`sops` does not encrypt it: it ends with -9"),
    ("cat", "what `sops` writes cannot be used: the Secret is in it as it was"),
    ("sed 's/ENC.AES256_GCM,/enc/' $OUT/encrypted.yaml",
     "what `sops` writes cannot be used: `.dockerconfigjson` is not encrypted"),
    ("cat /dev/null", "what `sops` writes cannot be used: it is not one object"),
    ("cd $OUT; cat encrypted.yaml; echo ---; cat encrypted.yaml", "what `sops` writes cannot be used: it is not one object"),
    ("echo 'a: ['", "what `sops` writes cannot be used: it is not one object"),
    ("sed s/age1y/age1z/ $OUT/encrypted.yaml",
     "what `sops` writes cannot be used: it is not encrypted for `age1y`, a recipient of the environment"),
    ("sed s/mac_only.*// $OUT/encrypted.yaml", "what `sops` writes cannot be used: `sops.mac_only_encrypted` is not `true`"),
    ("cat /dev/zero", "`sops` writes more than 1 MB"),
])  # fmt: skip
def test_what_cannot_be_used(script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = given(tmp_path, monkeypatch, f"export PATH=/usr/bin:/bin; {script}" if script else "", "age1x", "age1y")
    assert isinstance(done, Cannot) and (done.message, bool(done.hint)) == (message, True)


def test_without_recipients_nobody_could_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = given(tmp_path, monkeypatch, "cat")
    assert isinstance(done, Cannot)
    assert done.message == "`secrets.recipients` is missing: there is nobody to encrypt for"
