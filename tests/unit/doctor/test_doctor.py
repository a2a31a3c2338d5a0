"""`mooring doctor` from end to end: against the stand-in for Harbor with all that was recorded, and against faults of the
network that are made for real."""

from __future__ import annotations

import base64
import datetime
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from mooring import cli
from mooring.doctor.diagnosis import diagnose
from mooring.doctor.probe import probe
from mooring.network import Patience
from mooring.registry.credentials import AuthEntry
from mooring.registry.reference import parse
from tests.support.certificates import DAY, NOW, Authority
from tests.support.example import ROOT
from tests.support.harbor import HarborStandIn, matrix
from tests.support.http_server import serving

EXPECTED = {
    (row["credential"], row["target"]): row["causes"]
    for row in json.loads((ROOT / "tests/data/doctor/pull-matrix.json").read_text())
}
PASSWORD = "Canary-Secret-9c41"


@pytest.fixture(scope="module", name="harbor")
def _harbor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarborStandIn]:
    with HarborStandIn(tmp_path_factory.mktemp("harbor")) as server:
        matrix.set_up(server)
        yield server


def docker_config(folder: Path, host: str, login: str, password: str) -> Path:
    auth = base64.b64encode(f"{login}:{password}".encode()).decode()
    path = folder / "config.json"
    path.write_text(json.dumps({"auths": {host: {"auth": auth}}}))
    return path


