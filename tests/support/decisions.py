"""The decision table: image × list × account × runtime × what stands beside it → verdict of the pull path, place, policy.

Written once, as data. The cases of the pull path and the rows that real policies judge are made from it, so that what
`check` says and what the policy says at admission cannot drift apart unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mooring.fleet.grants import LOGIN, OPEN
from mooring.policies.model import PolicyInput

Object = dict[str, Any]
Names = tuple[str, ...]

GOOD, OTHER, ABSENT, RESERVED, NAMELESS = "good", "other", "absent", "reserved", ""
"""Secrets: of a robot that may pull the project; of one that may pull another project of the same Harbor; one that does
not stand in the namespace; a key of the grants that is no Secret; an entry that names none."""


class Decision(NamedTuple):
    """One row. `kind` says where the image stands: in a `pod`, a `deployment`, an InferenceService's `model`,
    `transformer`, `worker` or `canary`, in the `runtime` that its predictor has, or is its model (`fetched`).

    `own` is the list of that pod spec (None: there is none), `account` the ServiceAccount's, `runtime` the runtime's and
    `stable` the predictor's, where the image stands beside the predictor. `verdict` is the pull path's; it stands at the
    `image` or at the `reference` in the list. `policy` is what admission says of the object as it is written.
    """

    name: str
    image: str
    own: Names | None
    verdict: str
    policy: str
    place: str = "image"
    kind: str = "pod"
    account: Names = ()
    runtime: Names = ()
    stable: Names | None = None


NONE = "secret-not-referenced"
MISSING = "secret-not-in-namespace"
HOST = "auth-host-mismatch"
PROJECT = "robot-lacks-project"
SHADOWED = "secret-shadowed"

TABLE = (
    # The list of a plain pod.
    Decision("good", "harbor", (GOOD,), "ok", "pass"),
    Decision("good-second", "harbor", (ABSENT, GOOD), "ok", "pass"),
    Decision("good-after-other", "harbor", (OTHER, GOOD), "ok", "pass"),
    Decision("good-digest", "digest", (GOOD,), "ok", "pass"),
    Decision("no-list", "harbor", None, NONE, "fail"),
    Decision("empty-list", "harbor", (), NONE, "fail"),
    Decision("empty-name", "harbor", (NAMELESS,), NONE, "fail"),
    Decision("other-name", "harbor", (ABSENT,), MISSING, "fail", "reference"),
    Decision("other-project", "harbor", (OTHER,), PROJECT, "fail"),
    Decision("absent-and-other-project", "harbor", (ABSENT, OTHER), PROJECT, "fail"),
    Decision("reserved-key", "harbor", (RESERVED,), MISSING, "fail", "reference"),
    Decision("digest", "digest", None, NONE, "fail"),
    # The host: recognised loosely, covered strictly.
    Decision("upper-case-host", "upper-case", (GOOD,), HOST, "fail"),
    Decision("upper-case-host-no-list", "upper-case", None, NONE, "fail"),
    Decision("other-port", "other-port", (GOOD,), HOST, "fail"),
    Decision("other-port-no-list", "other-port", None, NONE, "fail"),
    Decision("project-prefix", "longer-project", (GOOD,), PROJECT, "fail"),
    Decision("suffix-look-alike", "suffix", None, "not-harbor", "pass"),
    Decision("prefix-look-alike", "prefix", None, "similar-host", "pass"),
    # Images that need none.
    Decision("docker-hub", "docker-hub", None, "not-harbor", "pass"),
    Decision("docker-hub-user", "docker-hub-user", None, "not-harbor", "pass"),
    Decision("other-registry", "other-registry", None, "not-harbor", "pass"),
    Decision("docker-hub-absent", "docker-hub", (ABSENT,), "not-harbor", "pass"),
    Decision("public-project", "public", None, "public", "pass"),
    # The account's list counts only where the pod's own is empty; an owner is to have its own.
    Decision("account", "harbor", None, "ok", "fail", kind="deployment", account=(GOOD,)),
    Decision("account-of-other-project", "harbor", None, PROJECT, "fail", kind="deployment", account=(OTHER,)),
    Decision("account-shadowed", "harbor", (ABSENT,), SHADOWED, "fail", kind="deployment", account=(GOOD,)),
    Decision("account-shadowed-by-other", "harbor", (OTHER,), SHADOWED, "fail", kind="deployment", account=(GOOD,)),
    Decision("account-empty-name", "harbor", (NAMELESS,), SHADOWED, "fail", kind="deployment", account=(GOOD,)),
    Decision("account-beside-good", "harbor", (GOOD,), "ok", "pass", kind="deployment", account=(OTHER,)),
    # A model that KServe fetches itself is fetched with the first Secret of the list.
    Decision("fetched", "fetched", (GOOD, OTHER), "ok", "pass", kind="fetched"),
    Decision("fetched-second", "fetched", (OTHER, GOOD), "secret-not-first", "pass", kind="fetched"),
    Decision("fetched-after-the-runtime-s", "fetched", (GOOD,), "ok", "pass", kind="fetched", runtime=(OTHER,)),
    Decision("fetched-no-list", "fetched", None, NONE, "fail", kind="fetched"),
    # A model's predictor: its list and its runtime's are one.
    Decision("model-own", "harbor", (GOOD,), "ok", "pass", kind="model", runtime=(OTHER,)),
    Decision("model-runtime-list", "harbor", None, "ok", "fail", kind="model", runtime=(GOOD,)),
    Decision("model-absent-and-runtime-list", "harbor", (ABSENT,), "ok", "fail", kind="model", runtime=(GOOD,)),
    Decision("model-no-list", "harbor", None, NONE, "fail", kind="model"),
    Decision(
        "model-runtime-shadows-account", "harbor", None, SHADOWED, "fail", kind="model", runtime=(ABSENT,), account=(GOOD,)
    ),
    # The runtime's image is not written in the service: admission sees it on the Pod.
    Decision("runtime-image", "harbor", None, NONE, "pass", kind="runtime"),
    Decision("runtime-image-own", "harbor", (GOOD,), "ok", "pass", kind="runtime"),
    Decision("runtime-image-runtime-list", "harbor", None, "ok", "pass", kind="runtime", runtime=(GOOD,)),
    Decision("runtime-image-account", "harbor", None, "ok", "pass", kind="runtime", account=(GOOD,)),
    # Nothing crosses from the predictor to its transformer or its workers; a canary inherits, or replaces.
    Decision("transformer-own", "harbor", (GOOD,), "ok", "pass", kind="transformer"),
    Decision("transformer-predictor-list", "harbor", None, NONE, "fail", kind="transformer", stable=(GOOD,)),
    Decision("transformer-account", "harbor", None, "ok", "fail", kind="transformer", account=(GOOD,)),
    Decision("worker-own", "harbor", (GOOD,), "ok", "pass", kind="worker"),
    Decision("worker-predictor-list", "harbor", None, NONE, "fail", kind="worker", stable=(GOOD,)),
    Decision("worker-runtime-list", "harbor", None, "ok", "fail", kind="worker", runtime=(GOOD,)),
    Decision("canary-own", "harbor", (GOOD,), "ok", "pass", kind="canary"),
    Decision("canary-inherits", "harbor", None, "ok", "pass", kind="canary", stable=(GOOD,)),
    Decision("canary-empty-list-inherits", "harbor", (), "ok", "pass", kind="canary", stable=(GOOD,)),
    Decision("canary-replaces", "harbor", (ABSENT,), MISSING, "fail", "reference", kind="canary", stable=(GOOD,)),
    Decision("canary-no-list", "harbor", None, NONE, "fail", kind="canary"),
)


class Sample(NamedTuple):
    """What of a fleet the rows are made with: a host, a project of a robot, its Secret and its login, and a public
    `host/project`."""

    host: str
    project: str
    secret: str
    public: str | None = None
    login: str = "robot$app"
    prefix: str = "robot$"
    owner: str = "owner"
    """The InferenceService whose Secret the good one is."""
    second: str = "owner-of-two"

    @property
    def rotated(self) -> Mapping[str, tuple[str, bool]]:
        """Secrets of the sample's robot → the end that their login has beyond its own, and whether a rotation gives it."""
        ends = {"-b": True, "-a": True, "-c": False, "-b-b": False}
        return {f"{self.secret}-rotated{end}": (end, is_ours) for end, is_ours in ends.items()}

    @property
    def names(self) -> Mapping[str, str]:
        """The table's Secrets → names in the namespace."""
        return {
            GOOD: self.secret,
            OTHER: f"{self.secret}-of-other",
            ABSENT: f"{self.secret}-elsewhere",
            RESERVED: "_pod.any",
            NAMELESS: "",
            "spare": f"{self.secret}-spare",
            "shared": f"{self.secret}-shared",
        }

    @property
    def images(self) -> Mapping[str, str]:
        """The table's images → references; `public` only where there is a public project."""
        host, project = self.host, self.project
        name, _, port = host.partition(":")
        found = {
            "harbor": f"{host}/{project}/app:1.0",
            "digest": f"{host}/{project}/app@sha256:{'0' * 64}",
            "upper-case": f"{host.upper()}/{project}/app:1.0",
            "fetched": f"oci+fetch://{host}/{project}/model:1.0",
            "other-port": f"{name}:{'8444' if port != '8444' else '8445'}/{project}/app:1.0",
            "longer-project": f"{host}/{project}x/app:1.0",
            "suffix": f"{name}.look-alike.example/{project}/app:1.0",
            "prefix": f"x{host}/{project}/app:1.0",
            "docker-hub": "nginx",
            "docker-hub-user": "team/nginx:1",
            "other-registry": "registry.example.org/team/app:1",
        }
        return found | ({"public": f"{self.public}/busybox:1"} if self.public else {})

    @property
    def grants(self) -> dict[str, str]:
        """What ConfigMap `mooring-pull-grants` says in the namespace of the rows."""
        pair, other = f"{self.host}/{self.project}", self.names[OTHER]
        return {
            self.names[RESERVED]: pair,
            f"_inferenceservice.{self.owner}": self.secret,
            f"{LOGIN}{self.secret}": self.login,
            **{f"{LOGIN}{name}": self.login for name in self.rotated},
            f"{LOGIN}{other}": f"{self.login}-of-other",
            f"{LOGIN}{self.names['shared']}": self.login,
            f"{LOGIN}{self.names[ABSENT]}": f"{self.login}-of-legacy".removeprefix(self.prefix),
            f"_inferenceservice.{self.second}": f"{self.names['absent']},{self.names['spare']}",
            OPEN: f"{other},{self.names['shared']}",
            self.secret: f"{pair},{pair}-second",
            other: f"{self.host}/other",
            self.names["spare"]: f"{self.host}/spare,{self.host}/spare-second,{self.host}/shared",
            self.names["shared"]: f"{self.host}/shared",
        }

    @property
    def open_image(self) -> str:
        """An image that the other Secret pulls, which anything in the namespace may use."""
        return f"{self.host}/other/app:1.0"

    @property
    def shared_image(self) -> str:
        """An image that the second open Secret pulls."""
        return f"{self.host}/shared/app:1.0"

    @property
    def spare_image(self) -> str:
        """An image that the second owner's second Secret pulls."""
        return f"{self.host}/spare/app:1.0"


