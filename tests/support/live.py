"""Every command that opens a connection, with a canary wherever a credential stands: what it runs on, and what it leaves.

Each secret holds one of `CANARIES`, so that any part of it that is shown anywhere is found by `shown`.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.canary import CANARIES, leaks
from tests.support.harbor import HarborStandIn
from tests.support.harbor.state import Robot
from tests.support.http_server import serving
from tests.support.vault import VaultStandIn, vault

ADMIN, MADE, GIVEN = f"Ad{CANARIES[1]}", f"Ma{CANARIES[0]}1A", f"Giv{CANARIES[1]}"
PULLER, TOKEN, ROLE, KUBE = f"P{CANARIES[1]}", f"hvs.{CANARIES[0]}", f"r{CANARIES[0]}", f"Ku{CANARIES[0]}"
RECORDS = "secret/data/harbor"
FLEET = """\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: live}}
registries: [{{name: harbor, host: "{host}", caBundle: ca.pem}}]
secrets: {{backend: external-secrets, store: {{kind: ClusterSecretStore, name: vault}}}}
robots:
- {{name: ci, project: vision, expires: never, secret: {{key: harbor/ci}}}}
- {{name: new, project: vision, expires: never, secret: {{key: harbor/new}}}}
- {{name: elsewhere, project: vision, expires: never, backend: external}}
namespaces: [{{name: vision}}]
services:
- name: app
  namespace: vision
  robots: [ci]
  spec: {{predictor: {{containers: [{{name: kserve-container, image: "{host}/vision/app:1.0"}}]}}}}
"""


_JWT = re.compile(rb"eyJ[A-Za-z0-9_-]{10,}")


@dataclass
class ClusterStandIn:
    """An API server that answers every request for a Secret alike."""

    status: int = 200
    body: Any = None
    url: str = ""
    before: Callable[[], None] = lambda: None
    authorized: list[str] = field(default_factory=list)


@dataclass
class Live:
    """`folder` is what a run may write to: `tree`, `home` and `tmp`. Beside it stand the files that a person keeps."""

    harbor: HarborStandIn
    vault: VaultStandIn
    cluster: ClusterStandIn
    folder: Path
    given: Path

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
        return {**places, "VAULT_ADDR": self.vault.url, "NO_PROXY": "*"}

    def left(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of every file that a run may have written."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()

    def shown(self, *texts: bytes | str) -> list[str]:
        """What of a credential stands in the texts, or in any file that was left."""
        forms = [form for secret in self.secrets() for form in leaks(secret)]
        named = [("output", text.encode() if isinstance(text, str) else text) for text in texts]
        return [
            f"{name}: {form}" for name, text in (*named, *self.left()) for form in forms if form.encode() in text.lower()
        ]

    def secrets(self) -> list[str]:
        """Every secret that there is now."""
        return [ADMIN, MADE, GIVEN, PULLER, TOKEN, KUBE, *(robot.secret for robot in self.harbor.state.robots.values())]

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
    """A command: what is run, what is given on standard input, whom it asks, and whether its credential arrived there."""

    words: tuple[str, ...]
    asks: tuple[str, ...]
    arrived: Callable[[Live], bool]
    stdin: str = ""


_HARBOR = ("--credentials", "{given}/admin")
_VAULT = ("--vault-token-file", "{given}/token")
_ROLE = ("--vault-role-id-file", "{given}/role", "--vault-secret-id-file", "{given}/secret-id")
_CONFIG = ("--docker-config", "{given}/config.json", "--ca-bundle", "{given}/ca.pem")
_CLUSTER = ("--kubeconfig", "{given}/kubeconfig", "--secret", "vision/harbor-ci", "--ca-bundle", "{given}/ca.pem")
ROWS: dict[str, Row] = {
    "robots plan": Row(("robots", "plan", *_HARBOR), ("harbor",), lambda live: live.asked_as("admin")),
    "robots plan, standard input": Row(
        ("robots", "plan", "--credentials", "-"), ("harbor",), lambda live: live.asked_as("admin"), f"admin\n{ADMIN}\n"
    ),
    "robots apply": Row(("robots", "apply", *_HARBOR), ("harbor",), lambda live: live.robot("ci").duration == -1),
    "robots revoke": Row(("robots", "revoke", "ci", *_HARBOR), ("harbor",), lambda live: live.robot("ci").disabled),
    "secret set": Row(
        ("secret", "set", "ci", *_VAULT), ("vault",), lambda live: live.holds("ci", GIVEN), f"{GIVEN}\n"
    ),
    "secret set, a role": Row(
        ("secret", "set", "ci", *_ROLE), ("vault",), lambda live: live.holds("ci", GIVEN), f"{GIVEN}\n"
    ),
    "secret set, from a file": Row(
        ("secret", "set", "ci", *_VAULT, "--secret-file", "{given}/secret"), ("vault",), lambda live: live.holds("ci", GIVEN)
    ),
    "secret set, external": Row(("secret", "set", "elsewhere", *_VAULT), (), lambda live: True, f"{GIVEN}\n"),
    "doctor": Row(("doctor", "{image}", *_CONFIG), ("harbor",), lambda live: live.asked_as("robot$vision+puller")),
    "doctor, a live Secret": Row(
        ("doctor", "{image}", *_CLUSTER), ("harbor", "cluster"), lambda live: live.asked_as("robot$vision+puller")
    ),
    "doctor, events": Row(
        ("doctor", "--events"),
        (),
        lambda live: True,
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
        found = Live(harbor, stack.enter_context(vault()), stack.enter_context(_cluster()), folder / "may-write", given)
        state = harbor.state
        state.users["admin"] = dataclasses.replace(state.users["admin"], password=ADMIN)
        state.make_secret = lambda: MADE
        state.add_image("vision/app", "1.0")
        state.add_robot("ci", "vision", duration=10)
        puller = state.add_robot("puller", "vision", secret=PULLER)
        found.vault.tokens, found.vault.role = {TOKEN}, (ROLE, ROLE)
        (found.tree / "fleet.yaml").write_text(FLEET.format(host=harbor.host))
        (found.tree / "ca.pem").write_bytes(harbor.ca_pem.read_bytes())
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
        "config.json": config, "kubeconfig": json.dumps(kubeconfig), "ca.pem": found.harbor.ca_pem.read_text(),
    }  # fmt: skip
    for name, text in files.items():
        (found.given / name).write_text(text)
        (found.given / name).chmod(0o600)


@contextmanager
def _cluster() -> Iterator[ClusterStandIn]:
    state = ClusterStandIn()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.authorized.append(self.headers["Authorization"])
            state.before()
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(json.dumps(state.body).encode())

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with serving(Answers) as port:
        state.url = f"http://127.0.0.1:{port}"
        yield state
