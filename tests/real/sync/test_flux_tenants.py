"""`tenants: true`: the account of a namespace's services is all that Flux applies them as, and its rights suffice."""

from __future__ import annotations

import copy

from tests.real.sync import flux
from tests.real.sync.audit import unhealed
from tests.real.sync.fleet import NEW, OLD, container, named, service
from tests.real.sync.flux_world import NEEDS, World

__all__ = ["NEEDS"]
ACCOUNT = f"system:serviceaccount:{flux.NAMESPACE}:demo-prod-vision-services"


def test_the_rights_of_a_tenant_suffice(world: World) -> None:
    """To create a service, to change it and to delete it."""
    changed = world.begin()
    changed["gitops"]["tenants"] = True
    since, rolled = world.changes(changed, "tenants: an account for each namespace")
    assert rolled == 0
    one = copy.deepcopy(changed)
    one["services"].append(service("guest", "vision", OLD, ["vision"]))
    world.changes(one, "tenants: a service comes")
    two = copy.deepcopy(one)
    named(two["services"], "guest")["spec"]["predictor"]["containers"] = [container(NEW)]
    _, rolled = world.changes(two, "tenants: its image moves")
    assert rolled == 1
    world.changes(changed, "tenants: it leaves")
    writes = [write for write in since.writes() if (write.namespace, write.resource) == ("vision", "inferenceservices")]
    stored = [write for write in writes if write.name == "guest" and not write.dry_run and write.user.endswith(ACCOUNT)]
    assert {write.verb for write in stored} == {"patch", "delete"}
    assert [str(write) for write in writes if write.user == flux.USER] == []
    assert [str(write) for write in since.writes(ACCOUNT) if write.code == 403] == []
    assert unhealed(since.denials(), since.stored()) == []
