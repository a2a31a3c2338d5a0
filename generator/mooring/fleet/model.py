"""The fleet as frozen values: what each key means is written here once; loading, the JSON Schema and its editor help,
and the defaults are derived from these classes (`field`'s metadata; keys are the camel case of the names).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mooring.fleet.admission import EnvironmentPolicies as EnvironmentPolicies
from mooring.fleet.admission import Exemption as Exemption
from mooring.fleet.admission import Policies as Policies
from mooring.fleet.admission import RulePolicy as RulePolicy
from mooring.fleet.gitops import EnvironmentGitOps as EnvironmentGitOps
from mooring.fleet.gitops import GitOps as GitOps
from mooring.fleet.setting import Item as Item
from mooring.fleet.setting import Place as Place
from mooring.fleet.setting import setting

Backend = Literal["external-secrets", "sealed-secrets", "sops", "external"]
_KEYS: dict[str, Any] = {"propertyNames": {"format": "label-key"}}
_LABELS: dict[str, Any] = {**_KEYS, "values": {"format": "label-value"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    name: str = setting("the fleet's name", format="kubernetes-name", examples=["onecloud"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Which released schemas documents are checked against; the newest shipped where it is not said."""

    kserve: str | None = setting("KServe's minor version", default=None, examples=["0.20"])
    kubernetes: str | None = setting("Kubernetes' minor version", default=None, examples=["1.36"])
    kyverno: str | None = setting("Kyverno's minor version", default=None, examples=["1.19"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry(Item):
    """A Harbor."""

    name: str = setting("the fleet's name for it", format="kubernetes-name", examples=["harbor"])
    host: str = setting("host or host:port, without a scheme", format="host", examples=["harbor.example.com"])
    aliases: tuple[str, ...] = setting("other names of the same Harbor", default=(), items={"format": "host"})
    robot_prefix: str = setting("what Harbor puts before a robot's name (its setting)", default="robot$")
    public_projects: tuple[str, ...] = setting("projects that anybody may pull", default=(), items={"format": "harbor-name"})
    ca_bundle: str | None = setting(
        "PEM file of the CA that signed Harbor's certificate; `robots` and `doctor` trust it beside the system's CAs, and "
        "nothing is rendered of it",
        default=None,
        format="path",
    )
    api: str | None = setting(
        "Harbor's own address, where it is not `https://<host>`", default=None, format="harbor-api",
        examples=["https://harbor.example.com"],
    )  # fmt: skip
    insecure: bool = setting(
        "true: `robots` and `doctor` may speak plain HTTP to it, which shows the credential to everybody on the way; a "
        "certificate is verified all the same",
        default=False,
    )

    @property
    def url(self) -> str:
        """Where Harbor's API and its registry are asked."""
        return (self.api or f"{'http' if self.insecure else 'https'}://{self.host}").rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    name: str = setting("the store's name", format="kubernetes-name", examples=["vault"])
    kind: Literal["ClusterSecretStore", "SecretStore"] = setting("the store's kind", default="ClusterSecretStore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Where the credentials come from."""

    backend: Backend = setting("what makes the Secret in the cluster")
    store: Store | None = setting("External Secrets' store", default=None)
    refresh: str = setting("how often the credential is read again", default="15m", format="refresh", examples=["15m"])
    certificate: str | None = setting(
        "sealed-secrets: PEM file of the cluster's sealing certificate (`kubeseal --fetch-cert`)",
        default=None,
        format="path",
        examples=["certs/sealed-secrets.pem"],
    )
    recipients: tuple[str, ...] = setting(
        "sops: the age recipients that may open what is encrypted", default=(), items={"format": "age-recipient"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRecord:
    """The back end's record of one robot, and its two property names: never the credential itself."""

    key: str | None = setting("the record's key; default: harbor/<name>", default=None, minLength=1)
    username: str = setting("the property that holds the login", default="username", minLength=1)
    password: str = setting("the property that holds the secret", default="password", minLength=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot(Item):
    """A Harbor robot account, and the Secret that carries it."""

    name: str = setting("the fleet's name for it", format="kubernetes-name", examples=["infra-demo"])
    robot: str | None = setting("Harbor's name for it; default: `name`", default=None, format="harbor-name")
    registry: str | None = setting("the registry it belongs to; default: the first one", default=None)
    project: str | None = setting(
        "its project, for a project-level robot", default=None, format="harbor-name", examples=["onecloud-sol"]
    )
    projects: tuple[str, ...] | None = setting(
        "its projects, for a system-level robot", default=None, items={"format": "harbor-name"}, minItems=1
    )
    login: str | None = setting("the whole login, for an adopted or legacy robot", default=None, minLength=1)
    secret_name: str | None = setting("name of its Secret; default: harbor-<name>", default=None, format="kubernetes-name")
    namespaces: tuple[str, ...] | None = setting(
        "where its Secret stands even without a service; use elsewhere is then an error",
        default=None,
        items={"format": "kubernetes-glob"},
        examples=[["vision", "team-*"]],
    )
    expires: str | None = setting(
        "the day from which it is invalid, or `never`", default=None, format="date-or-never", examples=["2027-03-01"]
    )
    rotate_before: str = setting("how long before that it is to be rotated", default="30d", format="days")
    backend: Backend | None = setting("overrides `secrets.backend`", default=None)
    record: SecretRecord = setting("the back end's record", named="secret", default=SecretRecord())

    @property
    def harbor_name(self) -> str:
        """Harbor's own name for it."""
        return self.robot or self.name

    @property
    def all_projects(self) -> tuple[str, ...]:
        """Every project it may pull from."""
        return (self.project,) if self.project else self.projects or ()

    def full_login(self, prefix: str) -> str:
        """What it logs in as, with Harbor's prefix for robots.

        https://goharbor.io/docs/main/working-with-projects/project-configuration/create-robot-accounts/
        """
        return self.login or f"{prefix}{f'{self.project}+' if self.project else ''}{self.harbor_name}"

    @property
    def secret(self) -> str:
        """The name of its Secret: stable, never hashed."""
        return self.secret_name or f"harbor-{self.name}"

    @property
    def record_key(self) -> str:
        """The key of its record in the back end."""
        return self.record.key or f"harbor/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace(Item):
    """A namespace of the fleet."""

    name: str = setting("its name", format="kubernetes-label", examples=["vision"])
    manage: bool = setting("false: somebody else owns the Namespace object, and none is rendered", default=True)
    default_service_account: Literal["leave", "manage"] = setting(
        "`manage` renders the `default` account with the namespace's pull Secrets", default="leave"
    )
    labels: Mapping[str, str] = setting("labels of the Namespace", default={}, **_LABELS)
    annotations: Mapping[str, str] = setting("annotations of the Namespace", default={}, **_KEYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Item):
    """Something that pulls: a KServe object, a plain workload, or manifests that a team keeps."""

    name: str = setting("its name", format="kubernetes-name", examples=["torch-grpc-transformer"])
    namespace: str | None = setting("its namespace; none for a cluster-scoped kind", default=None, examples=["vision"])
    robots: tuple[str, ...] | None = setting(
        "the robots that pull its images; found by project where not given", default=None, items={"type": "string"}
    )
    kind: str = setting("its kind", default="InferenceService", examples=["LLMInferenceService", "Deployment"])
    api_version: str | None = setting("needed where two known groups share the kind", default=None)
    labels: Mapping[str, str] = setting("labels of the object; KServe copies them to its pods", default={}, **_LABELS)
    annotations: Mapping[str, str] = setting("annotations of the object", default={}, **_KEYS)
    spec: Mapping[str, Any] | None = setting("the kind's own spec, as its own documentation writes it", default=None)
    manifests: str | None = setting(
        "instead of `spec`: a manifest file, a directory of them, or a kustomization directory; runtimes in it serve the "
        "namespace, and KServe's ConfigMap in namespace `kserve` counts for every service",
        default=None,
        format="path",
        examples=["services/legacy"],
    )
    override: Place | None = dataclasses.field(default=None, compare=False)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What must be unique in a fleet: namespace (empty for none), kind, name."""
        return (self.namespace or "", self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Images that KServe itself adds to pods, where they come from Harbor."""

    images: Mapping[str, str] = setting(
        "image by its key in ConfigMap inferenceservice-config, or by the image of KServe's own runtime that it mirrors",
        default={},
        examples=[
            {
                "storageInitializer": "harbor.example.com/mirror/storage-initializer:v0.20.0",
                "kserve/sklearnserver": "harbor.example.com/mirror/sklearnserver",
            }
        ],
    )
    runtimes: Literal["released", "none"] = setting(
        "`released`: the cluster has the runtimes and presets that KServe itself installs; `none`: it has others",
        default="released",
    )
    deployment_mode: Literal["Standard", "Knative"] | None = setting(
        "how KServe deploys services without an annotation; default: what its release is installed with", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOverride:
    """Another name, tag or digest for an image, at every place it stands."""

    name: str = setting("the image without tag and digest", minLength=1)
    new_name: str | None = setting("another name", default=None, minLength=1)
    new_tag: str | None = setting("another tag", default=None, minLength=1)
    digest: str | None = setting("a digest, as `sha256:…`", default=None, pattern="^sha256:[0-9a-f]{64}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Item):
    """One cluster, and what differs there; lists of named things merge by name."""

    name: str = setting("its name, a folder below overlays/", format="kubernetes-label", examples=["prod"])
    namespaces: tuple[str, ...] | None = setting("the namespaces that exist there; default: all", default=None)
    registries: tuple[Registry, ...] = setting("registries, by name, with the fields that differ", default=())
    robots: tuple[Robot, ...] = setting("robots, by name, with the fields that differ", default=())
    secrets: Secrets | None = setting("what differs of `secrets`", default=None)
    services: tuple[Service, ...] = setting(
        "services, by namespace and name; `spec` is a JSON merge patch (RFC 7386)", default=()
    )
    images: tuple[ImageOverride, ...] = setting("other tags and digests", default=())
    policies: EnvironmentPolicies = setting("what differs of `policies`", default=EnvironmentPolicies())
    versions: Versions = setting("what differs of `versions`", default=Versions())
    gitops: EnvironmentGitOps = setting("what the tool that syncs is to know of it", default=EnvironmentGitOps())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The whole fleet file, its parts taken in; the values of `environments` keep what they override in `raw`."""

    metadata: Metadata = setting("the fleet's name")
    versions: Versions = setting("which schemas to check against", default=Versions())
    include: tuple[str, ...] = setting("globs of further files, `kind: FleetPart`", default=(), items={"format": "path"})
    registries: tuple[Registry, ...] = setting("the Harbors", minItems=1)
    secrets: Secrets = setting("where credentials come from", default=Secrets(backend="external"))
    robots: tuple[Robot, ...] = setting("the robot accounts", default=())
    namespaces: tuple[Namespace, ...] = setting("the namespaces", default=())
    services: tuple[Service, ...] = setting("the services", default=())
    platform: Platform = setting("what KServe itself adds", default=Platform())
    environments: tuple[Environment, ...] = setting("the clusters; default: one, named `default`", default=())
    policies: Policies = setting("the admission policies", default=Policies())
    gitops: GitOps = setting("the tool that syncs the repository", default=GitOps())

    def registry_of(self, robot: Robot) -> Registry | None:
        """The registry that a robot belongs to: the one that it names, else the first."""
        named = (item for item in self.registries if robot.registry in (None, item.name))
        return next(named, None)

    def backend_of(self, robot: Robot) -> Backend:
        """The back end that a robot's Secret comes from."""
        return robot.backend or self.secrets.backend
