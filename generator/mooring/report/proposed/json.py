"""For other tools: the fragment, what is covered already, which services must name their robots."""

from __future__ import annotations

from mooring.harbor.proposal import Proposal
from mooring.redaction import as_json, shown
from mooring.report import Terminal
from mooring.report.proposed import fragment


def text(proposal: Proposal, _terminal: Terminal) -> str:
    """The proposal as a JSON object."""
    covered = [
        {
            "namespace": shown(use.service.namespace, "name"), "service": shown(use.service.name, "name"),
            "registry": shown(use.registry, "name"), "project": shown(use.project, "name"),
            "robots": [shown(name, "name") for name in use.covering],
        }
        for use in proposal.covered
    ]  # fmt: skip
    naming = [
        {"namespace": shown(service.namespace, "name"), "service": shown(service.name, "name"), "robots": list(names)}
        for service, names in proposal.naming.items()
    ]
    return as_json({"fragment": fragment(proposal), "covered": covered, "naming": naming, "unknown": proposal.unknown})
