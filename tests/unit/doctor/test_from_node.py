"""`mooring doctor --from-node`: the Jobs that ask from each node, and what `--events` makes of their logs."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mooring import cli
from tests.support.doctored import World
from tests.support.live_cluster import LiveCluster

IMAGE = "registry.example.com/tools/curl:8"


def jobs(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[dict[str, Any]]:
    assert cli.main(["doctor", *map(str, arguments), "--from-node", IMAGE]) == 0
    return list(yaml.safe_load_all(capsys.readouterr().out))


def environment(job: dict[str, Any]) -> dict[str, str]:
    (container,) = job["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one["value"] for one in container["env"]}


def test_a_job_for_each_node_of_the_cluster(world: World, cluster: LiveCluster, capsys: pytest.CaptureFixture[str]) -> None:
    cluster.add("Node", "", "node-b")
    cluster.add("Node", "", "node-a")
    found = jobs(capsys, "detector", "--kubeconfig", cluster.kubeconfig)
    assert [environment(job)["NODE"] for job in found] == ["node-a", "node-b"]
    assert len({job["metadata"]["name"] for job in found}) == 2
    assert {environment(job)["SERVERS"] for job in found} == {f"https://{world.harbor.host}"}
    assert environment(found[0])["CA"] == world.harbor.authority.pem.decode()


def test_a_job_has_the_node_s_network_and_no_right(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    (job,) = jobs(capsys, "detector", "--node", "n1")
    pod = job["spec"]["template"]["spec"]
    assert (pod["nodeName"], pod["hostNetwork"], pod["dnsPolicy"]) == ("n1", True, "Default")
    assert pod["tolerations"] == [{"operator": "Exists"}]
    assert (pod["automountServiceAccountToken"], pod["restartPolicy"]) == (False, "Never")
    assert "ttlSecondsAfterFinished" in job["spec"]
    assert "imagePullSecrets" not in pod
    assert [volume["emptyDir"]["medium"] for volume in pod["volumes"]] == ["Memory"]
    (container,) = pod["containers"]
    assert container["image"] == IMAGE
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    # Kubernetes would fill in `$(NAME)`, and make one `$` of two.
    assert "$$" not in container["command"][2]


def test_an_image_without_a_fleet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (job,) = jobs(capsys, "docker.io/library/alpine:3", "--node", "n1", "--node", "n1")
    assert (environment(job)["SERVERS"], environment(job)["CA"]) == ("https://registry-1.docker.io", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["detector", "--from-node", IMAGE], "no node is named"),
        (["detector", "--from-node", "NO IMAGE", "--node", "n"], "is not an image"),
        (["detector", "--from-node", IMAGE, "--node", "a b"], "is not a node's name"),
        (["detector", "--from-node", IMAGE, "--node", "n", "--output", "f"], "prints YAML to standard output"),
        (["detector", "--node", "n"], "give `--from-node IMAGE` too"),
        (["detector", "--from-node", IMAGE, "--kubeconfig", "none"], "is no kubeconfig"),
    ],
)
def test_wrong_usage(world: World, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert cli.main(["doctor", *arguments]) == 2
    assert said in capsys.readouterr().err


def line(said: str, node: str = "n1") -> str:
    return f"mooring-doctor/1 node={node} server=https://h.example.com:8443 {said}\n"


LINES = [
    ("exit=0 status=401 verify=0 type=application/json; charset=utf-8 error=", ["reachable"]),
    ("exit=0 status=200 verify=0 type= error=", ["reachable"]),
    ("exit=0 status=200 verify=0 type=text/html error=", ["proxy-answers"]),
    ("exit=0 status=502 verify=0 type=text/html; charset=utf-8 error=", ["gateway-error"]),
    ("exit=0 status=502 verify=0 type= error=", ["registry-part-down"]),
    ("exit=0 status=404 verify=0 type=application/json error=", ["not-a-registry"]),
    ("exit=6 status=000 verify=0 type= error=curl: (6) Could not resolve host: h.example.com", ["name-not-resolved"]),
    ("exit=7 status=000 verify=0 type= error=curl: (7) Failed to connect: Connection refused", ["refused"]),
    ("exit=7 status=000 verify=0 type= error=curl: (7) Failed to connect: No route to host", ["unreachable"]),
    ("exit=7 status=000 verify=0 type= error=curl: (7) Couldn't connect to server", ["refused", "unreachable"]),
    ("exit=28 status=000 verify=0 type= error=curl: (28) Connection timed out", ["timed-out"]),
    ("exit=35 status=000 verify=0 type= error=curl: (35) wrong version number", ["http-instead-of-https", "tls"]),
    ("exit=35 status=000 verify=0 type= error=curl: (35) handshake failure", ["tls"]),
    ("exit=52 status=000 verify=0 type= error=curl: (52) Empty reply from server", ["no-answer"]),
    ("exit=56 status=000 verify=0 type= error=curl: (56) CONNECT tunnel failed, response 403", ["proxy"]),
    ("exit=56 status=000 verify=0 type= error=curl: (56) Connection reset by peer", ["cut"]),
    ("exit=60 status=000 verify=10 type= error=curl: (60) certificate has expired", ["certificate-expired"]),
    ("exit=60 status=000 verify=9 type= error=curl: (60) not yet valid", ["certificate-not-yet-valid"]),
    ("exit=60 status=000 verify=19 type= error=curl: (60) self-signed", ["certificate-unknown"]),
    ("exit=60 status=000 verify=0 type= error=curl: (60) no alternative subject name", ["certificate-wrong-name"]),
    ("exit=60 status=000 verify=0 type= error=curl: (60) strange", ["certificate-refused"]),
    ("exit=127  error=sh: curl: not found", ["unknown"]),
    ("exit=2 status=000 verify=0 type= error=curl: (2) no such option", ["unknown"]),
]  # fmt: skip


def events(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> tuple[int, list[dict[str, Any]]]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code = cli.main(["doctor", "--events", "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("said", "causes"), LINES)
def test_what_a_node_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str, causes: list[str]
) -> None:
    code, (entry,) = events(monkeypatch, capsys, f"[pod/mooring-doctor-1/ask] {line(said)}")
    assert (code, [cause["code"] for cause in entry["causes"]]) == (int(causes != ["reachable"]), causes)
    assert (entry["image"], entry["host"]) == (None, "h.example.com:8443")
    no_curl = ["the image of the Job has no `curl`"] if "exit=127" in said else []
    assert entry["details"] == ["asked from `n1`", *no_curl]


def test_nodes_that_found_the_same_stand_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = LINES[0][0], LINES[6][0]
    text = "something else\n" + line(good, "a") + line(bad, "b") + line(good, "c")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert cli.main(["doctor", "--events", "--format", "text"]) == 1
    assert capsys.readouterr().out == (
        "h.example.com:8443\n"
        "  reachable: the node reaches `h.example.com:8443`, and a registry answers there\n"
        "  asked from `a`, `c`\n"
        "h.example.com:8443\n"
        "  name-not-resolved: the name in `h.example.com:8443` cannot be resolved\n"
        "    mend: check the host's spelling, and this machine's DNS\n"
        "  asked from `b`\n"
    )
