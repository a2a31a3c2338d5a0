"""The Pods of a service as the cluster admitted them, compared with what the fleet says of one pull.

A Pod's list of Secrets is settled at its admission: the API server copies its ServiceAccount's list into one that has none,
and nothing changes it afterwards
(https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mooring.cluster import Cluster, Live, Unread
from mooring.pulls.verdict import Pull
from mooring.redaction import listed, quote
from mooring.registry.reference import Reference, pulled

_OWNER = "serving.kserve.io/inferenceservice"
_FAILING = ("ErrImagePull", "ImagePullBackOff")


class Admitted(NamedTuple):
    """The Secrets that a pull's Pod really has, in order, and how that differs from the fleet."""

    secrets: tuple[str, ...]
    causes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


class LiveService:
    """A service of a namespace in a cluster: its Pods are listed once. `others` are the namespace's other services."""

    def __init__(self, cluster: Cluster, namespace: str, name: str, others: Sequence[str]) -> None:
        self._cluster, self._namespace, self._name = cluster, namespace, name
        found = cluster.listed("Pod", namespace)
        self._unread = found.message if isinstance(found, Unread) else ""
        longer = tuple(f"{one}-" for one in others if one.startswith(f"{name}-"))
        self._pods = [] if isinstance(found, Unread) else [one for one in found if _is_of(one, name, longer)]

    def admitted(self, pull: Pull, account: str) -> Admitted:
        """What a pull's Pod has; where none is there yet, what the fleet says, else the list of the live account."""
        reference = pulled(pull.image) if pull.image else None
        pods = [one for one in self._pods if reference is not None and _runs(one, reference)]
        if pods:
            return self._compared(pull, max(pods, key=_urgency))
        if self._unread:
            return Admitted(pull.secrets, (), (self._unread,))
        if self._pods:
            images = sorted({image for pod in self._pods for image in _images(pod)})
            said = listed([quote(image, "image") for image in images[:8]])
            return Admitted(pull.secrets, ("pod-differs",), (f"no Pod of the service runs this image; they run {said}",))
        if pull.secrets:
            return Admitted(pull.secrets)
        names, detail = self._account(account or "default")
        return Admitted(names, (), (detail,) if detail else ())

    def _compared(self, pull: Pull, pod: Live) -> Admitted:
        """What one Pod was admitted with."""
        names = tuple(_names(pod.data.get("spec")))
        named = f"Pod {quote(f'{self._namespace}/{pod.name}', 'name')}"
        if names == pull.secrets or not pull.secrets:
            return Admitted(names)  # where the fleet names none, the server filled in the account's
        details = [f"{named} was admitted with {_said(names)}; the fleet says {_said(pull.secrets)}"]
        causes = ["pod-differs"]
        if not names:
            account = str((pod.data.get("spec") or {}).get("serviceAccountName") or "default")
            now, detail = self._account(account)
            if now:
                causes = ["account-after-pod"]
                details.append(f"ServiceAccount {quote(account, 'name')} has {_said(now)} by now")
            details += [detail] if detail else []
        return Admitted(names, tuple(causes), tuple(details))

    def _account(self, name: str) -> tuple[tuple[str, ...], str]:
        """The list of a live ServiceAccount; and why it could not be read."""
        found = self._cluster.read("ServiceAccount", self._namespace, name)
        return ((), found.message) if isinstance(found, Unread) else (tuple(_names(found.data)), "")


def _is_of(pod: Live, name: str, longer: tuple[str, ...]) -> bool:
    """Whether a Pod that has not ended is the service's: KServe's label says it, else how it is named."""
    metadata, status = pod.data.get("metadata") or {}, pod.data.get("status") or {}
    if status.get("phase") in ("Succeeded", "Failed"):
        return False
    owner = (metadata.get("labels") or {}).get(_OWNER)
    if owner is not None:
        return bool(owner == name)
    return pod.name == name or (pod.name.startswith(f"{name}-") and not pod.name.startswith(longer))


def _containers(pod: Live) -> Iterator[Mapping[str, Any]]:
    spec = pod.data.get("spec") or {}
    for key in ("initContainers", "containers"):
        yield from (one for one in spec.get(key) or () if isinstance(one, Mapping))


def _images(pod: Live) -> Iterator[str]:
    yield from (str(one.get("image", "")) for one in _containers(pod))


def _runs(pod: Live, reference: Reference) -> bool:
    """Whether a Pod has the image, be it by a digest that its tag was resolved to."""
    for image in _images(pod):
        found = pulled(image)
        if found is not None and found.repository == reference.repository:
            if found.digest and not reference.digest:
                return True
            if (found.digest, found.tag or "latest") == (reference.digest, reference.tag or "latest"):
                return True
    return False


def _names(holder: Any) -> Iterator[str]:
    """The names of a pod spec's or an account's `imagePullSecrets`."""
    for one in (holder or {}).get("imagePullSecrets") or ():
        if isinstance(one, Mapping) and one.get("name"):
            yield str(one["name"])


def _urgency(pod: Live) -> tuple[bool, str]:
    """What is looked at first: a Pod whose image is not pulled, and of those the newest."""
    statuses = pod.data.get("status") or {}
    waiting = [
        ((one.get("state") or {}).get("waiting") or {}).get("reason")
        for key in ("initContainerStatuses", "containerStatuses")
        for one in statuses.get(key) or ()
    ]
    return any(reason in _FAILING for reason in waiting), str((pod.data.get("metadata") or {}).get("creationTimestamp", ""))


def _said(names: Sequence[str]) -> str:
    return f"imagePullSecrets {listed([quote(one, 'name') for one in names])}" if names else "no imagePullSecrets"