def sample_of(given: PolicyInput) -> Sample:
    """The same of a fleet, as the rows of the tests need it."""
    login = given.sample.login
    prefix = next((prefix for prefix in given.robot_prefixes if login.startswith(prefix)), "robot$")
    return Sample(*given.sample, prefix)


def _listed(sample: Sample, names: Names | None) -> Object:
    return {} if names is None else {"imagePullSecrets": [{"name": sample.names[name]} for name in names]}


def _runtime(decision: Decision, sample: Sample, name: str, namespace: str) -> Object:
    image = sample.images[decision.image] if decision.kind == "runtime" else "docker.io/library/server:1"
    listed = _listed(sample, decision.runtime or None)
    pod: Object = {"containers": [{"name": "kserve-container", "image": image}], **listed}
    worker: Object = {"containers": [{"name": "worker-container", "image": "docker.io/library/server:1"}], **listed}
    spec = {**pod, "supportedModelFormats": [{"name": "onnx"}], "workerSpec": worker}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ServingRuntime", "metadata": metadata, "spec": spec}


def made(decision: Decision, sample: Sample, namespace: str) -> tuple[Object, Object | None]:
    """The object of a row, and the runtime that it names, where one counts. KeyError where the sample lacks its image."""
    image = sample.images[decision.image]
    container = {"name": "main", "image": image}
    pod: Object = {"containers": [container], **_listed(sample, decision.own)}
    metadata = {"name": f"{decision.kind}-{decision.name}", "namespace": namespace}
    if decision.kind == "pod":
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod}, None
    if decision.kind == "deployment":
        labels = {"app": "row"}
        template = {"metadata": {"labels": labels}, "spec": pod}
        spec: Object = {"selector": {"matchLabels": labels}, "template": template}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}, None
    runtime = _runtime(decision, sample, "row", namespace)
    model: Object = {"modelFormat": {"name": "onnx"}, "runtime": "row"}
    predictor: Object = {"model": model, **_listed(sample, decision.stable)}
    spec = {"predictor": predictor}
    if decision.kind == "model":
        predictor |= {"model": {**model, "image": image}, **_listed(sample, decision.own)}
    elif decision.kind == "fetched":
        predictor |= {"model": {**model, "storageUri": image}, **_listed(sample, decision.own)}
    elif decision.kind == "runtime":
        predictor |= _listed(sample, decision.own)
    elif decision.kind == "worker":
        predictor["workerSpec"] = {**pod, "containers": [{**container, "name": "worker-container"}]}
    elif decision.kind == "canary":
        spec["canary"] = [{"trafficPercent": 10, "predictor": {"name": "next", **pod}}]
    else:
        spec[decision.kind] = pod
    body = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}
    return body, runtime
