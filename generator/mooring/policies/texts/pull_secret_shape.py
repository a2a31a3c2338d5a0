"""A docker configuration for Harbor is well formed, of one registry, and that of the robot whose Secret it is.

For Kyverno alone: the API server's CEL decodes neither base64 nor JSON. What stands already is not read again, since
Kyverno may not read Secrets on its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from mooring.fleet.generations import SUFFIXES
from mooring.fleet.grants import LOGIN
from mooring.policies import cel, podspecs, samples
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
    "`logins`: what `auth` decodes to, as login:secret, where it is well formed; `mine` whose Secret this is by its name,"
    " which a rotation gives another end."
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
    ends = ", ".join(cel.string(suffix) for suffix in SUFFIXES)
    return [
        podspecs.variable("logins", formed),
        podspecs.variable(
            "mine",
            f"[{cel.string(LOGIN)} + object.metadata.name].filter(k, k in variables.grants).map(k, variables.grants[k])",
        ),
        podspecs.variable(
            "owned",
            "variables.logins.filter(e, variables.mine.exists(m,\n"
            f"  [{ends}].exists(end, e.login.startsWith(m + end + ':'))))",
        ),
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


def rows(given: PolicyInput) -> Iterator[Row]:
    """Docker configurations that are well formed and a robot's, and each way to be neither."""
    sample = given.sample
    host, login = sample.host, f"{given.robot_prefixes[0]}{sample.project}+app"
    good = {"auth": _auth(login)}
    yield Row(secret("good", {host: good}), "pass")
    yield Row(secret("other-registry-alone", {samples.ELSEWHERE: {"auth": "?"}}), "pass")
    yield Row(secret(sample.secret, {host: {"auth": _auth(sample.login)}}), "pass")
    yield Row(secret("no-auth", {host: {"username": login, "password": _WORD}}), "fail")
    yield Row(secret("auth-is-no-base64", {host: {"auth": "***"}}), "fail")
    yield Row(secret("auth-without-a-password", {host: {"auth": _auth(login, "")}}), "fail")
    if not "admin".startswith(given.robot_prefixes):
        yield Row(secret("login-of-a-person", {host: {"auth": _auth("admin")}}), "fail")
    yield Row(secret("username-of-another-login", {host: {**good, "username": "admin"}}), "fail")
    yield Row(secret("two-registries", {host: good, samples.ELSEWHERE: good}), "fail")
    yield Row(secret(samples.OTHER_ROBOT, {host: {"auth": _auth(sample.login)}}), "fail")
    yield Row(secret("no-docker-configuration", {host: {"auth": "***"}}, "Opaque"), "skip")


_WORD = "not-a-secret"


def _auth(login: str, password: str = _WORD) -> str:
    """What stands under `auth`."""
    return base64.b64encode(f"{login}:{password}".encode()).decode()
