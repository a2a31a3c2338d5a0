"""Observations → causes: a function of values alone. What Harbor answers is what Harbor 2.16 was seen to answer.

The first cause is what stops the pull, the others were found beside it; none means that the image can be pulled.
"""

from __future__ import annotations

from mooring.doctor.observations import Observations, Reply


def diagnose(seen: Observations) -> tuple[str, ...]:
    """The causes, by their codes in `causes.CAUSES` or those of the network."""
    if seen.failure is not None:
        return (seen.failure.cause,)
    if (in_between := _in_between(seen)) is not None:
        return (in_between,)
    if _is_database_down(seen):
        return ("database-down",)
    stopping = _of_manifest(seen, seen.manifest) if seen.manifest is not None else "unexpected-answer"
    found = [stopping] if stopping else []
    if seen.is_refused and "credential-refused" not in found:
        # Not even a public project is told from others by an image that Harbor refuses for its name.
        is_masked = seen.manifest is not None and seen.manifest.status in (200, 404)
        found.append("credential-masked" if is_masked else "credential-refused")
    is_down = seen.signed_in is not None and seen.signed_in.status in (502, 503, 504)
    if is_down and "registry-part-down" not in found:
        found.append("registry-part-down")
    return tuple(found)


def _in_between(seen: Observations) -> str | None:
    """What answered in the registry's stead."""
    for reply in seen.replies:
        if reply.is_html and reply is not seen.project:
            return "gateway-error" if reply.status in (502, 503, 504) else "proxy-answers"
    if seen.ping is not None and seen.ping.status not in (200, 401, 502, 503, 504):
        return "not-a-registry"
    return None


def _is_database_down(seen: Observations) -> bool:
    """Anonymous `GET /api/v2.0/projects/ANY` is 500 then, else 200 or 401; the manifest's body says it too."""
    is_api_down = seen.project is not None and seen.project.status == 500 and not seen.project.is_html
    return is_api_down or (seen.manifest is not None and seen.manifest.message.startswith("failed to connect to"))


def _of_manifest(seen: Observations, reply: Reply) -> str:
    """What the answer to the manifest says; nothing where it is the manifest."""
    if reply.status == 200:
        return ""
    if reply.status == 401:
        return _unauthorized(seen, reply)
    if reply.status == 404:
        return _missing(reply)
    if reply.status == 412:
        unscanned = "vulnerabilit" in reply.message
        return "policy-signature" if "not signed" in reply.message else "policy-vulnerability" if unscanned else "policy"
    if reply.status == 429:
        return "upstream-limit" if "upstream" in reply.message else "rate-limited"
    if reply.status == 403 and "read only mode" in reply.message:
        return "read-only"
    if reply.status == 400 and "invalid repository name" in reply.message:
        return "name-without-project"
    return "registry-part-down" if reply.status in (502, 503, 504) else "unexpected-answer"


def _unauthorized(seen: Observations, reply: Reply) -> str:
    """Harbor tells a project that is not there by an empty challenge, and by the body."""
    if reply.challenge == "" or (reply.message.startswith("project ") and " not found" in reply.message):
        return "no-such-project"
    if not seen.login:
        return "credential-needed"
    if seen.is_refused or (seen.token is not None and seen.token.status == 401):
        return "credential-refused"
    if seen.anonymous is not None and seen.anonymous.status in (200, 404):
        return "refused-though-public"
    return "no-pull-right"


def _missing(reply: Reply) -> str:
    if "accept header does not support" in reply.message:
        return "media-type-not-accepted"
    if reply.message.startswith("resource not found: repo "):
        return "no-such-upstream-image"
    if reply.code == "NAME_UNKNOWN" or (reply.message.startswith("repository ") and reply.message.endswith(" not found")):
        return "no-such-repository"
    return "no-such-tag"
