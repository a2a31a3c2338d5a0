"""What leaves the fleet, and what stays on the cluster all the same until somebody deletes its Applications."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from mooring.fleet.grants import GRANTS
from tests.real.sync.applications import ArgoCd
from tests.real.sync.argo_world import EACH, NEEDS, STAGED, commit, healed, on, rolled_out
from tests.real.sync.argocd import USER
from tests.real.sync.fleet import HOST, robot, service
from tests.real.verdicts import Object

__all__ = ["NEEDS"]
ROOT = "demo-prod"
NAMESPACE = "/api/v1/namespaces/outgoing"
GRANTED = f"{NAMESPACE}/configmaps/{GRANTS}"
SECRET = f"{NAMESPACE}/secrets/harbor-outgoing"
ASKED = "/apis/external-secrets.io/v1/namespaces/outgoing/externalsecrets/harbor-outgoing"
SERVED = "/apis/serving.kserve.io/v1beta1/namespaces/outgoing/inferenceservices/last"
ALL = (NAMESPACE, GRANTED, SECRET, ASKED, SERVED)


@EACH
def test_a_namespace_leaves(argo: ArgoCd) -> None:
    """It loses nothing by itself. Then somebody deletes its Applications, and only the Namespace is left."""
    before, changed = copy.deepcopy(argo.written), copy.deepcopy(argo.written)
    changed["namespaces"].append({"name": "outgoing"})
    changed["robots"].append(robot("outgoing", ["outgoing"]))
    changed["services"].append(service("last", "outgoing", f"{HOST}/outgoing/app:1.0", ["outgoing"]))
    commit(argo, changed, "a namespace that is to leave")
    argo.reached(lambda: argo.cluster.find(SECRET) is not None, "External Secrets to write the Secret")
    uids, generations = there(argo), argo.cluster.generations()
    assert set(uids) == set(ALL)

    with argo.told("a namespace leaves") as since:
        argo.publish(before, "a namespace leaves")
        argo.refresh()
        argo.synced(argo.wanted() - {ROOT})
        left = {argo.named("outgoing", "access"), argo.named("outgoing", "services")}
        argo.until(
            lambda found: found[ROOT].sync == "OutOfSync" and found[ROOT].revision == argo.commit, "the root to say so"
        )
        argo.compared(2, argo.wanted())  # the others keep their old state for three minutes
    assert healed(since)
    assert [str(one) for one in since.stored(USER) if one.verb == "delete"] == []
    assert there(argo) == uids
    assert argo.cluster.generations() == generations
    assert left <= set(argo.states()) and left <= set(argo.projects())

    if argo.layout == "rolling":
        # They have no finalizer, and would leave all behind.
        for name in left:
            argo.cascade(name)
    with argo.told("its Applications are deleted"):
        argo.delete(argo.named("outgoing", "services"))
        argo.reached(lambda: argo.cluster.find(SERVED) is None, "its service to go")
        if argo.layout != "together":
            assert there(argo) == {path: uids[path] for path in (NAMESPACE, GRANTED, SECRET, ASKED)}
            argo.delete(argo.named("outgoing", "access"))
        argo.reached(lambda: set(there(argo)) == {NAMESPACE}, "what lets it pull to go")
    assert there(argo) == {NAMESPACE: uids[NAMESPACE]}

    for name in left:
        argo.delete(name, "AppProject")
    argo.refresh(ROOT)
    argo.synced()
    argo.reached(lambda: rolled_out(argo), "every Deployment to be rolled out")


def there(argo: ArgoCd) -> dict[str, str]:
    """The uid of each object that still stands."""
    found = {path: argo.cluster.find(path) for path in ALL}
    return {
        path: one["metadata"]["uid"] for path, one in found.items() if one and "deletionTimestamp" not in one["metadata"]
    }


@EACH
def test_a_namespace_is_managed_no_longer(argo: ArgoCd) -> None:
    """`manage: false`: the Namespace stays as it is, Argo CD is content, and no model rolls."""
    before, changed = copy.deepcopy(argo.written), copy.deepcopy(argo.written)
    generations = argo.cluster.generations()
    changed["namespaces"] = [one | {"manage": False} if one["name"] == "language" else one for one in changed["namespaces"]]
    path = "/api/v1/namespaces/language"
    stood = argo.cluster.judge.get(path)["metadata"]
    since = commit(argo, changed, "manage: true to false")
    argo.compared(2)
    stands = argo.cluster.judge.get(path)["metadata"]
    assert (stands["uid"], stands["labels"], stands.get("deletionTimestamp")) == (stood["uid"], stood["labels"], None)
    assert argo.states()[argo.named("language", "access")].settled
    assert healed(since)
    commit(argo, before, "manage: false to true")
    assert argo.cluster.generations() == generations


@on(*STAGED)
def test_an_application_of_the_set_leaves_all_behind(argo: ArgoCd) -> None:
    """It has no finalizer. The set makes it again, and nothing is written."""
    before, name = argo.cluster.generations(), argo.named("batch", "services")
    with argo.told("an Application is deleted as it is") as since:
        assert "finalizers" not in argo.objects()[name]["metadata"]
        argo.delete(name)
        argo.until(lambda found: name in found, "the set to make it again")
        argo.synced()
    assert [str(one) for one in argo.wrote(since)] == []
    assert argo.cluster.generations() == before


@on(*STAGED)
def test_the_set_leaves_all_behind(argo: ArgoCd) -> None:
    """Its Applications go with it, and no model stops. The root makes it again, and nothing is written."""
    before, old = argo.cluster.generations(), argo.objects()
    with argo.told("the set is deleted") as since:
        argo.delete(ROOT, "ApplicationSet")
        argo.reached(lambda: uids(old) & uids(argo.objects()) == uids({ROOT: old[ROOT]}), "its Applications to go")
        argo.synced()
    assert set(argo.states()) == set(old)
    assert [str(one) for one in argo.wrote(since)] == []
    assert argo.cluster.generations() == before


def uids(objects: Mapping[str, Object]) -> set[str]:
    return {one["metadata"]["uid"] for one in objects.values()}
