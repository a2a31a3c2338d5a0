"""Asks Harbor's API, as somebody who may list its robots, why the registry refuses a credential."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mooring.commands.credential_input import read_login
from mooring.commands.running import Refused
from mooring.commands.trust import ca_bundle
from mooring.redaction import quote

if TYPE_CHECKING:
    from mooring.doctor.account import Told
    from mooring.doctor.observations import Observations
    from mooring.doctor.verdict import Verdict
    from mooring.fleet import model
    from mooring.harbor.api import Api
    from mooring.plan.environment import ResolvedEnvironment

_BY_FORM = frozenset({"empty", "eaten", "escaped", "case", "prefix"})  # what the credential itself tells


def explained(
    arguments: argparse.Namespace, verdicts: Sequence[Verdict], resolved: ResolvedEnvironment | None
) -> list[Verdict]:
    """The verdicts, with the reason that Harbor tells where a credential was refused. `Refused` where that is several
    Harbors': a caller's credential is for one, and is read only where there is something to ask."""
    from mooring.doctor.account import account
    from mooring.doctor.service import registry_of

    asking = [one for one in verdicts if one.seen and one.reasons and not _BY_FORM.issuperset(one.reasons)]
    if arguments.harbor_credentials is None or not asking:
        return list(verdicts)
    registries = {one.reference.host: registry_of(resolved, one.reference) if resolved else None for one in asking}
    urls = {registry.url if registry else f"https://{host}": registry for host, registry in registries.items()}
    if len(urls) > 1:
        raise Refused("several Harbors refuse a credential, and `--harbor-credentials` is for one", "ask image by image")
    url, registry = next(iter(urls.items()))
    api = _api(arguments, url, registry)
    try:
        told = {
            seen.login: account(api, seen.login, registry.robot_prefix if registry else "robot$", _now(seen))
            for seen in {one.seen.login: one.seen for one in asking if one.seen}.values()
        }
    finally:
        api.close()
    return [_with(one, told[one.seen.login]) if one.seen and one in asking else one for one in verdicts]


def _now(seen: Observations) -> datetime.datetime:
    """The moment by the server's clock, which decides what has expired."""
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seen.clock or 0)


def _with(verdict: Verdict, told: Told) -> Verdict:
    """A verdict with what Harbor told: the one reason, where it tells it."""
    reasons = (told.reason,) if told.reason else verdict.reasons
    return dataclasses.replace(verdict, reasons=reasons, details=(*verdict.details, told.detail))


def _api(arguments: argparse.Namespace, url: str, registry: model.Registry | None) -> Api:
    """Harbor's API as its caller."""
    from mooring.harbor.api import Api
    from mooring.network import Client, Login

    given = read_login(arguments.harbor_credentials, f"the caller of {quote(url, 'host')}")
    client = Client(
        url, login=Login(given.name, given.secret.reveal()), ca_bundle=ca_bundle(arguments, registry),
        insecure=registry is not None and registry.insecure,
    )  # fmt: skip
    if client.failure is not None:
        raise Refused(client.failure.message, client.failure.mend)
    return Api(client)
