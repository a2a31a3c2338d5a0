"""`policies/<engine>/README.md`: what a reviewer reads of the policies: where pod specs stand and whose list counts, the
rule, what is refused and what to write then, how to exempt, what a changed digest means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mooring.fleet.policy_names import KYVERNO, SKIP
from mooring.policies import frames, podspecs, texts
from mooring.policies.markdown import prose
from mooring.policies.model import PolicyInput, Text
from mooring.schema.catalog import Catalog
from mooring.templating.artifact import Artifact
from mooring.templating.render import render

_WITHOUT = """
## Namespaces without grants

An admission policy cannot ask whether a namespace has ConfigMap `mooring-pull-grants`, so the Namespace says it with label
`{label}`. Mooring writes the label on the Namespaces it manages; the owner of another (`manage: false`) has to set it:

    kubectl label namespace NAME {label}=true

Without the label a namespace has no grants, and its Harbor images are refused. Where a labelled namespace has lost its
ConfigMap, what is created there is refused once the policy denies; updates and deletions go on.
"""


_RULE = """
    for each pod spec of the object, and each Harbor image in it (by any port and letter case of the hosts above):
        allow it if its host/project is public
        allow it if a Secret of the pod spec's list is granted just this host/project in ConfigMap mooring-pull-grants
        leave it to its Pods if the list is empty, the object is no Pod, and `policies.explicit` is false
        refuse it otherwise, and say what to write
"""
_DIGEST = """
## Facts and text

A policy begins with the fleet's facts, its first variables. All below them is the same for every fleet that one version of
mooring renders for the same versions of KServe and Kubernetes; annotation `mooring.dev/text` is the digest of that text.

- The digest is what it was: at most facts and actions have changed. Compare them with `registries` and `policies` in the
  fleet file.
- The digest has changed: mooring was upgraded, or `versions` in the fleet file. Read the text again, and the changelog.

An environment with other registries patches the facts in `overlays/<environment>/_cluster/kustomization.yaml`.
"""
_EXEMPT = """
## To exempt a namespace

