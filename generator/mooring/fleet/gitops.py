"""What syncs the repository into the clusters: the tool, where it finds the repository, and how it is to go about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mooring.fleet.setting import Item, setting

ARGO_CD = "argo-cd"
FLUX = "flux"
IN_CLUSTER = "https://kubernetes.default.svc"
_BRANCH = "refs/heads/main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as Argo CD knows it: its address, or the name that it is registered by."""

    server: str | None = setting("the address of its API server", default=None, format="api-server", examples=[IN_CLUSTER])
    name: str | None = setting("the name that Argo CD knows it by", default=None, format="cluster-name", examples=["prod"])


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentGitOps:
    """What an environment says of the tool."""

    cluster: Cluster | None = setting(
        "where its objects go; default: the cluster that the tool itself runs in", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GitOps(Item):
    """The tool that syncs the repository; what is rendered for it stands under `gitops/<tool>/<environment>/`."""

    tool: Literal["argo-cd", "flux", "none"] = setting("its name", default="none")
    repo: str | None = setting(
        "the address of the repository, as the tool reaches it", default=None, examples=["https://git.example.com/fleet.git"]
    )
    revision: str | None = setting(
        "branch, tag or commit, best as `refs/heads/…` or `refs/tags/…`; of an OCI artifact its tag or digest. "
        f"Default: `{_BRANCH}`, or the tag `latest`",
        default=None,
        examples=[_BRANCH],
    )
    namespace: str | None = setting(
        "the namespace of its objects; default: argocd, or flux-system", default=None, format="kubernetes-label"
    )
    layout: Literal["split", "together", "rolling"] = setting(
        "Argo CD: an Application for each root (`split`), for each namespace (`together`), or an ApplicationSet that syncs "
        "stage after stage (`rolling`; below Argo CD 3.6 it orders the first sync only)",
        default="split",
    )
    apply: Literal["server", "client"] = setting(
        "Argo CD: server-side apply with server-side diff, or client-side apply without it", default="server"
    )
    projects: bool = setting(
        "Argo CD: render an AppProject for each Application; false: all of them are in project `default`", default=True
    )
    source: Literal["git", "oci"] = setting("Flux: a git repository, or an OCI artifact of the tree", default="git")
    secret_name: str | None = setting(
        "Flux: the Secret in `namespace` with which it reads the repository", default=None, format="kubernetes-name"
    )
    wait_for_secrets: bool = setting(
        "Flux: services wait until all ExternalSecrets and SealedSecrets of their namespace are ready; one that is not "
        "stops them all",
        default=False,
    )
    tenants: bool = setting(
        "Flux: apply the services of a namespace as an account of their own, which may change its kinds there", default=False
    )

    @property
    def is_used(self) -> bool:
        """Whether a tool syncs the repository."""
        return self.tool != "none"

    @property
    def shows_rewriting(self) -> bool:
        """Whether the tool shows an object out of sync that a webhook has rewritten: server-side apply and diff do not."""
        return self.tool == ARGO_CD and self.apply == "client"

    @property
    def is_rendered(self) -> bool:
        """Whether there is something to render for it: without a repository there is a problem instead."""
        return self.is_used and self.repo is not None

    @property
    def target_revision(self) -> str:
        """The revision that is synced."""
        return self.revision or ("latest" if self.source == "oci" else _BRANCH)

    @property
    def target_namespace(self) -> str:
        """The namespace of the tool's objects."""
        return self.namespace or ("flux-system" if self.tool == FLUX else "argocd")
