"""Docker configurations that are well formed and a robot's, and those that are not."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mooring.policies.model import Object, PolicyInput, Row
from mooring.policies.samples import secret
from tests.support.decisions import sample_of


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def rows(given: PolicyInput) -> Iterator[Row]:
    """Docker configurations that are well formed and a robot's, and those that are not."""
    sample = sample_of(given)
    host, robot = sample.host, f"{given.robot_prefixes[0]}{sample.project}+app"
    words = "not-a-secret"

    def auths(key: str, auth: object, **more: str) -> Object:
        return {key: {"auth": auth, **more}}

    good = _base64(f"{robot}:{words}")
    own = _base64(f"{sample.login}:{words}")
    other = auths("registry.example.org", good)
    yield Row(secret("good", auths(host, good)), "pass")
    yield Row(secret("good-with-names", auths(host, good, username=robot, password=words)), "pass")
    yield Row(secret("other-registry", auths("registry.example.org", "?")), "pass")
    yield Row(secret("no-auths", {}), "pass")
    yield Row(secret("opaque", auths(host, "?"), "Opaque"), "skip")
    yield Row(secret("admin", auths(host, _base64(f"admin:{words}"))), "fail")
    yield Row(secret("person", auths(host, _base64(f"jane:{words}"))), "fail")
    yield Row(secret("person-upper-case-host", auths(host.upper(), _base64(f"jane:{words}"))), "fail")
    yield Row(secret("person-with-scheme", auths(f"https://{host}/v2/", _base64(f"jane:{words}"))), "fail")
    yield Row(secret("no-auth", {host: {"username": robot, "password": words}}), "fail")
    yield Row(secret("no-base64", auths(host, "***")), "fail")
    padded = (_base64(f"{robot}:{words}{more}") for more in ("", "x"))
    yield Row(secret("no-padding", auths(host, next(text for text in padded if text.endswith("=")).rstrip("="))), "fail")
    yield Row(secret("no-colon", auths(host, _base64(robot))), "fail")
    yield Row(secret("no-login", auths(host, _base64(f":{words}"))), "fail")
    yield Row(secret("no-password", auths(host, _base64(f"{robot}:"))), "fail")
    yield Row(secret("other-login", auths(host, good, username="admin")), "fail")
    yield Row(secret("second-registry", auths(host, good) | other), "fail")
    yield Row(secret("null-auths", None), "pass")
    yield Row(secret("person-with-plain-scheme", auths(f"http://{host}", _base64(f"jane:{words}"))), "fail")
    yield Row(secret("good-with-scheme", auths(f"https://{host.upper()}/v2/", good)), "pass")
    yield Row(secret("good-with-plain-scheme", auths(f"http://{host}/v1/", good)), "pass")
    for number, prefix in enumerate(given.robot_prefixes):
        yield Row(secret(f"robot-prefix-{number}", auths(host, _base64(f"{prefix}x:{words}"))), "pass")
    for number, hosts in enumerate(given.registries):
        entries = {name: {"auth": good} for name in hosts}
        yield Row(secret(f"registry-{number}", entries), "pass")
        for at, name in enumerate(hosts):
            yield Row(secret(f"person-at-{number}-{at}", auths(name, _base64(f"jane:{words}"))), "fail")
        if len(hosts) > 1:
            mixed = entries | auths(hosts[0], own)
            yield Row(secret(sample.names["shared"], mixed), "fail")
            break
    legacy = _base64(f"{sample.login}-of-legacy:{words}".removeprefix(sample.prefix))
    yield Row(secret("of-no-robot", auths(host, legacy)), "fail")
    yield Row(secret(sample.names["absent"], auths(host, legacy)), "pass")
    yield Row(secret(sample.secret, auths(host, own)), "pass")
    yield Row(secret(sample.names["other"], auths(host, own)), "fail")
    for name, (end, is_ours) in sample.rotated.items():
        yield Row(secret(name, auths(host, _base64(f"{sample.login}{end}:{words}"))), "pass" if is_ours else "fail")
