"""The causes: what each says, and what mends it. docs/doctor.md has this table, and a test holds it to it.

Those of the network (`refused`, `timed-out`, `certificate-expired` …) have the words of `mooring.network.Failure`; here
stands what a node needs beside them.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A cause in words: `{...}` are the host, the repository, the project and the login."""

    said: str
    mend: str


CAUSES: dict[str, Words] = {
    "pullable": Words("`{image}` can be pulled", ""),
    "reachable": Words("the node reaches `{host}`, and a registry answers there", ""),
    "credential-refused": Words(
        "`{host}` refuses the credential of `{login}`",
        "see which of these it is, or let Harbor say it: `--harbor-credentials FILE`",
    ),
    "credential-masked": Words(
        "`{host}` refuses the credential of `{login}`; the pull works because project `{project}` is public",
        "mend the credential, or take it out: other projects refuse it",
    ),
    "credential-not-given": Words(
        "project `{project}` is private, and nobody said which credential the pod has: whether it is accepted is unknown",
        "give it: `--kubeconfig FILE`, `--credentials FILE` or `--docker-config FILE`",
    ),
    "image-unknown": Words("which image is pulled is not known", "see `mooring explain SERVICE`"),
    "credential-needed": Words(
        "project `{project}` gives nothing to a pull without a credential",
        "give one: `--docker-config FILE`, or a Secret through `--kubeconfig`",
    ),
    "no-auth-entry": Words(
        "the docker configuration has no entry that the kubelet takes for `{host}`",
        "add `{host}` under `auths`, exactly as the image writes it, port included",
    ),
    "malformed-dockerconfig": Words(
        "the kubelet refuses the docker configuration", "write it again with `kubectl create secret docker-registry`"
    ),
    "no-pull-secret": Words(
        "the pod has no pull Secret, and project `{project}` gives nothing without a credential",
        "name the Secret in the pod's `imagePullSecrets`, or in its ServiceAccount's before the Pod is made",
    ),
    "secret-absent": Words("the Secret is not in its namespace", "create it there: a pod takes none from another namespace"),
    "secret-elsewhere": Words(
        "the Secret is not in its namespace, but in another one",
        "create it here too: a pod takes none from another namespace",
    ),
    "secret-wrong-type": Words(
        "the Secret has a type that the kubelet takes no pull credential from",
        "create it as `kubernetes.io/dockerconfigjson`",
    ),
    "cluster-unreadable": Words("the Secret cannot be read from the cluster", "check the kubeconfig and its user's rights"),
    "login-differs": Words(
        "the pod logs in as `{login}`, which is not the fleet's robot",
        "write the robot's credential: `mooring secret set ROBOT`, or correct `login` and `robotPrefix` in the fleet",
    ),
    "pod-differs": Words(
        "the live Pod is another than the fleet says", "sync the cluster with the fleet, and look at what changes Pods there"
    ),
    "account-after-pod": Words(
        "the Pod was admitted before its ServiceAccount had pull Secrets, and keeps its empty list", "delete the Pod"
    ),
    "no-pull-right": Words(
        "`{login}` logs in, but may not pull from project `{project}`",
        "give the robot `repository: pull` on the project (push alone implies it for project-level robots only)",
    ),
    "refused-though-public": Words(
        "project `{project}` is public, but Harbor refuses `{login}`, which has rights on no project",
        "take the credential out of this pull, or give it `repository: pull` on the project",
    ),
    "no-such-project": Words("`{host}` has no project `{project}`", "create it, or correct the image's project"),
    "no-such-repository": Words("project `{project}` has no repository `{path}`", "push the image, or correct its name"),
    "no-such-tag": Words("repository `{path}` has no such tag or digest", "push it, or correct the image's tag or digest"),
    "no-such-upstream-image": Words(
        "the registry behind proxy cache `{project}` has no such image", "correct the name or the tag as it is upstream"
    ),
    "name-without-project": Words(
        "the image's name has no project, and Harbor has no image outside of one", "write `{host}/PROJECT/REPOSITORY`"
    ),
    "media-type-not-accepted": Words(
        "the image is there, but in a format that the request did not accept",
        "use a container runtime that reads OCI images",
    ),
    "policy-signature": Words("project `{project}` gives only signed images, and this one is not", "sign the image"),
    "policy-vulnerability": Words(
        "project `{project}` gives only images without grave vulnerabilities, scanned ones",
        "scan the image and mend what is found, or add it to the project's allowlist",
    ),
    "policy": Words("a policy of project `{project}` forbids the pull", "see the project's configuration in Harbor"),
    "upstream-limit": Words(
        "the registry behind proxy cache `{project}` limits Harbor's requests", "wait, or log the proxy cache in upstream"
    ),
    "rate-limited": Words("`{host}` limits requests", "wait, and pull less often"),
    "read-only": Words("Harbor is in read-only mode", "end it under Administration, Configuration"),
    "registry-part-down": Words(
        "Harbor answers, but the registry behind it does not", "restart Harbor's registry, and check its storage"
    ),
    "database-down": Words(
        "Harbor cannot reach its database: it answers 401, and the credential may be right",
        "restart the database; change no credential before that",
    ),
    "gateway-error": Words(
        "a gateway before `{host}` answers with an HTML page that it reaches no server",
        "check Harbor's core and the gateway",
    ),
    "proxy-answers": Words(
        "something in between answers for `{host}` with an HTML page", "check the proxy settings and NO_PROXY of the nodes"
    ),
    "not-a-registry": Words("`{host}` does not answer as a registry", "check host and port of the image"),
    "invalid-image-name": Words(
        "the image's name cannot be read as one", "write `HOST/PROJECT/REPOSITORY:TAG`, in lower case and without `https://`"
    ),
    "unknown": Words(
        "no known cause explains what was read", "ask the registry: `mooring doctor IMAGE --docker-config FILE`"
    ),
    "unexpected-answer": Words("`{host}` gave an answer that no known cause explains", "see what was asked and answered"),
}


def node_mend(cause: str, host: str) -> tuple[str, ...]:
    """What nodes and KServe need where a certificate is not trusted; nothing for other causes."""
    if cause not in ("certificate-unknown", "certificate-refused"):
        return ()
    folder = f"/etc/containerd/certs.d/{host}"
    return (
        f"on each node, {folder}/hosts.toml:",
        f'  server = "https://{host}"',
        f'  [host."https://{host}"]',
        f'    ca = "{folder}/ca.crt"',
        "for KServe's own downloads, in ConfigMap inferenceservice-config, `storageInitializer`: `caBundleConfigMapName`",
    )