def doctor(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code = cli.main(["doctor", *map(str, arguments), "--format", "json"])
    said = capsys.readouterr()
    assert PASSWORD not in said.out + said.err
    return code, json.loads(said.out)


@pytest.mark.parametrize("credential", list(dict.fromkeys(row.credential for row in matrix.rows())))
def test_the_225_rows_from_end_to_end(harbor: HarborStandIn, credential: str) -> None:
    found = {}
    for row in (row for row in matrix.rows() if row.credential == credential):
        path, _, target = matrix.path(row).removeprefix("/v2/").partition("/manifests/")
        separator = "@" if ":" in target else ":"
        reference = parse(f"{harbor.host}/{path}{separator}{target}")
        assert reference is not None
        login = matrix.login(row)
        given = AuthEntry(harbor.host, *login) if login else None
        found[row.target] = list(diagnose(probe(reference, target, given, harbor.ca_pem.read_bytes())))
    assert found == {target: causes for (whose, target), causes in EXPECTED.items() if whose == credential}


def test_a_refused_credential_is_sent_once(
    harbor: HarborStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = docker_config(tmp_path, harbor.host, "robot$vision+nobody", PASSWORD)
    before = len(harbor.seen)
    image = f"{harbor.host}/vision/app:1.0"
    code, entry = doctor(capsys, image, "--docker-config", config, "--ca-bundle", harbor.ca_pem)
    assert (code, [cause["code"] for cause in entry["causes"]]) == (1, ["credential-refused"])
    assert len(entry["causes"][0]["oneOf"]) == 5
    assert [one.path for one in harbor.seen[before:] if one.login] == ["/v2/"]


def test_a_good_credential_pulls_and_leaves_no_trace(
    harbor: HarborStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    login = next(matrix.login(row) for row in matrix.rows() if row.credential == "good robot")
    assert login is not None
    config = docker_config(tmp_path, harbor.host, *login)
    before = len(harbor.seen)
    code, entry = doctor(capsys, f"{harbor.host}/vision/app:1.0", "--docker-config", config, "--ca-bundle", harbor.ca_pem)
    assert (code, entry["causes"], entry["pullable"]) == (0, [], True)
    assert login[1] not in json.dumps(entry)
    assert [one.method for one in harbor.seen[before:] if "manifests" in one.path] == ["HEAD"]


@pytest.mark.parametrize(("fault", "cause"), [("database_down", "database-down"), ("registry_down", "registry-part-down")])
def test_parts_of_harbor_that_are_down(
    harbor: HarborStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str, cause: str
) -> None:
    login = next(matrix.login(row) for row in matrix.rows() if row.credential == "good robot")
    assert login is not None
    config = docker_config(tmp_path, harbor.host, *login)
    setattr(harbor.state, fault, True)
    try:
        image = f"{harbor.host}/vision/app:1.0"
        code, entry = doctor(capsys, image, "--docker-config", config, "--ca-bundle", harbor.ca_pem)
    finally:
        setattr(harbor.state, fault, False)
    assert (code, [one["code"] for one in entry["causes"]]) == (1, [cause])


def test_a_configuration_without_an_entry_for_the_host(
    harbor: HarborStandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = docker_config(tmp_path, "other.example.com", "u", PASSWORD)
    code, entry = doctor(capsys, f"{harbor.host}/vision/app:1.0", "--docker-config", config, "--ca-bundle", harbor.ca_pem)
    assert (code, [one["code"] for one in entry["causes"]]) == (1, ["no-auth-entry"])


def test_a_configuration_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.json"
    path.write_text(f'{{"auths": {{"h.example.com": {{"auth": "{PASSWORD}"}}}}}}')
    code, entry = doctor(capsys, "h.example.com/vision/app:1", "--docker-config", path)
    assert (code, [one["code"] for one in entry["causes"]]) == (1, ["malformed-dockerconfig"])


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>sign in</html>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def secured(folder: Path, authority: Authority, *hosts: str, **days: datetime.datetime) -> Iterator[int]:
    """A server of HTML pages with such a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(folder, *hosts, **days))
    with serving(Page, context) as port:
        yield port


@pytest.mark.parametrize(
    ("cause", "hosts", "days", "trusted"),
    [
        ("certificate-unknown", ("127.0.0.1",), {}, False),
        ("certificate-wrong-name", ("other.example.com",), {}, True),
        ("certificate-expired", ("127.0.0.1",), {"start": NOW - 9 * DAY, "end": NOW - DAY / 2}, True),
        ("certificate-not-yet-valid", ("127.0.0.1",), {"start": NOW + DAY, "end": NOW + 2 * DAY}, True),
        ("proxy-answers", ("127.0.0.1",), {}, True),
    ],
)
def test_certificates_and_pages_that_are_not_harbor_s(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cause: str, hosts: tuple[str, ...], days: Any, trusted: bool
) -> None:
    authority = Authority()
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes((authority if trusted else Authority("another CA")).pem)
    with secured(tmp_path, authority, *hosts, **days) as port:
        code, entry = doctor(capsys, f"127.0.0.1:{port}/vision/app:1", "--ca-bundle", bundle)
    assert (code, [one["code"] for one in entry["causes"]]) == (1, [cause])
    is_certificate = cause.startswith("certificate")
    assert [one["names"] for one in entry["chain"]] == ([list(hosts)] if is_certificate else [])
    assert bool(entry["causes"][0]["nodes"]) == (cause == "certificate-unknown")


def test_plain_http_on_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(Page) as port:
        code, entry = doctor(capsys, f"127.0.0.1:{port}/vision/app:1")
    assert (code, entry["causes"][0]["code"]) == (1, "http-instead-of-https")


def test_a_closed_port(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))  # bound, and nobody listens
        code, entry = doctor(capsys, f"127.0.0.1:{kept.getsockname()[1]}/vision/app:1")
    assert (code, entry["causes"][0]["code"]) == (1, "refused")


def test_a_name_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    code, entry = doctor(capsys, "harbor.invalid/vision/app:1")
    assert (code, entry["causes"][0]["code"]) == (1, "name-not-resolved")


def test_a_server_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reference = parse(f"127.0.0.1:{silent.getsockname()[1]}/vision/app:1")
        assert reference is not None
        seen = probe(reference, "1", None, None, Patience(connect=0.3, read=0.3, whole=1.0, tries=1))
    assert diagnose(seen) == ("timed-out",)


def test_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "NOT AN IMAGE"]) == 2
    assert cli.main(["doctor", "h.example.com/a/b:1", "--kubeconfig", str(tmp_path)]) == 2
    assert "belong together" in capsys.readouterr().err


def test_the_text_for_people(harbor: HarborStandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", f"{harbor.host}/vision/app:1.0", "--ca-bundle", str(harbor.ca_pem)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{harbor.host}/vision/app:1.0",
        "  credential-needed: project `vision` gives nothing to a pull without a credential",
        "    mend: give one: `--docker-config FILE`, or a Secret through `--kubeconfig`",
        "  asked:",
        "    GET /v2/ without a credential → 401",
        "    GET /api/v2.0/projects/vision without a credential → 401",
        "    GET /service/token without a credential → 200",
        "    GET /v2/vision/app/manifests/1.0 as a kubelet → 401",
    ]
