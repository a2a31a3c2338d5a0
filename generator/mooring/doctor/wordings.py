"""What kubelets, container runtimes and Knative say of a pull that failed, as patterns → the causes that say it so.

A runtime asks by `HEAD`, whose answer has no body: most of what Harbor tells apart is a bare 401 to it. So a wording has all
causes that it fits, the probe's own codes, and one that fits none has no cause here.
"""

from __future__ import annotations

import re

# Harbor answers 401 to all of these (docs/doctor.md); without the body, they look alike.
_UNAUTHORIZED = ("credential-refused", "no-auth-entry", "secret-absent", "no-pull-right", "no-such-project", "database-down")
_OFFERED_NOTHING = ("no-auth-entry", "secret-absent", "credential-needed")

_WORDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # Harbor's own words of its database, which go on with why the database is not reached.
    (r"failed to connect to `user=", ("database-down",)),
    (r"FailedToRetrieveImagePullSecret|retrieve (?:some image )?pull secret", ("secret-absent",)),
    (r"InvalidImageName|invalid reference format|couldn't parse image", ("invalid-image-name",)),
    # Go says no more than the status where a proxy refuses CONNECT.
    (r'proxyconnect|"": (?:Forbidden|Proxy Authentication Required|Service Unavailable|Bad Gateway)\s*$', ("proxy",)),
    (r"no such host|server misbehaving|failure in name resolution|: lookup \S+", ("name-not-resolved",)),
    (r"certificate has expired or is not yet valid: current time \S+ is after", ("certificate-expired",)),
    (r"certificate has expired or is not yet valid: current time \S+ is before", ("certificate-not-yet-valid",)),
    (r"certificate has expired or is not yet valid", ("certificate-expired", "certificate-not-yet-valid")),
    (r"certificate signed by unknown authority|certificate is not trusted", ("certificate-unknown",)),
    (
        r"certificate is valid for .+, not |cannot validate certificate for|certificate is not valid for any names"
        r"|certificate relies on legacy Common Name",
        ("certificate-wrong-name",),
    ),
    (r"x509: ", ("certificate-refused",)),
    (r"server gave HTTP response to HTTPS client", ("http-instead-of-https",)),
    (r"first record does not look like a TLS handshake", ("http-instead-of-https", "tls")),
    (r"HTTP request to an HTTPS server", ("https-instead-of-http",)),
    (r"connection refused", ("refused",)),
    (r"no route to host|network is unreachable", ("unreachable",)),
    (
        r"i/o timeout|connection timed out|TLS handshake timeout|deadline exceeded|Client\.Timeout|waiting for connection",
        ("timed-out",),
    ),
    (r"connection reset by peer|unexpected EOF|: EOF\b", ("cut",)),
    (r"too many requests to upstream", ("upstream-limit",)),
    (r"429 Too Many Requests|toomanyrequests", ("rate-limited", "upstream-limit")),
    (r"image is not signed", ("policy-signature",)),
    (r"412 Precondition Failed", ("policy-signature", "policy-vulnerability", "policy")),
    (r"read only mode", ("read-only",)),
    (r"project \S+ not found", ("no-such-project",)),
    (r"failed to connect to ", ("database-down",)),
    (r"no basic auth credentials|failed to fetch anonymous token.*\b401 Unauthorized", _OFFERED_NOTHING),
    # With this body, it is neither a project that is not there nor the database.
    (r"unauthorized to access repository", _UNAUTHORIZED[:4]),
    (
        r"pull access denied|insufficient_scope|authorization failed|\b401 Unauthorized|status(?: code)?:? 401\b"
        r"|unauthorized: |authentication required|UNAUTHORIZED",
        _UNAUTHORIZED,
    ),
    (r"manifest unknown|MANIFEST_UNKNOWN", ("no-such-tag", "no-such-upstream-image")),
    (r"artifact \S+ not found", ("no-such-tag",)),
    (r"name unknown|NAME_UNKNOWN|repository \S+ not found", ("no-such-repository",)),
    (r"\b(?:502|503|504) (?:Bad Gateway|Service|Gateway)", ("registry-part-down", "gateway-error")),
    (r": not found|\b404 Not Found", ("no-such-tag", "no-such-repository", "no-such-upstream-image")),
)
_COMPILED = tuple((re.compile(pattern), causes) for pattern, causes in _WORDINGS)

_QUOTED = re.compile(r'\\?"[^"]*"')

# Other events have the same words of networks: a probe's `connection refused` is no pull's.
_OF_A_PULL = re.compile(
    r"[Ff]ail(?:ed)? to pull|failed pulling|pulling image failed|Back-off pulling|Unable to fetch image|ErrImagePull"
    r"|failed to resolve (?:image|reference)|[Rr]eading manifest|nitializing source|pull access denied|ImagePullBackOff"
    r"|retrieve (?:some image )?pull secret|image pull secrets|FailedToRetrieveImagePullSecret|apply default image tag"
    r"|InvalidImageName|couldn't parse image|/manifests/|to access repository"
)
# A state without its reason: said beside the message that has it, or after it is forgotten.
_BARE = re.compile(
    r'(?:Error: )?(?:ErrImagePull|ImagePullBackOff)\s*$|Back-off pulling image "[^"]*"\s*$'
    r"|\s(?:ErrImagePull|ImagePullBackOff)\s"
)


def is_of_a_pull(message: str) -> bool:
    """Whether a message is one of a pull that failed."""
    return _OF_A_PULL.search(message) is not None


def is_bare(message: str) -> bool:
    """Whether a message says no more than that a pull failed."""
    return _BARE.search(message) is not None


def causes_of(message: str, image: str) -> tuple[str, ...]:
    """The causes that a message fits; none where it is not known. What it quotes decides nothing: a tag may be `401`."""
    said = _QUOTED.sub('""', message)
    said = said.replace(image, "") if image else said
    return next((causes for pattern, causes in _COMPILED if pattern.search(said)), ())
