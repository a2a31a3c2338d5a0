"""A docker configuration for Harbor is well formed, of one registry, and that of the robot whose Secret it is.

For Kyverno alone: the API server's CEL decodes neither base64 nor JSON. What stands already is not read again, since
Kyverno may not read Secrets on its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mooring.fleet.grants import LOGIN
from mooring.policies import cel, podspecs
from mooring.policies.model import Object, PolicyInput, Row, Text
from mooring.policies.samples import DOCKER, secret
from mooring.schema.catalog import Catalog

SUMMARY = "a docker configuration for Harbor is well formed, of one registry, and its own robot's"
_AUTH = "variables.auths[k].auth"
_DECODED = f"string(base64.decode(string({_AUTH})))"
_FORMED = (
    f"has({_AUTH}) && string({_AUTH}).matches('^[A-Za-z0-9+/]+={{0,2}}$') && size(string({_AUTH})) % 4 == 0"
    f" && {_DECODED}.contains(':') && !{_DECODED}.endsWith(':')"
)
_KEY = "k.replace('https://', '').replace('http://', '').split('/')[0].lowerAscii()"


def text(given: PolicyInput, _catalog: Catalog) -> Text:
    robot = " || ".join(f"{_DECODED}.startsWith({cel.string(prefix)})" for prefix in given.robot_prefixes)
    same = f"(!has(variables.auths[k].username) || {_DECODED}.startsWith(variables.auths[k].username + ':'))"
    key = f"{cel.string(LOGIN)} + object.metadata.name"
    owned = f"{key} in variables.grants && {_DECODED}.startsWith(variables.grants[{key}] + ':')"
    registries = "[" + ", ".join(cel.texts(sorted(host.lower() for host in hosts)) for hosts in given.registries) + "]"
    config = "json.unmarshal(string(base64.decode(object.data['.dockerconfigjson'])))"
    auths = "has(variables.config.auths) && variables.config.auths != null ? dyn(variables.config.auths) : dyn({})"
    return Text(
        rules=podspecs.rules([], [("", "v1", "secrets")]),
        conditions=[
            {"name": "is-a-pull-secret", "expression": f"has(object.type) && object.type == '{DOCKER}'"},
        ],
        variables=[
            podspecs.variable("config", config),
            podspecs.variable("auths", auths),
            podspecs.variable("entries", f"variables.auths.map(k, {{'key': dyn(k), 'host': dyn({_KEY})}})"),
            podspecs.variable(
                "harbor", f"variables.entries.filter(e, {cel.is_one_of('e.host', given.hosts)}).map(e, e.key)"
            ),
            podspecs.variable("formed", f"variables.harbor.filter(k, {_FORMED})"),
        ],
        validations=[
            {
                "expression": "size(variables.formed) == size(variables.harbor)",
                "message": "the entry of a Harbor host needs auth: base64 of login:secret",
            },
            {
                "expression": f"variables.formed.all(k, ({robot} || ({owned})) && {same})",
                "message": "the login for a Harbor host is a robot's, never a person's or admin",
            },
            {
                "expression": "size(variables.harbor) == 0 ||"
                f" {registries}.exists(hosts, variables.entries.all(e, e.host in hosts))",
                "message": "a Harbor's pull Secret holds that registry's hosts only: give others a Secret of their own",
            },
            {
                "expression": f"!({key} in variables.grants) || variables.formed.all(k, {owned})",
                "message": "the Secret of this name is another robot's: see ConfigMap mooring-pull-grants",
            },
        ],
        changes=cel.differs("[object.?data, object.?type]"),
        grants=True,
        standing=False,
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def rows(given: PolicyInput) -> Iterator[Row]:
    """Docker configurations that are well formed and a robot's, and those that are not."""
    sample = given.sample
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
    yield Row(secret("no-colon", auths(host, _base64(robot))), "fail")
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
