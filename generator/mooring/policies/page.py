"""`policies/<engine>/README.md`: what a reviewer reads of the policies: what is matched, what is refused, how to exempt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mooring.fleet.policy_names import KYVERNO
from mooring.policies import frames, texts
from mooring.policies.markdown import prose
from mooring.policies.model import PolicyInput, Text

_WITHOUT = """
## Namespaces without grants

An admission policy cannot ask whether a namespace has ConfigMap `mooring-pull-grants`, so the Namespace says it with label
`{label}`. Mooring writes the label on the Namespaces it manages; the owner of another (`manage: false`) has to set it:

    kubectl label namespace NAME {label}=true

Without the label a namespace has no grants, and its Harbor images are refused. Where a labelled namespace has lost its
ConfigMap, what is created there is refused once the policy denies; updates and deletions go on.
"""


def page(given: PolicyInput, found: Mapping[str, Text]) -> str:
    """Markdown, without the marker."""
    parts = [*_head(given, found)]
    for name, text in found.items():
        parts += _policy(name, text, given)
    if given.engine != KYVERNO:
        parts.append(_WITHOUT.format(label=frames.LABEL).strip("\n"))
    return "\n\n".join(parts) + "\n"


def _head(given: PolicyInput, found: Mapping[str, Text]) -> Iterator[str]:
    engine = "Kyverno" if given.engine == KYVERNO else "the API server (ValidatingAdmissionPolicy)"
    yield "# Admission policies"
    yield f"Judged by {engine}. Hosts that count as Harbor, by any port and letter case:"
    yield "\n".join(f"- `{host}`" for host in given.hosts)
    if given.public:
        yield f"Public, needing no credential: {', '.join(f'`{pair}`' for pair in given.public)}."
    rows = [
        f"| [{name}](#{name}) | {texts.load(name).SUMMARY} | {_action(name, text, given)} |" for name, text in found.items()
    ]
    yield "\n".join(["| policy | what it asks for | action |", "|---|---|---|", *rows])
    yield "The actions are those of the fleet; an environment may change them: see `overlays/<environment>/_cluster`."
    yield (
        "Let through always: deletions, objects that are being deleted, and updates that change neither a pod template nor\n"
        "an image or a Secret (scaling, pausing, labels, finalizers).\n"
        "To exempt a namespace, give it under `policies.exempt` in the fleet file a reason and an end:"
    )
    yield "    policies:\n      exempt:\n      - {namespace: NAME, policies: [POLICY], reason: WHY, until: 2027-01-01}"
    if given.engine == KYVERNO:
        yield "Each policy has its suite: `kyverno test policies/kyverno/tests/<policy>`."


def _action(name: str, text: Text, given: PolicyInput) -> str:
    return "adds" if text.mutations else given.actions[name]


def _policy(name: str, text: Text, given: PolicyInput) -> Iterator[str]:
    module = texts.load(name)
    yield f"## {name}"
    yield (module.__doc__ or "").strip()
    yield f"Matched: {', '.join(_matched(text))}."
    refused = [str(rule.get("message", "")) for rule in text.validations]
    if any(refused):
        yield "Refused with:"
        yield "\n".join(f"- {message}" for message in refused if message)
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
