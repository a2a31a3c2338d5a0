"""Every command that opens a connection, with a canary wherever a credential stands: what it runs on, and what it leaves.

Each secret holds one of `CANARIES`, so that any part of it that is shown anywhere is found by `shown`.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.support.canary import CANARIES, leaks
from tests.support.harbor import HarborStandIn
from tests.support.harbor.state import Robot
from tests.support.http_server import serving
from tests.support.sealing import SealingKey, opened, sealing_key
from tests.support.vault import VaultStandIn, vault

ADMIN, OLD, MADE, GIVEN = f"Ad{CANARIES[1]}", f"Old{CANARIES[1]}", f"Ma{CANARIES[0]}1A", f"Giv{CANARIES[1]}"
PULLER, TOKEN, ROLE, KUBE = f"P{CANARIES[1]}", f"hvs.{CANARIES[0]}", f"r{CANARIES[0]}", f"Ku{CANARIES[0]}"
RECORDS = "secret/data/harbor"
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: live}}
registries: [{{name: harbor, host: "{host}", caBundle: ca.pem}}]
secrets:
  backend: external-secrets
  store: {{kind: ClusterSecretStore, name: vault}}
  certificate: sealing.pem
  recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]
robots:
- {{name: ci, project: vision, expires: never, secret: {{key: harbor/ci}}}}
- {{name: new, project: vision, expires: never, secret: {{key: harbor/new}}}}
- {{name: elsewhere, project: vision, expires: never, backend: external}}
- {{name: sealed, project: vision, expires: never, backend: sealed-secrets, namespaces: [vision]}}
- {{name: sopsed, project: vision, expires: never, backend: sops, namespaces: [vision]}}
namespaces: [{{name: vision}}]
services:
- name: app
  namespace: vision
  robots: [ci]
  spec: {{predictor: {{containers: [{{name: kserve-container, image: "{host}/vision/app:1.0"}}]}}}}
"""


_TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{10,}")


@dataclass
class ClusterStandIn:
    """An API server that has one Secret, and nothing else."""

    status: int = 200
    body: Any = None
    url: str = ""
    before: Callable[[], object] = lambda: None
    seen: bool = False  # its Secret was, by who has the token


