"""`/v2/`: what Harbor's core answers itself (no right, no project, no artifact, policies), and what goes on."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from tests.support.harbor import tokens
from tests.support.harbor.messages import ERROR_JSON, Answer, Request, bad_request, denied, error, not_found
from tests.support.harbor.registry import VERSION, Registry
from tests.support.harbor.rights import Caller, may
from tests.support.harbor.state import Manifest, Project, State
from tests.support.harbor.system import REFUSED

PARTS = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags)/(?P<reference>.+)")
UNSCANNED = (
    "current image without vulnerability scanning cannot be pulled due to configured policy in 'Prevent images with "
    'vulnerability severity of "Low" or higher from running.\' '
    "To continue with pull, please contact your project administrator for help."
)


class Target(NamedTuple):
    name: str
    kind: str
    reference: str

    @property
    def project(self) -> str:
        return self.name.split("/")[0]


def refused(message: str, challenge: str) -> Answer:
    return error(401, "UNAUTHORIZED", f"{message}: {message}", **VERSION, **{"Www-Authenticate": challenge})


def challenge(request: Request, scope: str = "") -> str:
    """Basic for who sent any credential; the realm is built from the request's Host."""
    if "authorization" in request.headers:
        return 'Basic realm="harbor"'
    realm = f'Bearer realm="https://{request.headers.get("host", "")}/service/token",service="{tokens.SERVICE}"'
    return f'{realm},scope="{scope}"' if scope else realm


def respond(state: State, caller: Caller, request: Request, registry: Registry) -> Answer:
    """The answer to a request below /v2/."""
    if request.path == "/v2/":
        if not caller.known:
            return refused("unauthorized", challenge(request))
        return Answer(502) if state.registry_down else registry.respond(request, "")
    if request.path == "/v2/_catalog":
        return catalog(state, caller, request)
    found = PARTS.fullmatch(request.path)
    if not found:
        return not_found("page not found")
    target = Target(*found.groups())
    if "/" not in target.name:
        return bad_request(f"bad request: invalid repository name: {target.name}")
    with state.lock:
        own = refusal(state, caller, request, target) or policy(state, request, target)
    if own:
        return own
    if state.registry_down:
        return Answer(502)
    given = registry.respond(request, target.name)
    with state.lock:
        note(state, request, target, given)
    return given


def catalog(state: State, caller: Caller, request: Request) -> Answer:
    if not may(caller, None, "catalog", "read", system=True):
        given = 'Basic realm="harbor"'
        return refused("unauthorized to list catalog", given)
    body = json.dumps({"repositories": sorted(state.tags)})
    return Answer(200, {"Content-Type": ERROR_JSON}, body.encode())


def action(request: Request) -> str:
    return "pull" if request.method in {"GET", "HEAD"} else "delete" if request.method == "DELETE" else "push"


def refusal(state: State, caller: Caller, request: Request, target: Target) -> Answer | None:
    """401 in its forms. Without an Authorization header no pull gets further, of a public image neither."""
    needed = action(request)
    scope = f"repository:{target.name}:{'pull' if needed == 'pull' else 'pull,push' if needed == 'push' else needed}"
    if needed == "pull" and "authorization" not in request.headers:
        return refused("authorize header needed to send HEAD to repository", challenge(request, scope))
    if state.database_down:
        return refused(REFUSED, "")
    project = state.project(target.project)
    if not project:
        return refused(f"project {target.project} not found", "")
    if not may(caller, project, "repository", needed):
        return refused(f"unauthorized to access repository: {target.name}, action: {needed}", challenge(request, scope))
    return None


def policy(state: State, request: Request, target: Target) -> Answer | None:
    """What Harbor knows of the artifact and the project forbids."""
    project = state.project(target.project)
    assert project
    if action(request) != "pull":
        return denied("The system is in read only mode. Any modification is prohibited.") if state.read_only else None
    if project.upstream_limited:
        return error(429, "TOO_MANY_REQUEST", "too many requests to upstream registry")
    if target.kind == "blobs":
        return None
    if target.name not in state.tags:
        return not_found(f"repository {target.name} not found")
    if target.kind == "tags":
        return None
    digest = state.tags[target.name].get(target.reference, target.reference)
    if digest not in state.manifests[target.name]:
        mark = "@" if ":" in target.reference else ":"
        return not_found(f"artifact {target.name}{mark}{target.reference} not found")
    return forbidden(state, project)


def forbidden(state: State, project: Project) -> Answer | None:
    message = ""
    if project.metadata.get("enable_content_trust_cosign") == "true":
        message = "The image is not signed by cosign."
    elif project.metadata.get("enable_content_trust") == "true":
        message = "The image is not signed by notation."
    elif project.metadata.get("prevent_vul") == "true" and state.scanner:
        message = UNSCANNED
    return error(412, "PROJECTPOLICYVIOLATION", message) if message else None


def note(state: State, request: Request, target: Target, given: Answer) -> None:
    """Harbor's core records each manifest that is pushed."""
    if request.method == "PUT" and target.kind == "manifests" and given.status == 201:
        manifest = Manifest(request.headers.get("content-type", ERROR_JSON), request.body)
        tags = () if target.reference.startswith("sha256:") else (target.reference,)
        state.add_manifest(target.name, manifest, *tags)
