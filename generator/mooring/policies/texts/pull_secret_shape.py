"""A docker configuration for Harbor is well formed, of one registry, and that of the robot whose Secret it is.

For Kyverno alone: the API server's CEL decodes neither base64 nor JSON. What stands already is not read again, since
Kyverno may not read Secrets on its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mooring.fleet.grants import LOGIN
from mooring.policies import cel, podspecs
from mooring.policies.model import Block, Object, PolicyInput, Row, Text
from mooring.policies.samples import DOCKER, secret
from mooring.schema.catalog import Catalog

SUMMARY = "a docker configuration for Harbor is well formed, of one registry and one robot"
MENDS = (
    (
        "needs auth: base64 of login:secret",
        "`auth` beside `username` and `password`: base64 of `LOGIN:SECRET` on one line, without a line break at its end",
    ),
    (
        "is a robot's, never a person's or admin",
        "the robot's full login, with its prefix (`robot$…`), in `username` and in `auth`",
    ),
    ("holds that registry's hosts only", "a Secret for each registry; name both in `imagePullSecrets`"),
    ("is another robot's", "the login of the robot that the fleet gives this Secret, or another name"),
)
_HOST = "k.replace('https://', '').replace('http://', '').split('/')[0].lowerAscii()"
_KEYS = "`entries`: the configuration's keys, each with the registry's host; `harbor` those for a host of the fleet's."
_LOGINS = (
    "`logins`: what `auth` decodes to, as login:secret, where it is well formed; `mine` whose Secret this is by its name."
)


def text(given: PolicyInput, _catalog: Catalog) -> Text:
    registries = [cel.texts(sorted(host.lower() for host in hosts)) for hosts in given.registries]
    return Text(
        rules=podspecs.rules([], [("", "v1", "secrets")]),
        conditions=[
            {
                "name": "is-a-pull-secret",
                "expression": f"object.?type.orValue('') == '{DOCKER}'",
            },
        ],
        facts=[
            podspecs.harbor_hosts(given),
            podspecs.variable("registries", cel.lines(registries)),
            podspecs.variable("robotPrefixes", cel.lines([cel.string(prefix) for prefix in given.robot_prefixes])),
        ],
        blocks=[Block(_KEYS, _keys()), Block(_LOGINS, _logins())],
        validations=_validations(),
        changes=cel.differs("[o.?data, o.?type]"),
        grants=True,
        standing=False,
    )


def _keys() -> list[Object]:
    config = "json.unmarshal(string(base64.decode(object.data['.dockerconfigjson'])))"
    entries = f"variables.auths.map(k, {{'entry': variables.auths[k],\n  'host': dyn({_HOST})}})"
    return [
        podspecs.variable("auths", f"[?dyn({config}).?auths]\n.filter(a, a != null)[?0].orValue({{}})"),
        podspecs.variable("entries", entries),
        *podspecs.harbor_names(),
        podspecs.variable("harbor", f"variables.entries.filter(e, {podspecs.is_harbor('e.host')})"),
    ]


def _logins() -> list[Object]:
    formed = (
        "variables.harbor.map(e, {'entry': e.entry, 'auth': dyn(string(e.entry.?auth.orValue('')))})\n"
        ".filter(e, e.auth.matches('^[A-Za-z0-9+/]+={0,2}$') && size(e.auth) % 4 == 0)\n"
        ".map(e, {'entry': e.entry, 'login': dyn(string(base64.decode(e.auth)))})\n"
        ".filter(e, e.login.contains(':') && !e.login.endsWith(':'))"
    )
    return [
        podspecs.variable("logins", formed),
        podspecs.variable(
            "mine",
            f"[{cel.string(LOGIN)} + object.metadata.name].filter(k, k in variables.grants).map(k, variables.grants[k])",
        ),
        podspecs.variable("owned", "variables.logins.filter(e, variables.mine.exists(m, e.login.startsWith(m + ':')))"),
    ]


def _validations() -> list[Object]:
    return [
        {
            "expression": "size(variables.logins) == size(variables.harbor)",
            "message": "the entry of a Harbor host needs auth: base64 of login:secret",
        },
        {
            "expression": "variables.logins.all(e, e in variables.owned ||\n"
            "  variables.robotPrefixes.exists(p, e.login.startsWith(p))) &&\n"
            "variables.logins.all(e, e.login.startsWith(e.entry.?username.orValue(e.login.split(':')[0]) + ':'))",
            "message": "the login for a Harbor host is a robot's, never a person's or admin",
        },
        {
            "expression": "size(variables.harbor) == 0 ||\n"
            "variables.registries.exists(hosts, variables.entries.all(e, e.host in hosts))",
            "message": "a Harbor's pull Secret holds that registry's hosts only: give others a Secret of their own",
        },
        {
            "expression": "size(variables.mine) == 0 || variables.owned == variables.logins",
            "message": "the Secret of this name is another robot's: see ConfigMap mooring-pull-grants",
        },
    ]


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
