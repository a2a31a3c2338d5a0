"""Jobs that ask registries from the nodes, because nodes pull, and what their logs say.

A Job sends no credential and needs nothing but `sh` and `curl` in its image: what differs from node to node is the network,
the names and who stands in between; the credential's half of a verdict is the same wherever it is asked. Which CAs a node's
container runtime trusts no Job can see: it trusts its image's, or the fleet's `caBundle` alone where there is one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mooring.redaction import listed, quote
from mooring.schema.catalog import Catalog
from mooring.schema.validation import check_object
from mooring.templating.render import fill
from mooring.yaml.document import read_manifests

_SECONDS = 30  # for one server
_LINE = "mooring-doctor/1"
SCRIPT = f"""\
folder=${{TMPDIR:-/tmp}}
if [ -n "$CA" ]; then printf '%s\\n' "$CA" > "$folder/ca.pem"; export CURL_CA_BUNDLE="$folder/ca.pem"; fi
for server in $SERVERS; do
  said=$(curl -sS -o /dev/null --connect-timeout 10 --max-time {_SECONDS} \\
    -w 'status=%{{http_code}} verify=%{{ssl_verify_result}} type=%{{content_type}}' "$server/v2/" 2> "$folder/error")
  printf '{_LINE} node=%s server=%s exit=%s %s error=%s\\n' "$NODE" "$server" "$?" "$said" \\
    "$(tr '\\n' ' ' < "$folder/error")"
done
"""
_SAID = re.compile(
    rf"{re.escape(_LINE)} node=(?P<node>\S+) server=https?://(?P<host>\S+) exit=(?P<code>\d+)"
    r" (?:status=(?P<status>\d+) verify=(?P<verify>-?\d+) type=(?P<type>.*?))? ?error=(?P<error>.*)"
)
# https://curl.se/libcurl/c/libcurl-errors.html
_EXITS: dict[int, tuple[str, ...]] = {
    5: ("proxy",), 6: ("name-not-resolved",), 28: ("timed-out",), 35: ("tls",), 52: ("no-answer",), 56: ("cut",),
    97: ("proxy",),
}  # fmt: skip
_VERIFIED = {9: "certificate-not-yet-valid", 10: "certificate-expired", 62: "certificate-wrong-name"} | dict.fromkeys(
    (18, 19, 20, 21), "certificate-unknown"
)


class Asked(NamedTuple):
    """What one node was answered by one host."""

    node: str
    host: str
    causes: tuple[str, ...]
    detail: str = ""


def jobs(image: str, nodes: Iterable[str], servers: Sequence[str], ca: bytes | None) -> str:
    """A Job for each node, as a stream of YAML whose objects their schema knows: what is refused is a bug, and raises."""
    made = []
    for node in nodes:
        name = f"mooring-doctor-{hashlib.sha256(node.encode()).hexdigest()[:10]}"
        context = {
            "name": name, "node": node, "image": image, "servers": " ".join(servers),
            "command": ["sh", "-c", SCRIPT],
            "ca": ca.decode("ascii", "replace") if ca else "", "deadline": (_SECONDS + 10) * len(servers) + 300,
        }  # fmt: skip
        made.append(fill("doctor/job", context))
    text = "---\n".join(made)
    documents, problems = read_manifests(text.encode(), "stdout")
    findings = [finding for one in documents for finding in check_object(Catalog(), one.data)]
    if problems or findings:
        raise RuntimeError("a Job that was rendered is none")
    return text


def answers(raw: bytes) -> Iterator[Asked]:
    """What the Jobs' logs say, line by line; what else stands there is passed over."""
    for match in map(_SAID.search, raw.decode("utf-8", "replace").splitlines()):
        if match is not None:
            code, error = int(match["code"]), match["error"]
            if code == 127:
                yield Asked(match["node"], match["host"], ("unknown",), "the image of the Job has no `curl`")
            else:
                causes = _answered(int(match["status"] or 0), match["type"] or "") if code == 0 else ()
                yield Asked(match["node"], match["host"], causes or _failed(code, int(match["verify"] or 0), error))


def _answered(status: int, kind: str) -> tuple[str, ...]:
    """What an answer to `GET /v2/` says."""
    if "html" in kind.lower():
        return ("gateway-error",) if status in (502, 503, 504) else ("proxy-answers",)
    if status in (200, 401):
        return ("reachable",)
    return ("registry-part-down",) if status in (502, 503, 504) else ("not-a-registry",)


def _failed(code: int, verify: int, error: str) -> tuple[str, ...]:
    """What curl's exit code says, with a word of its message where the code is for several."""
    if code == 60:
        is_name = "subject name" in error or "match" in error
        return (_VERIFIED.get(verify, "certificate-wrong-name" if is_name else "certificate-refused"),)
    if code == 7:
        if "refused" in error.lower():
            return ("refused",)
        return (
            ("unreachable",) if "unreachable" in error.lower() or "no route" in error.lower() else ("refused", "unreachable")
        )
    if code == 35 and re.search(r"wrong version number|http request|packet length too long|record", error, re.IGNORECASE):
        return ("http-instead-of-https", "tls")
    if code == 56 and re.search(r"proxy|CONNECT", error):
        return ("proxy",)
    return _EXITS.get(code, ("unknown",))


def nodes_said(nodes: Sequence[str]) -> str:
    """Which nodes found the same."""
    return f"asked from {listed([quote(node, 'name') for node in dict.fromkeys(nodes)])}"
