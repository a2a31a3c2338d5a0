"""YAML that a fleet can include, with comments for whoever includes it."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.harbor.proposal import Proposal
from mooring.redaction import listed, quote, shown
from mooring.report import Terminal
from mooring.report.proposed import fragment, robot
from mooring.yaml.dump import dump


def text(proposal: Proposal, _terminal: Terminal) -> str:
    """The fragment."""
    found = fragment(proposal)
    robots = found.pop("robots")
    lines = [*_head(proposal, bool(robots)), dump(found).rstrip("\n"), "robots:" if robots else "robots: []"]
    for one in proposal.robots:
        lines.append(f"# for {listed([shown(service.said, 'name') for service in one.services])}")
        lines.append(dump([robot(one)]).rstrip("\n"))
    return "\n".join(lines) + "\n"


def _head(proposal: Proposal, is_any: bool) -> Iterator[str]:
    """What there is to know beside the robots."""
    if is_any:
        yield "# Write `expires: <day>` or `expires: never` for each robot: without it, `mooring robots apply` creates none."
    else:
        yield "# The fleet's robots cover every image that is known."
    for service, names in proposal.naming.items():
        robots = ", ".join(shown(name, "name") for name in names)
        at = shown(service.said, "name")
        yield f"# Write `robots: [{robots}]` at service {at}: it must say which of several pull for it."
    for use in proposal.covered:
        by = listed([quote(name, "name") for name in use.covering])
        yield f"# Covered: {shown(use.project, 'name')} for {shown(use.service.said, 'name')}, by robot {by}."
    if proposal.unknown:
        yield f"# Images that cannot be told: {proposal.unknown}; `mooring check --pulls` says why."
