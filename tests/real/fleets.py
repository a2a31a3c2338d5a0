"""The fleets whose trees the real tools judge, each rendered afresh, beside the objects that mooring judged itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mooring import cli
from mooring.files.products import OUTPUTS
from mooring.fleet.load import load
from mooring.fleet.policy_names import OPTIONAL, POLICIES
from mooring.plan import policies
from mooring.plan.environment import CLUSTER, ResolvedEnvironment
from mooring.plan.namespace import plan_cluster, plan_namespace
from mooring.plan.planned import Planned
from mooring.policies.plan import PARAMETERS
from mooring.tree.run import resolve_all
from mooring.tree.unit import text_of
from tests.support.example import INPUTS

REPOSITORY = Path(__file__).parents[2]
CASES = REPOSITORY / "tests" / "cases"
Object = dict[str, Any]
# every fleet that renders: the example, and the cases that have a golden tree
FLEETS: Mapping[str, Path] = {
    "example": REPOSITORY,
    **{case.parent.relative_to(CASES).as_posix(): case.parent for case in sorted(CASES.glob("*/*/*/expected"))},
}
NEL = "\u0085"
CUSTOMIZED = "kustomize.config.k8s.io"


@dataclass(frozen=True)
class Rendered:
    """A fleet's tree on disk, and by each of its Kustomize roots the objects that mooring means it to build."""

    folder: Path
    roots: Mapping[str, list[Object]]

    def objects(self) -> list[Object]:
        """Everything of every environment."""
        return [thing for name, objects in self.roots.items() if name.count("/") == 1 for thing in objects]

    def synced(self) -> Mapping[Path, Object]:
        """What syncs the tree, by its file: the objects of Argo CD or Flux."""
        found = {path: yaml.safe_load(path.read_text(encoding="utf-8")) for path in self.folder.glob("gitops/**/*.yaml")}
        return {path: thing for path, thing in found.items() if _in_cluster(thing)}


def rendered(name: str, folder: Path) -> Rendered:
    """Renders the fleet of that name in an empty folder, by the command, from its inputs alone."""
    for part in FLEETS[name].iterdir():
        if (name != "example" and part.name not in ("expected", "expected.txt")) or part.name in INPUTS:
            if part.is_dir():
                shutil.copytree(part, folder / part.name)
            else:
                shutil.copy(part, folder / part.name)
    for output in set(OUTPUTS) - {"secrets"}:  # where ciphertexts stand, which are inputs
        shutil.rmtree(folder / output, ignore_errors=True)
    render(folder)
    return Rendered(folder, dict(_meant(folder)))


def render(folder: Path) -> None:
    """`mooring render` of the fleet in this folder."""
    code = cli.main(["render", "--quiet", "--fleet", str(folder / "fleet.yaml")])
    if code != 0:
        raise RuntimeError(f"the fleet does not render: exit code {code}")


def as_yaml(thing: Any) -> str:
    """JSON that is YAML too: no surrogates, and none of the characters that YAML takes for a line break."""
    return json.dumps(thing, ensure_ascii=False).replace(NEL, "\\u0085")


def _meant(folder: Path) -> Iterator[tuple[str, list[Object]]]:
    loaded = load(folder / "fleet.yaml")
    assert loaded.fleet is not None
    found = resolve_all(loaded, [])
    planned_policies = policies.plan(loaded.fleet, found)
    frames = {
        files.folder: [
            dict(thing)
            for artifact in files.artifacts
            if artifact.path.count("/") == 2
            for thing in text_of(artifact, loaded.path)[1]
            if _in_cluster(thing)
        ]
        for files in planned_policies.engines.values()
    }
    yield from frames.items()
    for environment, resolved in found.items():
        where, whole = f"overlays/{environment}", []
        for namespace in resolved.fleet.namespaces:
            planned, here = plan_namespace(resolved, namespace), f"{where}/{namespace.name}"
            access = _objects(planned, loaded.path)
            services = [dict(injected.data) for injected in planned.injected]
            for thing in services:  # what Kustomize's `namespace:` adds to manifests that name none
                thing["metadata"] = {**thing["metadata"], "namespace": namespace.name}
            services += [dict(data) for _, data in planned.others]
            yield f"{here}/access", access
            if services:
                yield f"{here}/services", services
            yield here, [*access, *services]
            whole += [*access, *services]
        folder_ = planned_policies.of(environment).folder
        planned = plan_cluster(resolved, folder_, planned_policies.patches[environment])
        of_cluster = planned_policies.of_cluster(environment)
        theirs = [dict(thing) for one in of_cluster for thing in text_of(one, loaded.path)[1]]
        variables = {
            one["metadata"]["name"]: one["spec"]["variables"] for one in theirs if "variables" in one.get("spec", {})
        }
        acting = [made for thing in frames[folder_] if (made := _acting(resolved, thing, variables)) is not None]
        extra = [dict(thing) for one in planned_policies.extra[environment] for thing in text_of(one, loaded.path)[1]]
        cluster = [*acting, *extra, *(dict(injected.data) for injected in planned.injected)]
        yield f"{where}/{CLUSTER}", cluster
        yield where, [*whole, *cluster]


def _acting(resolved: ResolvedEnvironment, thing: Object, variables: Mapping[str, Any]) -> Object | None:
    """The policy, or its binding, as the environment asks for it, with its registries: not read from the patches."""
    if thing["kind"] == "ClusterRole" or thing["metadata"]["name"] == PARAMETERS:
        return thing
    given, spec = resolved.fleet.policies, dict(thing["spec"])
    name = str(spec.get("policyName", thing["metadata"]["name"])).removeprefix("mooring-")
    assert name in POLICIES
    rule = given.rules.get(name)
    if rule is not None and not rule.enabled:
        return None
    if rule is None and name in OPTIONAL:
        return None
    action = (rule.action if rule is not None else None) or given.action
    if "validationActions" in spec:
        spec["validationActions"] = [action]
    if thing["metadata"]["name"] == "mooring-require-pull-secret" and "paramRef" in spec:
        spec["paramRef"] = {**spec["paramRef"], "parameterNotFoundAction": "Deny" if action == "Deny" else "Allow"}
    if "variables" in spec:
        spec["variables"] = variables[thing["metadata"]["name"]]
    return {**thing, "spec": spec}


def _objects(planned: Planned, fleet_path: str) -> list[Object]:
    """What stands in `access/`: everything planned but services and kustomizations."""
    own = [artifact for artifact in planned.artifacts if artifact.about is None]
    made = [dict(thing) for artifact in own for thing in text_of(artifact, fleet_path)[1] if _in_cluster(thing)]
    return made + [dict(one.data) for one in planned.ciphertexts.values()]


def _in_cluster(thing: Mapping[str, Any]) -> bool:
    return not str(thing["apiVersion"]).startswith(CUSTOMIZED)
