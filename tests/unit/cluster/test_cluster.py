"""What a kubeconfig's cluster holds, read from a small API server over HTTP, and every way in which it cannot be read."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mooring.cluster import Cluster, Live, PullSecret, Unread, connect, logins, pull_secret
from tests.support.certificates import Authority
from tests.support.http_server import serving

HOST = "harbor.example.com"
PASSWORD = "canary-7f3a"


def docker_config(login: str, host: str = HOST) -> str:
    auth = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
    return base64.b64encode(json.dumps({"auths": {host: {"auth": auth}}}).encode()).decode()


def secret(data: dict[str, str], kind: str = "kubernetes.io/dockerconfigjson") -> dict[str, Any]:
    return {"kind": "Secret", "type": kind, "data": data}


SECRETS = "/api/v1/namespaces/{}/secrets/pull"
OBJECTS: dict[str, Any] = {
    SECRETS.format("vision"): secret({".dockerconfigjson": docker_config("robot$vision+ci-b")}),
    SECRETS.format("speech"): secret({".dockerconfigjson": docker_config("robot$vision+ci")}),
    SECRETS.format("other"): secret({".dockerconfigjson": docker_config("robot$vision+ci", "quay.io")}),
    SECRETS.format("opaque"): secret({"token": "eA=="}, "Opaque"),
    SECRETS.format("empty"): secret({}),
    SECRETS.format("garbage"): secret({".dockerconfigjson": "%%%"}),
}
STATUS = {SECRETS.format("closed"): 403, SECRETS.format("stranger"): 401, SECRETS.format("ill"): 500}
PAGES = {"": (["b", "a"], "next page"), "next page": (["c"], "+/=?&"), "+/=?&": (["d"], "")}
ASKED: list[str] = []


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        assert self.headers["Authorization"] == "Bearer t0ken"
        ASKED.append(self.path)
        found = OBJECTS.get(asked.path)
        if asked.path == "/api/v1/namespaces":
            names, after = PAGES[parse_qs(asked.query).get("continue", [""])[0]]
            found = {"metadata": {"continue": after}, "items": [{"metadata": {"name": name}} for name in names]}
        self.send_response(STATUS.get(asked.path, 200 if found else 404))
        self.end_headers()
        self.wfile.write(json.dumps(found or {}).encode())

    def log_message(self, *_: object) -> None:
        pass


def kubeconfig(folder: Path, port: int, scheme: str = "http") -> Path:
    """One that verifies no certificate."""
    server = {"server": f"{scheme}://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
    cluster = {"name": "c", "cluster": server}
    made = {
        "apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [cluster],
        "users": [{"name": "u", "user": {"token": "t0ken"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    }  # fmt: skip
    path = folder / "kubeconfig"
    path.write_text(json.dumps(made))
    return path


@pytest.fixture(name="cluster")
def _cluster(tmp_path: Path) -> Iterator[Cluster]:
    with serving(Answers) as port:
        found = connect(kubeconfig(tmp_path, port))
        assert isinstance(found, Cluster)
        yield found


def test_a_secret_is_read_and_its_password_is_in_no_repr(cluster: Cluster) -> None:
    found = pull_secret(cluster, "vision", "pull")
    assert isinstance(found, PullSecret)
    assert (found.type, found.faults) == ("kubernetes.io/dockerconfigjson", ())
    entry = found.logins[HOST]
    assert (entry.username, entry.password) == ("robot$vision+ci-b", PASSWORD)
    live = cluster.read("Secret", "vision", "pull")
    assert isinstance(live, Live)
    for text in (repr(found), repr(entry), repr(live), repr(cluster)):
        assert PASSWORD not in text
        assert base64.b64encode(PASSWORD.encode()).decode()[:8] not in text
    written = live.data["data"][".dockerconfigjson"]
    assert PASSWORD in base64.b64decode(base64.b64decode(written).decode().split('"')[-2]).decode()
    assert written not in repr(live)


@pytest.mark.parametrize(
    ("namespace", "faults"),
    [
        ("opaque", ("the kubelet pulls with no Secret of type `Opaque`",)),
        ("empty", ("the Secret has no `.dockerconfigjson`",)),
        ("garbage", ("the docker configuration is not base64",)),
    ],
)
def test_what_is_wrong_with_a_secret_is_said(cluster: Cluster, namespace: str, faults: tuple[str, ...]) -> None:
    found = pull_secret(cluster, namespace, "pull")
    assert isinstance(found, PullSecret)
    assert (found.faults, dict(found.logins)) == (faults, {})


@pytest.mark.parametrize(
    ("namespace", "why", "message"),
    [
        ("nowhere", "absent", "Secret `nowhere/pull` is not in the cluster"),
        ("closed", "denied", "the kubeconfig's user may not read Secret `closed/pull`"),
        ("stranger", "not-authenticated", "does not know who the kubeconfig's user is"),
        ("ill", "refused-request", "answers 500 to a request for Secret `ill/pull`"),
    ],
)
def test_why_a_secret_cannot_be_read(cluster: Cluster, namespace: str, why: str, message: str) -> None:
    found = pull_secret(cluster, namespace, "pull")
    assert isinstance(found, Unread)
    assert found.why == why
    assert message in found.message


def test_the_login_of_each_namespace(cluster: Cluster) -> None:
    found = logins(cluster, ["vision", "speech", "other", "opaque", "nowhere"], "pull", HOST)
    absent = found.pop("nowhere")
    assert isinstance(absent, Unread)
    assert absent.why == "absent"
    assert found == {"vision": "robot$vision+ci-b", "speech": "robot$vision+ci", "other": "", "opaque": ""}


def test_namespaces_are_listed_page_by_page(cluster: Cluster) -> None:
    ASKED.clear()
    assert cluster.namespaces() == ("a", "b", "c", "d")
    first = "/api/v1/namespaces?limit=500"
    assert [first, f"{first}&continue=next%20page", f"{first}&continue=%2B%2F%3D%3F%26"] == ASKED


def test_a_server_whose_certificate_is_not_to_be_verified(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Its owner says so in the kubeconfig: nothing is said of it, and a warning would be an error here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Authority().issue(tmp_path, "localhost"))
    with serving(Answers, context) as port:
        found = connect(kubeconfig(tmp_path, port, "https"))
        assert isinstance(found, Cluster)
        assert isinstance(pull_secret(found, "vision", "pull"), PullSecret)
    assert capfd.readouterr() == ("", "")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving(Answers) as port:
        pass
    found = connect(kubeconfig(tmp_path, port))
    assert isinstance(found, Cluster)
    unread = found.namespaces()
    assert isinstance(unread, Unread)
    assert (unread.why, unread.message) == ("refused", f"`http://127.0.0.1:{port}` refuses the connection")


@pytest.mark.parametrize("text", ["", "password: canary-7f3a", "{", "apiVersion: v1\nkind: Config\n"])
def test_a_file_that_is_no_kubeconfig(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    found = connect(path)
    assert isinstance(found, Unread)
    assert found.why == "bad-kubeconfig"
    assert "canary" not in found.message + found.mend
    missing = connect(tmp_path / "none")
    assert isinstance(missing, Unread)
    assert missing.why == "bad-kubeconfig"