@dataclass
class Live:
    """`folder` is what a run may write to: `tree`, `home` and `tmp`. Beside it stand the files that a person keeps."""

    harbor: HarborStandIn
    vault: VaultStandIn
    cluster: ClusterStandIn
    folder: Path
    given: Path
    sealing: SealingKey

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    @property
    def image(self) -> str:
        return f"{self.harbor.host}/vision/app:1.0"

    def words(self, row: Row) -> list[str]:
        return [word.format(given=self.given, image=self.image) for word in row.words]

    def variables(self) -> dict[str, str]:
        """The variables that a run sees, none of which is a credential."""
        places = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp")}
        path = f"{self.given / 'bin'}:{os.environ['PATH']}"
        return {**places, "VAULT_ADDR": self.vault.url, "NO_PROXY": "*", "PATH": path}

    def left(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of every file that a run may have written."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()

    def shown(self, *texts: bytes | str) -> list[str]:
        """What of a credential stands in the texts, or in any file that was left: of a secret, or of a token of Harbor's."""
        forms = {form.encode() for secret in self.secrets() for form in leaks(secret)}
        said = [("output", text.encode() if isinstance(text, str) else text) for text in texts]
        found = [(name, form) for name, text in (*said, *self.left()) for form in forms if form in text.lower()]
        tokens = [(name, token) for name, text in said for token in _TOKEN.findall(text)]
        return [f"{name}: {form!r}" for name, form in (*found, *tokens)]

    def secrets(self) -> list[str]:
        """Every secret that there is now."""
        return [
            ADMIN,
            OLD,
            MADE,
            GIVEN,
            PULLER,
            TOKEN,
            ROLE,
            KUBE,
            *(robot.secret for robot in self.harbor.state.robots.values()),
        ]

    def opened(self, robot: str) -> str:
        """What the cluster's controller makes of a robot's sealed Secret, its base64 undone."""
        [file] = self.tree.glob(f"secrets/*/vision/harbor-{robot}.yaml")
        sealed = yaml.safe_load(file.read_text())
        return opened(self.sealing, sealed["spec"]["encryptedData"][".dockerconfigjson"], f"vision/harbor-{robot}").decode()

    def holds(self, robot: str, secret: str) -> bool:
        """Whether Vault's newest version of a robot's record has the secret."""
        versions = self.vault.records.get(f"{RECORDS}/{robot}") or [None]
        return (versions[-1] or {}).get("password") == secret

    def asked_as(self, login: str) -> bool:
        return any(one.login == login and one.status in (200, 201) for one in self.harbor.seen)

    def robot(self, name: str) -> Robot:
        found = self.harbor.state.robot(f"robot$vision+{name}")
        assert found is not None
        return found


class Row(NamedTuple):
    """A command: what is run, whose failures it is tried with, whether its credential arrived where it belongs, and what is
    given on standard input."""

    words: tuple[str, ...]
    fails: tuple[str, ...]
    arrived: Callable[[Live], bool]
    stdin: str = ""


def _asked(login: str) -> Callable[[Live], bool]:
    return lambda live: live.asked_as(login)


def _holds(robot: str, secret: str) -> Callable[[Live], bool]:
    return lambda live: live.holds(robot, secret)


_ADMIN = ("--credentials", "{given}/admin")
_VAULT = ("--vault-token-file", "{given}/token")
_ROLE = ("--vault-role-id-file", "{given}/role", "--vault-secret-id-file", "{given}/secret-id")
_CA = ("--ca-bundle", "{given}/ca.pem")
_KUBE = ("--kubeconfig", "{given}/kubeconfig")
_PULLER, _SET = "robot$vision+puller", f"{GIVEN}\n"
ROWS: dict[str, Row] = {
    "plan": Row(("robots", "plan", *_ADMIN, *_VAULT), ("Harbor", "Vault"), _asked("admin")),
    "plan, standard input": Row(("robots", "plan", "--credentials", "-", *_VAULT), (), _asked("admin"), f"admin\n{ADMIN}\n"),
    "apply": Row(("robots", "apply", *_ADMIN, *_VAULT), ("change", "Vault"), _holds("new", MADE)),
    "revoke": Row(("robots", "revoke", "ci", *_ADMIN), ("change",), lambda live: live.robot("ci").disabled),
    "rotate": Row(
        ("robots", "rotate", "ci", *_ADMIN, *_VAULT, *_KUBE, "--wait", "0s"), ("cluster",), lambda live: live.cluster.seen
    ),
    "rotate, vouched": Row(
        ("robots", "rotate", "ci", *_ADMIN, *_VAULT, "--arrived", "default", "--settle", "0s", "--again"),
        ("change", "Vault"), lambda live: live.robot("ci").disabled,
    ),
    "set": Row(("secret", "set", "ci", *_VAULT), ("Vault",), _holds("ci", GIVEN), _SET),
    "set, a role": Row(("secret", "set", "ci", *_ROLE), (), _holds("ci", GIVEN), _SET),
    "set, a file": Row(("secret", "set", "ci", *_VAULT, "--secret-file", "{given}/secret"), (), _holds("ci", GIVEN)),
    "set, external": Row(("secret", "set", "elsewhere"), (), lambda live: True, _SET),
    "set, sealed": Row(
        ("secret", "set", "sealed"), (), lambda live: GIVEN in live.opened("sealed"), _SET
    ),
    # Its `sops` keeps what it is given, and says it all in an error.
    "set, sops": Row(
        ("secret", "set", "sopsed"), (), lambda live: bool(live.shown((live.given / "sops.seen").read_bytes())), _SET
    ),
    "doctor": Row(("doctor", "{image}", "--docker-config", "{given}/config.json", *_CA), ("Harbor",), _asked(_PULLER)),
    "doctor, credentials": Row(("doctor", "{image}", "--credentials", "{given}/puller", *_CA), (), _asked(_PULLER)),
    "doctor, a live Secret": Row(
        ("doctor", "{image}", *_KUBE, "--secret", "vision/harbor-ci", *_CA), ("cluster",), _asked(_PULLER)
    ),
    "doctor, a service": Row(("doctor", "vision/app", *_KUBE, *_CA), ("cluster",), _asked(_PULLER)),
    "doctor, Harbor's API": Row(
        ("doctor", "{image}", "--credentials", "{given}/refused", "--harbor-credentials", "{given}/admin", *_CA),
        ("Harbor",), _asked("admin"),
    ),
    "doctor, events": Row(
        ("doctor", "--events"), (), lambda live: True,
        f'Failed to pull image "u:{PULLER}@h.example.com/a/b:1": Get "https://u:{PULLER}@h.example.com/v2/?password={PULLER}"'
        f": 401 Unauthorized, Authorization: Basic {base64.b64encode(f'u:{PULLER}'.encode()).decode()}\n",
    ),
}  # fmt: skip


@contextmanager
def live(folder: Path) -> Iterator[Live]:
    """Servers and files before a run: of the robots one differs from the fleet, one is new, one pulls."""
    given = folder / "given"
    for place in (given, *(folder / "may-write" / name for name in ("tree", "home", "tmp"))):
        place.mkdir(parents=True)
    with ExitStack() as stack:
        harbor = stack.enter_context(HarborStandIn(folder / "harbor"))
        servers = (harbor, stack.enter_context(vault()), stack.enter_context(_cluster()))
        found = Live(*servers, folder / "may-write", given, sealing_key())
        state = harbor.state
        state.users["admin"] = dataclasses.replace(state.users["admin"], password=ADMIN)
        state.make_secret = lambda: MADE
        state.add_image("vision/app", "1.0")
        state.add_robot("ci", "vision", duration=10, secret=OLD)
        puller = state.add_robot("puller", "vision", secret=PULLER)
        found.vault.tokens, found.vault.role = {TOKEN}, (ROLE, ROLE)
        found.vault.records[f"{RECORDS}/ci"] = [{"username": "robot$vision+ci", "password": OLD}]
        (found.tree / "fleet.yaml").write_text(FLEET.format(host=harbor.host))
        (found.tree / "ca.pem").write_bytes(harbor.ca_pem.read_bytes())
        (found.tree / "sealing.pem").write_bytes(found.sealing.certificate)
        _give(found, puller)
        yield found


def _give(found: Live, puller: Robot) -> None:
    """Writes the files with credentials."""
    login = base64.b64encode(f"{found.harbor.state.login(puller)}:{PULLER}".encode()).decode()
    config = json.dumps({"auths": {found.harbor.host: {"auth": login}}})
    found.cluster.body = {
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": base64.b64encode(config.encode()).decode()},
    }
    kubeconfig = {
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "c", "cluster": {"server": found.cluster.url}}],
        "users": [{"name": "u", "user": {"token": KUBE}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    }  # fmt: skip
    files = {
        "admin": f"admin\n{ADMIN}\n", "token": TOKEN, "role": ROLE, "secret-id": ROLE, "secret": GIVEN,
        "puller": f"robot$vision+puller\n{PULLER}\n", "refused": f"robot$vision+ci\n{PULLER}\n",
        "config.json": config, "kubeconfig": json.dumps(kubeconfig), "ca.pem": found.harbor.ca_pem.read_text(),
    }  # fmt: skip
    for name, text in files.items():
        (found.given / name).write_text(text)
        (found.given / name).chmod(0o600)
    sops = found.given / "bin" / "sops"
    sops.parent.mkdir()
    seen = shlex.quote(str(found.given / "sops.seen"))
    sops.write_text(
        f"#!/bin/sh\ncat > {seen}\ncat {seen} >&2\ncat {seen}\ntr '\\0' '\\n' < /proc/$$/cmdline > {seen}.process\n"
        f"tr '\\0' '\\n' < /proc/$$/environ >> {seen}.process\nexit 1\n"
    )
    sops.chmod(0o700)


@contextmanager
def _cluster() -> Iterator[ClusterStandIn]:
    state = ClusterStandIn()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.before()
            is_there = (
                self.path.partition("?")[0] == "/api/v1/namespaces/vision/secrets/harbor-ci"
                and self.headers["Authorization"] == f"Bearer {KUBE}"
            )
            state.seen |= is_there
            with suppress(ConnectionError):  # a client that was ended meanwhile
                self.send_response(state.status if is_there else 404)
                self.end_headers()
                self.wfile.write(json.dumps(state.body if is_there else {}).encode())

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with serving(Answers) as port:
        state.url = f"http://127.0.0.1:{port}"
        yield state
