"""sops: Flux decrypts the Secret as it applies it; the ciphertext is copied, never encrypted again.

The program gets the plaintext on its standard input, and a `.sops.yaml` of its own: an environment's files are encrypted for
whom the fleet says, whatever stands in the repository's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from mooring import files, programs
from mooring.backends.ciphertexts import FOLDER, Cannot, Encrypt, Plain, encoded, plain_secret
from mooring.backends.unopened import ENCRYPTED_REGEX, Shown, sops_faults
from mooring.fleet import model
from mooring.yaml.document import read_manifests
from mooring.yaml.dump import dump

RULES = ".sops.yaml"
_HEAD = """\
# By these rules people encrypt; `mooring secret set` goes by the fleet's `secrets.recipients`, and `mooring check` compares.
"""
_LIMITS = programs.Limits(seconds=30, size=1_000_000)
_COMMAND = ("encrypt", "--filename-override", "secret.yaml", "--input-type", "yaml", "--output-type", "yaml")
_INSTALL = "install sops 3.9 or later outside of the repository, where PATH has it"


def faults(data: Any, namespace: str, robot: model.Robot, fleet: model.Fleet) -> Iterator[Shown]:
    return sops_faults(data, namespace, robot.secret, robot.name, fleet.secrets.recipients)


def rule(recipients: Collection[str], path_regex: str | None = None) -> dict[str, Any]:
    """A creation rule of `.sops.yaml`: what is encrypted, and for whom."""
    place = {"path_regex": path_regex} if path_regex is not None else {}
    options = {"encrypted_regex": ENCRYPTED_REGEX, "mac_only_encrypted": True}
    return {**place, **options, "age": ",".join(recipients)}


def rules(recipients: Mapping[str, Collection[str]]) -> str:
    """The repository's `.sops.yaml`, by which people encrypt: a rule for each environment."""
    listed = [rule(its, rf"^{FOLDER}/{name}/.*\.yaml$") for name, its in recipients.items()]
    return f"{_HEAD}{dump({'creation_rules': listed})}"


def encrypter(fleet: model.Fleet, root: Path) -> Encrypt | Cannot:
    """Encrypts with the program `sops`, for the recipients that the fleet names."""
    recipients = fleet.secrets.recipients
    if not recipients:
        return Cannot("`secrets.recipients` is missing: there is nobody to encrypt for", "write `recipients: [age1…]`")
    program = programs.find("sops", root)
    if program is None:
        return Cannot("there is no program `sops`", _INSTALL)
    own = dump({"creation_rules": [rule(recipients)]}).encode()

    def encrypt(plain: Plain) -> str | Cannot:
        try:
            with files.scratch() as folder:
                files.lay_out(folder / "home", {RULES: own})
                home = folder / "home"
                options: list[str | Path] = ["--config", home / RULES, *_COMMAND]
                done = programs.run(program, options, home, root, _LIMITS, plain_secret(plain))
        except programs.Failed as failed:
            return Cannot(str(failed), _INSTALL)
        except OSError as error:
            return Cannot(f"no temporary folder can be used: {error.strerror or 'the system refuses it'}", "make room in it")
        return _judged(done, plain, recipients)

    return encrypt


def _judged(done: programs.Finished, plain: Plain, recipients: Collection[str]) -> str | Cannot:
    """What sops has written, once nothing in it is plain and nobody else can open it. Its own words are not passed on."""
    if done.code != 0:
        return Cannot(f"`sops` does not encrypt it: it ends with {done.code}", "look at `secrets.recipients`: each is a key")
    if encoded(plain.config).encode() in done.output:
        return Cannot("what `sops` writes cannot be used: the Secret is in it as it was", _INSTALL)
    documents, problems = read_manifests(done.output, "sops")
    if problems or len(documents) != 1:
        return Cannot("what `sops` writes cannot be used: it is not one object", _INSTALL)
    for shown in sops_faults(documents[0].data, plain.namespace, plain.secret, plain.robot, recipients):
        return Cannot(f"what `sops` writes cannot be used: {shown.message}", _INSTALL)
    return done.output.decode()