Under `policies.exempt` in the fleet file, with a reason and an end; `until: never` is for good. After its day
`mooring check` reports it, and the policy goes on to leave the namespace alone until the entry is taken out:

    policies:
      exempt:
      - {namespace: NAME, policies: [POLICY], reason: WHY, until: 2027-01-01}
      - {namespace: kube-system, policies: [require-pull-secret], reason: the platform's own, until: never}
"""
_STABLE = "its own, or the stable predictor's where it is empty"
_CLUSTER = "its own, looked up where the runtime is used: here it need only name one"


def page(given: PolicyInput, found: Mapping[str, Text], catalog: Catalog, files: Iterable[Artifact]) -> str:
    """Markdown, without the marker."""
    parts = [*_head(given, found, _sizes(files)), *_places(given, catalog)]
    parts.append("The rule of `require-pull-secret`:\n\n" + _RULE.strip("\n"))
    for name, text in found.items():
        parts += _policy(name, text, given)
    parts += [_EXEMPT.strip("\n"), _DIGEST.strip("\n")]
    if given.engine != KYVERNO:
        parts.append(_WITHOUT.format(label=frames.LABEL).strip("\n"))
    return "\n\n".join(parts) + "\n"


def _sizes(files: Iterable[Artifact]) -> dict[str, str]:
    """How large each file is, by its name."""
    found = {}
    for artifact in files:
        text = render(artifact.template, artifact.context, fleet="fleet.yaml")
        name = artifact.path.rpartition("/")[2].removesuffix(".yaml")
        found[name] = f"{text.count(chr(10))} lines, {len(text.encode()) / 1024:.1f} KiB"
    return found


def _head(given: PolicyInput, found: Mapping[str, Text], sizes: Mapping[str, str]) -> Iterator[str]:
    engine = "Kyverno" if given.engine == KYVERNO else "the API server (ValidatingAdmissionPolicy)"
    yield "# Admission policies"
    yield f"Judged by {engine}. Hosts that count as Harbor, by any port and letter case:"
    yield "\n".join(f"- `{host}`" for host in given.hosts)
    if given.public:
        yield f"Public, needing no credential: {', '.join(f'`{pair}`' for pair in given.public)}."
    rows = [
        f"| [{name}](#{name}) | {texts.load(name).SUMMARY} | {_action(name, text, given)} | {sizes[name]} |"
        for name, text in found.items()
    ]
    yield "\n".join(["| policy | what it asks for | action | size |", "|---|---|---|---|", *rows])
    yield (
        "The actions are those of the fleet, and the sizes are the same for a thousand namespaces as for one.\n"
        "An environment may change actions and registries, and switch on more: see `overlays/<environment>/_cluster`."
    )
    yield (
        "`parameters.yaml` judges nothing, and stays whichever policies and engine are chosen: an API server that loses\n"
        "its last policy with parameters judges by old grants until it restarts. Do not delete it."
    )
    yield (
        "Let through always: deletions, objects that are being deleted, and updates that change neither a pod template nor\n"
        "an image or a Secret (scaling, pausing, labels, finalizers)."
    )
    if given.dry_run == SKIP:
        yield (
            "Server-side dry runs are let through too: they store nothing, and the real request is judged. GitOps tools\n"
            "and previews can so try an image and its grant in one set. With `policies.dryRun: judge` they are judged."
        )
    if given.engine == KYVERNO:
        yield (
            "`clusterrole.yaml` lets Kyverno's reports controller read what stands already: a default installation never\n"
            "calls the policies ready without it. They judge what is admitted all the same."
        )
    if given.suites and given.engine == KYVERNO:
        yield "Each policy has a suite of examples: `kyverno test policies/kyverno` runs them all."


def _places(given: PolicyInput, catalog: Catalog) -> Iterator[str]:
    """The table of the places of pod specs."""
    yield "## Where pod specs stand"
    judged = [info for info in podspecs.matched(catalog) if given.engine == KYVERNO or info.scope == "Namespaced"]
    rows = []
    for pattern, kinds in podspecs.places(judged).items():
        place = ".".join(pattern).replace(".*", "[]")
        own = _STABLE if pattern == podspecs.CANARY else "its own"
        cluster = [kind for kind in kinds if kind in podspecs.cluster_scoped(catalog)]
        rows += (
            [f"| `{place}` | {', '.join(left)} | {own} |"]
            if (left := [kind for kind in kinds if kind not in cluster])
            else []
        )
        rows += [f"| `{place}` | {', '.join(cluster)} | {_CLUSTER} |"] if cluster else []
    yield "\n".join(["| place | kinds | whose `imagePullSecrets` count |", "|---|---|---|", *rows])
    yield (
        "A ServiceAccount's list, and a runtime's, count at the Pod, where the API server and KServe have filled them in.\n"
        "Models at an `oci://` address count as images of the pod spec that loads them."
    )


def _action(name: str, text: Text, given: PolicyInput) -> str:
    return "adds" if text.mutations else given.actions[name]


def _policy(name: str, text: Text, given: PolicyInput) -> Iterator[str]:
    module = texts.load(name)
    yield f"## {name}"
    yield (module.__doc__ or "").strip()
    yield f"Matched: {', '.join(_matched(text))}."
    if module.MENDS:
        yield "\n".join(
            ["| refused with | write |", "|---|---|", *(f"| … {said} … | {mend} |" for said, mend in module.MENDS)]
        )
    exempt = [entry for entry in given.exempt if name in entry.policies]
    if exempt:
        yield "Exempt:"
        yield "\n".join(f"- `{entry.namespace}` {entry.end}: {prose(entry.reason)}" for entry in exempt)


def _matched(text: Text) -> list[str]:
    """`resource.group` of everything matched, each once, versions left out."""
    found: dict[str, None] = {}
    for rule in text.rules:
        for resource in rule["resources"]:
            found[f"`{resource}{'.' if rule['apiGroups'][0] else ''}{rule['apiGroups'][0]}`"] = None
    return sorted(found)
