"""What kubelets say of Pods, without any kubelet: they run and are ready, or fail to pull an image that holds `broken`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from tests.real import apiserver as api
from tests.real.verdicts import HARNESS, Judge, Object, Unjudged, judging

BROKEN = "broken"
AT = "2026-01-01T00:00:00Z"
_STATES = ("Initialized", "PodScheduled", "ContainersReady", "Ready")


def said_of(pod: Object) -> Object:
    """The Pod's status, as a kubelet would write it."""
    bad = any(BROKEN in container["image"] for container in pod["spec"]["containers"])
    ready = {state: not (bad and state in _STATES[2:]) for state in _STATES}
    state: Any = {"waiting": {"reason": "ErrImagePull", "message": "denied"}} if bad else {"running": {"startedAt": AT}}
    return {
        "phase": "Pending" if bad else "Running",
        "startTime": AT,
        "conditions": [{"type": key, "status": str(value), "lastTransitionTime": AT} for key, value in ready.items()],
        "containerStatuses": [
            {
                "name": container["name"], "image": container["image"], "imageID": "", "restartCount": 0,
                "ready": not bad, "started": not bad, "state": state,
            }
            for container in pod["spec"]["containers"]
        ],
    }  # fmt: skip


def _tend(judge: Judge) -> None:
    for pod in judge.get("/api/v1/pods")["items"]:
        if pod.get("status", {}).get("containerStatuses") or "deletionTimestamp" in pod["metadata"]:
            continue
        metadata = {key: pod["metadata"][key] for key in ("name", "namespace", "uid")}
        whole = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": said_of(pod)}
        try:
            judge.store(whole, user=HARNESS, subresource="status")
        except Unjudged as gone:
            if gone.code not in (404, 409, 422):
                raise


@contextmanager
def tending(server: api.ApiServer) -> Iterator[None]:
    """Every Pod has a kubelet's status soon after it was made."""
    end = threading.Event()

    def work() -> None:
        with judging(server) as judge:
            while not end.wait(0.3):
                _tend(judge)

    with ThreadPoolExecutor(1) as pool:
        tended = pool.submit(work)
        try:
            yield
        finally:
            end.set()
        tended.result()
