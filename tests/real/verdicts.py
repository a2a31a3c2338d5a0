"""What admission says of a request to a real API server: the request itself, over a connection that is kept open. What was
admitted is taken back, so that the next request finds the same cluster; a dry run is judged where it is asked for.

Only admission's own words make a denial. What an API server refuses for any other reason (a schema, a right, a webhook
that did not answer) is no verdict of a policy, and raises `Unjudged`. Mind the order: what is misspelt is refused before
admission, what a schema refuses after the mutating policies and before the validating ones.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from tests.real import apiserver as api

Object = dict[str, Any]
Headers = Sequence[tuple[str, str]]
Operation = Literal["CREATE", "UPDATE", "DELETE"]
HARNESS = "harness:set-up"  # whom no policy judges: what is stored for a test, or taken back, may break the policies
METHODS: Mapping[Operation, str] = {"CREATE": "POST", "UPDATE": "PUT", "DELETE": "DELETE"}
# https://github.com/kubernetes/apiserver/blob/v0.36.1/pkg/admission/plugin/webhook/errors/statuserror.go
BY_WEBHOOK = re.compile(r'admission webhook "([^"]+)" denied the request: (.*)', re.DOTALL)
# https://github.com/kyverno/kyverno/blob/v1.19.1/pkg/webhooks/resource/vpol/handler.go
BY_KYVERNO = re.compile(r"(?:^|; )Policy (\S+) (failed|error): ")
BY_POLICY = re.compile(r"ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)", re.DOTALL)
# what a ValidatingAdmissionPolicy says that could not be evaluated, and is in force all the same (`failurePolicy: Fail`)
BROKEN = re.compile(r"resulted in error: |^failed to configure (?:policy|binding): |^compilation error: ")
WARNING = re.compile(r'^299 \S+ "((?:[^"\\]|\\.)*)"')

# What a server itself writes of an object.
OF_THE_SERVER = (
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
)  # fmt: skip


class Unjudged(Exception):
    """The request got no verdict."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Request:
    """Somebody creates the object, deletes what is stored under its name, or makes that into this object."""

    object: Mapping[str, Any]
    operation: Operation = "CREATE"
    subresource: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True)
class Verdict:
    """`policies` are those that the denial names: the server tells the words of one webhook only, so that others may have
    denied too. `broken`: one of their expressions ended in an error. `object` is what would be stored."""

    allowed: bool
    code: int
    message: str = ""
    policies: tuple[str, ...] = ()
    broken: bool = False
    object: Object | None = None
    warnings: tuple[str, ...] = ()


