"""Back end `sops`: Flux decrypts what git holds encrypted, and says where it cannot."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator

import pytest

from mooring.fleet.policy_names import KUBERNETES, KYVERNO
from mooring.redaction import Credential
from tests.real import apiserver as api
from tests.real.conftest import Modules, Tools
from tests.real.sync import encrypted, flux
from tests.real.sync.audit import unhealed
from tests.real.sync.cluster import Cluster
from tests.real.sync.encrypted import Key
from tests.real.sync.figures import rolls
from tests.real.sync.fleet import HOST, NEW, OLD, Fleet, Repository, container, named, robot, service
from tests.real.sync.flux_world import NEEDS as OF_FLUX
from tests.real.sync.flux_world import World, first_sync
from tests.real.verdicts import HARNESS

NEEDS = (*OF_FLUX, *encrypted.PROGRAMS)
ACCESS, SERVICES = "demo-prod-{}-access", "demo-prod-{}-services"
SECRET = "/api/v1/namespaces/{}/secrets/{}"
PASSWORD, NEXT, AFTER = 'p"w$1', "p€w 2", "p'w\\3"


@pytest.fixture(scope="module", params=[KYVERNO, KUBERNETES])
def sealed(
    tool: Tools, module: Modules, programs: api.Programs, tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[tuple[World, Key]]:  # fmt: skip
    """A fleet whose Secrets are encrypted in git, and the key that Flux has."""
    key = Key.made(tool)

    def prepared(cluster: Cluster, repository: Repository, written: Fleet) -> Fleet:
        cluster.judge.store(key.secret(), user=HARNESS)
        made = encrypted.of_sops(written, key.recipient)
        encrypted.encrypt(tool, repository.tree, made, PASSWORD)
        return made

    folder = tmp_path_factory.mktemp(f"flux-sops-{request.param}")
    with first_sync(tool, module, programs, folder, request.param, prepared) as found:
        found.source = "git and sops"
        yield found, key


def opened(world: World, namespace: str, secret: str) -> Credential:
    """What stands in a Secret on the cluster."""
    found = world.flux.cluster.judge.get(SECRET.format(namespace, secret))
    assert found["type"] == "kubernetes.io/dockerconfigjson"
    return Credential(base64.b64decode(found["data"][".dockerconfigjson"]).decode())


def everywhere(world: World, password: str) -> bool:
    """Whether every Secret on the cluster holds the login of its robot with this password."""
    return all(
        opened(world, namespace, one["secretName"]) == encrypted.login(one, password)
        for namespace, one in encrypted.logins(world.base)
    )


def test_the_first_sync(sealed: tuple[World, Key]) -> None:
    """Flux applies the Secrets as they were before sops, and no policy refuses them."""
    world, _ = sealed
    began = world.first.audit
    world.tell("first sync", began, world.first.attempts, 0, world.first.seconds)
    assert [str(one) for one in began.denials()] == []
    assert everywhere(world, PASSWORD)
    made = [one for one in began.stored() if one.resource == "secrets" and one.name.startswith("harbor-")]
    assert {one.user for one in made} == {flux.USER}
    assert set(world.first.generations.values()) == {1}
    text = "".join(file.read_text(encoding="utf-8") for file in world.flux.repository.tree.rglob("secret-*.yaml"))
    assert "ENC[AES256_GCM" in text and base64.b64encode(PASSWORD.encode()).decode() not in text


def test_a_ciphertext_changes(sealed: tuple[World, Key], tool: Tools) -> None:
    """A commit brings another password: the Secrets change, and nothing else. No Pod is started anew."""
    world, _ = sealed
    world.begin()
    encrypted.encrypt(tool, world.flux.repository.tree, world.base, NEXT)
    since, rolled = world.changes(world.base, "every ciphertext changes")
    assert everywhere(world, NEXT)
    stored = {one.place for one in since.stored(flux.USER) if not one.resource.startswith(("kustomizations", "events"))}
    assert stored == {f"secrets/{namespace}/{one['secretName']}" for namespace, one in encrypted.logins(world.base)}
    assert (rolled, [str(one) for one in since.denials()]) == (0, [])


def test_the_key_is_another_one(sealed: tuple[World, Key], tool: Tools) -> None:
    """Flux says so, and applies nothing of those roots; their services keep what they had. It mends itself with the key."""
    world, key = sealed
    changed, cluster, states = world.begin(), world.flux.cluster, world.flux.states
    named(changed["services"], "detector")["spec"]["predictor"]["containers"] = [container(NEW)]
    changed["robots"].append(robot("later", ["vision"]))
    del changed["robots"][-1]["secret"]
    changed["services"].append(service("later", "vision", f"{HOST}/later/app:1.0", ["later"]))
    before, attempts, start = cluster.generations(), world.flux.attempts(), time.monotonic()
    cluster.judge.store(Key.made(tool).secret(), user=HARNESS)
    encrypted.encrypt(tool, world.flux.repository.tree, changed, AFTER)
    since = world.commit(changed, "a ciphertext, and the wrong key")
    said = {ACCESS.format("vision"): "cannot get sops data key", SERVICES.format("vision"): "is not ready"}
    world.flux.until(lambda: all(word in states()[name][2] for name, word in said.items()), "Flux to say so", states)
    assert {states()[name][0] for name in said} == {"False"}
    assert cluster.generations() == before
    assert [str(one) for one in since.stored(flux.USER) if one.namespace in ("vision", "language")] == []
    assert everywhere(world, NEXT)
    cluster.judge.store(key.secret(), user=HARNESS)
    world.flux.synced()
    seconds = time.monotonic() - start
    world.rolled_out()
    rolled = rolls(before, cluster.generations())
    world.tell("the age key is another one, and its mend", since, world.flux.attempts() - attempts, rolled, seconds)
    assert unhealed(since.denials(), since.stored()) == []
    assert opened(world, "vision", "harbor-later") == encrypted.login(changed["robots"][-1], AFTER)
    assert cluster.replicas("vision", "detector-predictor") == {OLD: 0, NEW: 1}


def test_there_is_no_key(sealed: tuple[World, Key], tool: Tools) -> None:
    """Nothing of a new namespace's access is applied, its Namespace neither, and its services wait."""
    world, key = sealed
    changed, cluster, states = world.begin(), world.flux.cluster, world.flux.states
    changed["namespaces"].append({"name": "keyless"})
    named(changed["robots"], "vision")["namespaces"].append("keyless")
    changed["services"].append(service("waiting", "keyless", OLD, ["vision"]))
    encrypted.encrypt(tool, world.flux.repository.tree, changed, AFTER)
    before, attempts, start = cluster.generations(), world.flux.attempts(), time.monotonic()
    cluster.judge.delete(key.secret())
    since = world.commit(changed, "a namespace, and no key")
    said = 'secrets "sops-age" not found'
    world.flux.until(lambda: states().get(ACCESS.format("keyless")) == ("False", "", said), "Flux to say so", states)
    assert cluster.find("/api/v1/namespaces/keyless") is None
    cluster.judge.store(key.secret(), user=HARNESS)
    world.flux.synced()
    seconds = time.monotonic() - start
    world.rolled_out()
    rolled = rolls(before, cluster.generations())
    world.tell("there is no age key, and its mend", since, world.flux.attempts() - attempts, rolled, seconds)
    assert unhealed(since.denials(), since.stored()) == []
    assert rolled == 0
