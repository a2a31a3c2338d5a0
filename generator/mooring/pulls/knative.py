"""What Knative asks of a pull before any pod exists: it resolves each tag to a digest, with one credential only.

That is the first one that matches, of the revision's list and then of its ServiceAccount's: entries with a longer key
before shorter ones, and of one key in the order of the lists. The kubelet tries them all.
https://github.com/knative/serving/blob/v0.48.1/pkg/reconciler/revision/resolve.go
https://github.com/google/go-containerregistry/blob/v0.20.3/pkg/authn/kubernetes/keychain.go
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator

from mooring.kserve.deployment import Mode
from mooring.kserve.model import Pod
from mooring.manifests.objects import KubernetesObject
from mooring.problems.problem import Problem
from mooring.pulls.facts import ClusterState
from mooring.pulls.verdict import OK, Pull
from mooring.redaction import quote
from mooring.registry import kubelet
from mooring.registry.reference import Reference, pulled

DENIED = "tag-resolution-denied"
# What KServe's webhook adds to the pod is not there yet when Knative looks; a volume's image is none of a container.
_IN_CONTAINERS = frozenset({"spec", "runtime"})
_ROUTER = "router"


@dataclasses.dataclass(frozen=True, slots=True)
class Resolution:
    """Knative's look at one pod of an object that is deployed in a `mode`; `skipping` are the hosts whose tags it leaves."""

    mode: Mode
    pod: Pod
    namespace: str
    state: ClusterState
    skipping: Collection[str] = ()

    def settled(self, pull: Pull) -> Pull:
        """The pull, broken where the one credential is of a robot that may not pull it; an assumed mode breaks nothing."""
        reference = self._to_resolve(pull)
        if reference is None or self.mode.assumed:
            return pull
        name = next(iter(self._tried(reference)), None)
        facts = self.state.secrets.get((self.namespace, name or ""))
        robot = facts.robot if facts is not None else None
        if robot is None or name == pull.secret:
            return pull  # whose it is cannot be seen, or it serves the kubelet too
        day = self.state.as_of
        expired = robot.expires is not None and day is not None and robot.expires <= day
        if f"{reference.host}/{reference.project}" in robot.pairs and not expired:
            return pull
        return dataclasses.replace(pull, verdict=DENIED, secret=name, robot=robot, detail=pull.secret or "")

    def warnings(self, obj: KubernetesObject, pull: Pull) -> Iterator[Problem]:
        """The warning that Knative asks the registry for the image's digest before any pod exists."""
        reference = self._to_resolve(pull)
        if reference is None:
            return
        by_default = " (the default of KServe's releases)" if self.mode.assumed else ""
        message = f"Knative{by_default} resolves the tag of {quote(pull.image, 'image')} before any pod exists"
        if len(tried := list(dict.fromkeys(self._tried(reference)))) > 1:
            message += f", with Secret {quote(tried[0], 'name')} alone, the first of {len(tried)} for its registry"
        hint = "pin it by digest, or let the controller skip the host (`registries-skipping-tag-resolving`)"
        if self.mode.assumed:
            hint += "; `platform.deploymentMode: Standard` says that the cluster has another default"
        yield obj.problem("tag-resolution", message, pull.route, hint=hint)

    def _to_resolve(self, pull: Pull) -> Reference | None:
        """The image of a pull that works, where Knative resolves its tag."""
        if not self.mode.is_knative or pull.verdict != OK:
            return None
        if pull.origin not in _IN_CONTAINERS and pull.component != _ROUTER:
            return None
        reference = pulled(pull.image)
        return None if reference is None or reference.digest or reference.host in self.skipping else reference

    def _tried(self, reference: Reference) -> list[str]:
        """The Secrets with a credential for the image, the one that Knative takes first; none where that cannot be seen."""
        account = self.state.accounts.get((self.namespace, self.pod.service_account or "default"), ())
        found: list[tuple[str, str]] = []
        for name in (*self.pod.secrets, *account):
            facts = self.state.secrets.get((self.namespace, name))
            if facts is None or (facts.is_unseen and facts.robot is None):
                return []  # it may have a credential for the image, and be the first
            found += [(kubelet.index(key) or "", name) for key in kubelet.ordered(facts.keys, reference)]
        return [name for _, name in sorted(found, key=lambda entry: entry[0], reverse=True)]