class Judge:
    """One client of a server, an administrator; for one thread."""

    def __init__(self, server: api.ApiServer) -> None:
        address = urllib.parse.urlsplit(server.url)
        self._headers = [("Authorization", f"Bearer {server.token}")]
        self._connection = http.client.HTTPSConnection(address.netloc, context=api.trusting(), timeout=60)
        self._plurals: dict[str, dict[str, tuple[str, bool]]] = {}

    def close(self) -> None:
        self._connection.close()

    def verdict(self, request: Request, *, keep: bool = False) -> Verdict:
        """Has the server judge the request strictly. What it stores is taken back, unless it is to be kept."""
        thing, before, body = request.object, {}, ""
        path = self.path(thing) if request.operation == "CREATE" else self.place(thing)
        path += f"/{request.subresource}" if request.subresource else ""
        if request.operation == "CREATE":
            body = json.dumps(thing)
        else:
            before = self.stored(thing)
        if request.operation == "UPDATE":
            there = {key: before["metadata"][key] for key in OF_THE_SERVER if key in before["metadata"]}
            body = json.dumps({**thing, "metadata": {**thing["metadata"], **there}})
        query = f"?{'dryRun=All&' if request.dry_run else ''}fieldValidation=Strict"
        told = _impersonating(request.user, request.groups)
        answer, text = self._ask(METHODS[request.operation], path + query, body, told)
        found = [WARNING.match(line) for line in answer.headers.get_all("Warning", ())]
        warnings = tuple(re.sub(r"\\(.)", r"\1", warning[1]) for warning in found if warning)
        if answer.status >= 300:
            return denial(answer.status, _message(text), warnings)
        made = json.loads(text)
        if not (request.dry_run or keep):
            # What finalizers keep is still there: those that it had, and those that the server gives a Job.
            gone = request.operation == "DELETE" and not made["metadata"].get("finalizers")
            self._take_back(before, {} if gone else made)
        return Verdict(True, answer.status, object=made, warnings=warnings)

    def _take_back(self, before: Object, made: Object) -> None:
        """Leaves of an object what there was before, if anything; `made` is what has become of it, if anything.

        It is deleted and created: whatever an update may not undo, and without a trace of who has changed which field.
        """
        left = made or before
        if left["metadata"].get("finalizers"):
            none = json.dumps({"metadata": {"finalizers": None}})
            self._gone("PATCH", left, none, [("Content-Type", "application/merge-patch+json")])
        if made:
            self._gone("DELETE", left, json.dumps({"gracePeriodSeconds": 0, "propagationPolicy": "Background"}))
        if before:
            metadata = {
                key: value for key, value in before["metadata"].items() if key not in (*OF_THE_SERVER, "managedFields")
            }
            again = {key: value for key, value in before.items() if key != "status"}
            self.store({**again, "metadata": metadata}, user=HARNESS)
            if "deletionTimestamp" in before["metadata"]:
                self.delete(before)

    def _gone(self, method: str, thing: Mapping[str, Any], body: str, headers: Headers = ()) -> None:
        """Asks for something that ends the object, which may be gone already."""
        try:
            self._done(method, self.place(thing), body, [*headers, *_impersonating(HARNESS)])
        except Unjudged as refusal:
            if refusal.code != 404:
                raise

    def store(self, *objects: Mapping[str, Any], user: str = "", subresource: str = "") -> None:
        """Creates the objects, or makes what is there into them."""
        for thing in objects:
            below = f"/{subresource}" if subresource else ""
            path = f"{self.place(thing)}{below}?fieldManager=harness&force=true&fieldValidation=Strict"
            told = [("Content-Type", "application/apply-patch+yaml"), *_impersonating(user)]
            self._done("PATCH", path, json.dumps(thing), told)

    def delete(self, thing: Mapping[str, Any], *, missing_ok: bool = False) -> None:
        """Deletes what is stored under the object's name, or begins to, where finalizers keep it.

        What it owns goes too, as kubectl asks: by default the API server keeps the Pods of a Job.
        """
        try:
            self._done("DELETE", f"{self.place(thing)}?propagationPolicy=Background")
        except Unjudged as refusal:
            if not (missing_ok and refusal.code == 404):
                raise

    def stored(self, thing: Mapping[str, Any]) -> Object:
        """What is stored under the object's name."""
        return self._done("GET", self.place(thing))

    def get(self, path: str) -> Object:
        """What is stored at an API path."""
        return self._done("GET", path)

    def place(self, thing: Mapping[str, Any]) -> str:
        """The path of the object itself."""
        return f"{self.path(thing)}/{thing['metadata']['name']}"

    def path(self, thing: Mapping[str, Any]) -> str:
        """Where objects of the kind are created: in the object's namespace, or in none."""
        version, kind = thing["apiVersion"], thing["kind"]
        root = f"/{'apis' if '/' in version else 'api'}/{version}"
        if kind not in self._plurals.get(version, {}):
            served = [one for one in self._done("GET", root)["resources"] if "/" not in one["name"]]
            self._plurals[version] = {one["kind"]: (one["name"], one["namespaced"]) for one in served}
        if kind not in self._plurals[version]:
            raise Unjudged(404, f"the server knows no {kind} of {version}")
        plural, namespaced = self._plurals[version][kind]
        return f"{root}/namespaces/{thing['metadata']['namespace']}/{plural}" if namespaced else f"{root}/{plural}"

    def _done(self, method: str, path: str, body: str = "", headers: Headers = ()) -> Object:
        answer, text = self._ask(method, path, body, headers)
        if answer.status >= 300:
            raise Unjudged(answer.status, f"{path}: {_message(text)}")
        found: Object = json.loads(text)
        return found

    def _ask(self, method: str, path: str, body: str, headers: Headers) -> tuple[http.client.HTTPResponse, str]:
        try:
            return self._sent(method, path, body, headers)
        except (http.client.HTTPException, OSError):  # an idle connection that the server has closed
            self._connection.close()
            return self._sent(method, path, body, headers)

    def _sent(self, method: str, path: str, body: str, headers: Headers) -> tuple[http.client.HTTPResponse, str]:
        self._connection.putrequest(method, path)
        content = body.encode()
        if not any(name == "Content-Type" for name, _ in headers):
            headers = [("Content-Type", "application/json"), *headers]
        for name, value in [*self._headers, ("Content-Length", str(len(content))), *headers]:
            self._connection.putheader(name, value)
        self._connection.endheaders(content)
        answer = self._connection.getresponse()
        return answer, answer.read().decode()


@contextmanager
def judging(server: api.ApiServer) -> Iterator[Judge]:
    judge = Judge(server)
    try:
        yield judge
    finally:
        judge.close()


def denial(code: int, message: str, warnings: tuple[str, ...] = ()) -> Verdict:
    """The verdict that a refusal's words make; `Unjudged` where it is not admission that refused."""
    if said := BY_POLICY.search(message):
        return Verdict(False, code, said[2], (said[1],), bool(BROKEN.search(said[2])), warnings=warnings)
    if said := BY_WEBHOOK.search(message):
        named = BY_KYVERNO.findall(said[2])
        policies = tuple(policy for policy, _ in named) or (said[1],)
        broken = any(how == "error" for _, how in named)
        return Verdict(False, code, said[2], policies, broken, warnings=warnings)
    raise Unjudged(code, message)


def open_to_all(judge: Judge) -> None:
    """Lets every user do everything, so that whom a test names needs no rights of its own: only admission says no."""
    rights = "rbac.authorization.k8s.io"
    subject = {"apiGroup": rights, "kind": "Group", "name": "system:authenticated"}
    role = {"apiGroup": rights, "kind": "ClusterRole", "name": "cluster-admin"}
    frame = {"apiVersion": f"{rights}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "harness-open-to-all"}}
    judge.store({**frame, "roleRef": role, "subjects": [subject]})


def _impersonating(user: str, groups: Sequence[str] = ()) -> list[tuple[str, str]]:
    return [*([("Impersonate-User", user)] if user else []), *(("Impersonate-Group", group) for group in groups)]


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, LookupError, TypeError):
        return text
