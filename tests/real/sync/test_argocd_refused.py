"""What Argo CD is kept from: by a webhook that does not answer, and by the project of an Application."""

from __future__ import annotations

import copy
from collections.abc import Collection

import yaml

from mooring.fleet.grants import GRANTS
from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from tests.real.sync.applications import REFRESH, ArgoCd
from tests.real.sync.argo_world import EACH, NEEDS, commit, healed, on, rolled_out
from tests.real.sync.argocd import USER
from tests.real.sync.audit import Audit, unhealed
from tests.real.sync.cluster import RIGHTS
from tests.real.sync.fleet import ENVIRONMENT, HOST, Fleet, container, named
from tests.real.sync.outage import unreachable
from tests.real.verdicts import Object

__all__ = ["NEEDS"]
SERVED = "/apis/serving.kserve.io/v1beta1/namespaces/language/inferenceservices/chat"
FALSE_SYNCED = on(("split", KYVERNO), *((layout, KUBERNETES) for layout in ("split", "together", "rolling")))


def chat_at(argo: ArgoCd, tag: str) -> Fleet:
    changed = copy.deepcopy(argo.written)
    named(changed["services"], "chat")["spec"]["predictor"]["containers"] = [container(f"{HOST}/mirror/chat:{tag}")]
    return changed


def live(argo: ArgoCd) -> str:
    spec = argo.cluster.judge.get(SERVED)["spec"]
    return str(spec["predictor"]["containers"][0]["image"].rpartition(":")[2])


def refused(since: Audit) -> bool:
    return any(one.name == "chat" and "failed calling webhook" in one.said for one in since.denials(USER))


def annotations(argo: ArgoCd, name: str) -> Collection[str]:
    """Of an Application. The request for a refresh is among them until it has compared."""
    found: Collection[str] = argo.objects()[name]["metadata"].get("annotations", {})
    return found


def misled(argo: ArgoCd, tag: str) -> None:
    """Commits another image while KServe does not answer. When it does again, Argo CD calls the old one Synced."""
    before, name = live(argo), argo.named("language", "services")
    with unreachable(argo.cluster):
        since = argo.cluster.audit.now()
        argo.publish(chat_at(argo, tag), "while KServe is down")
        argo.refresh(name)
        # Not what it says: the next comparison takes that back, on a loaded machine before one has looked.
        argo.reached(lambda: refused(since) and REFRESH not in annotations(argo, name), "Argo CD to be refused")
    found = argo.compared(3, [name])[name]
    assert (found.settled, found.revision, live(argo)) == (True, argo.commit, before)


@FALSE_SYNCED
def test_a_refresh_mends_what_an_outage_left(argo: ArgoCd) -> None:
    with argo.told("KServe's webhook is down, then a refresh") as since:
        misled(argo, "after-refresh")
        argo.refresh(argo.named("language", "services"))
        argo.reached(lambda: live(argo) == "after-refresh" and rolled_out(argo), "the image to come")
        argo.synced()
    # Dry runs of what the commit does not change are refused too, and may not be asked for again.
    denials = [one for one in since.denials(USER) if one.name == "chat"]
    assert denials and unhealed(denials, since.stored(USER)) == []


@FALSE_SYNCED
def test_the_next_commit_mends_what_an_outage_left(argo: ArgoCd) -> None:
    """Whatever it changes, and though nobody tells Argo CD of it."""
    with argo.told("KServe's webhook is down, then another commit"):
        misled(argo, "after-commit")
        (argo.repository.tree / "README.md").write_text("A fleet.\n", encoding="utf-8")
        argo.push("another commit")
        argo.reached(lambda: live(argo) == "after-commit" and rolled_out(argo), "the image to come")
        argo.synced()


@on(("split", KYVERNO))
def test_client_side_apply(argo: ArgoCd) -> None:
    """`apply: client`: nothing rolls by it, nothing is written again, and an outage is never taken for Synced."""
    before, changed = copy.deepcopy(argo.written), copy.deepcopy(argo.written)
    generations = argo.cluster.generations()
    changed["gitops"]["apply"] = "client"
    commit(argo, changed, "apply: server to client")
    since = argo.cluster.audit.now()
    argo.compared(3)
    assert [str(one) for one in argo.wrote(since)] == []
    assert argo.cluster.generations() == generations
    name = argo.named("language", "services")
    with argo.told("apply: client, KServe's webhook is down") as since:
        with unreachable(argo.cluster):
            argo.publish(chat_at(argo, "by-client"), "while KServe is down")
            argo.refresh()
            argo.until(lambda found: "failed calling webhook" in found[name].said, "Argo CD to say so")
            assert argo.states()[name].sync == "OutOfSync"
        argo.reached(lambda: live(argo) == "by-client" and rolled_out(argo), "the image to come, unasked")
        argo.synced()
    assert since.denials(USER) and unhealed(since.denials(USER), since.stored(USER)) == []
    before["services"] = argo.written["services"]
    commit(argo, before, "apply: client to server")
    rolled = argo.cluster.generations()
    assert {key: rolled[key] - value for key, value in generations.items() if rolled[key] != value} == {
        "language/chat-predictor": 1
    }


def forbidden(argo: ArgoCd) -> Object:
    """What a project does not permit: grants among the services; where it permits these, rights that somebody gives."""
    if argo.layout != "together":
        about = {"name": GRANTS, "namespace": "language"}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {"harbor-mirror": HOST}}
    role = {"apiGroup": RIGHTS, "kind": "ClusterRole", "name": "cluster-admin"}
    about = {"name": "rights", "namespace": "language"}
    return {"apiVersion": f"{RIGHTS}/v1", "kind": "RoleBinding", "metadata": about, "roleRef": role}


@EACH
def test_a_project_refuses_what_a_team_may_not_apply(argo: ArgoCd) -> None:
    """Somebody adds it to the rendered services by hand: Argo CD says so, and applies nothing of that root."""
    more, name = forbidden(argo), argo.named("language", "services")
    file = argo.repository.tree / "overlays" / ENVIRONMENT / "language" / "services" / "chat.inferenceservice.yaml"
    text = file.read_text(encoding="utf-8")
    with argo.told("a project refuses, and its mend") as since:
        file.write_text(f"{text}---\n{yaml.safe_dump(more)}", encoding="utf-8")
        argo.push("more among the services")
        argo.refresh()
        said = f":{more['kind']} is not permitted in project {name}"
        argo.until(lambda found: said in found[name].said, "Argo CD to say so")
        assert argo.states()[name].sync == "OutOfSync"
        argo.publish(argo.written, "as it was")
        argo.refresh()
        argo.synced()
    assert [str(one) for one in since.stored(USER) if one.name == more["metadata"]["name"]] == []
    assert healed(since)
