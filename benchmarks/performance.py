"""docs/performance.md: tables and a plot from `measured.json`, which a whole run of `make bench` on an idle machine wrote,
and `profile.md`, where the time goes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]


def page(head: str, measured: Entry, profile: str) -> str:
    """The page; `head` says where it comes from, `profile` is its end."""
    return "\n".join([head, *_introduction(measured), *_rows(measured["rows"]), *_growth(measured["growth"]),
                      *_peers(measured["peers"]), *_admission(measured["admission"])]) + "\n" + profile  # fmt: skip


def committed(head: str) -> str:
    """The page of what was measured last."""
    folder = Path(__file__).parent
    measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    return page(head, measured, (folder / "profile.md").read_text(encoding="utf-8"))


def _introduction(measured: Entry) -> Iterator[str]:
    yield "# Performance"
    yield ""
    yield (
        f"Measured in one run of `make bench` on {measured['cores']} cores with Python {measured['python']}: whole processes"
        f" from start to end, in turns, medians of {measured['runs']}."
    )
    yield f"Files were on {measured['folder']}; the load of the machine before the run was {measured['load']:.1f}."
    yield "A cold run finds no tree, and nothing that an [earlier run has kept](pre-commit.md#what-is-kept-between-runs)."
    yield "No test asserts a time: what another machine gives is another number, and the ratios are what to look at."
    yield ""


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    yield from (f"| {' | '.join(line)} |" for line in lines)
    yield ""


def _rows(rows: Sequence[Entry]) -> Iterator[str]:
    yield from _table(
        ("work", "mooring", "compared with", "takes", "ratio", "at most", "reached"), [tuple(_row(row)) for row in rows]
    )


def figures(row: Entry) -> tuple[str, str, str, str]:
    """What a row took, what its peer took, how they compare, and what is wanted."""
    places = {"s": 2, "bytes": 0, "MiB": 0}[row["unit"]] + (1 if row["more"] else 0)

    def amount(value: Any) -> str:
        return value if isinstance(value, str) else f"{value:,.{places}f} {row['unit']}"

    ratio = row["ratio"]
    by = "—" if ratio is None else f"{ratio:+.3f} s" if row["more"] else f"{ratio:.2f} ×"
    limit = f"+{row['limit']:.2f} s" if row["more"] else f"{row['limit']:g} ×"
    return amount(row["mooring"]), amount(row["peer"]), by, limit


def _row(row: Entry) -> Iterator[str]:
    ours, theirs, by, limit = figures(row)
    peer = row["compared_with"]
    yield from (row["work"], ours, f"`{peer}`" if peer.startswith(("kubeconform", "python")) else peer, theirs, by, limit)
    yield {None: "—", True: "yes", False: "**no**"}[row["met"]]


def _growth(sizes: Sequence[Entry]) -> Iterator[str]:
    """A cold render of ever larger fleets, as a table and as a plot of milliseconds for each service."""
    if not sizes:
        return
    yield "## Growth"
    yield ""
    each = [1000 * size["seconds"] / size["services"] for size in sizes]
    yield from _table(
        ("services", "wall", "CPU", "for each service", "peak memory, all processes"),
        [
            (f"{size['services']:,}", f"{size['seconds']:.2f} s", f"{size['cpu']:.2f} s", f"{one:.3f} ms",
             f"{size['memory']:,.0f} MiB")
            for size, one in zip(sizes, each, strict=True)
        ],
    )  # fmt: skip
    names = ", ".join(f'"{size["services"]:,}"' for size in sizes)
    yield "```mermaid"
    yield "xychart-beta"
    yield '  title "A cold render, milliseconds for each service"'
    yield f'  x-axis "services" [{names}]'
    yield f'  y-axis "ms" 0 --> {max(each) * 1.25:.2f}'
    yield f"  bar [{', '.join(f'{one:.3f}' for one in each)}]"
    yield "```"
    yield ""


def _peers(peers: Sequence[Entry]) -> Iterator[str]:
    yield "## Beside other programs"
    yield ""
    yield "On one fleet. A peer does a part of what its row calls the work, mooring all of it: Helm and Kapitan render the"
    yield "InferenceServices from one template, Kustomize builds the tree, check-jsonschema validates the InferenceServices,"
    yield "Kyverno's CLI judges them by one policy. What each put out was compared before its time counted."
    yield ""
    yield from _table(
        ("work", "program", "wall", "CPU", "largest process", "wall by mooring's"),
        [
            (one["work"], f"`{one['program']}`", f"{one['seconds']:.2f} s", f"{one['cpu']:.2f} s",
             f"{one['memory']:.0f} MiB", f"{one['times']:.2f} ×")
            for one in peers
        ],
    )  # fmt: skip


def _admission(speeds: Sequence[Entry]) -> Iterator[str]:
    """What policies cost at a real API server."""
    if not speeds:
        return
    yield "## At admission"
    yield ""
    yield "Dry runs of one InferenceService by one client, at a real API server:"
    yield ""
    yield from _table(
        ("policies of", "how many", "namespaces", "median", "without policies", "fewest namespaces"),
        [
            (one["engine"], str(one["policies"]), f"{one['namespaces']:,}", f"{one['median']:.2f} ms",
             f"{one['against_none']:.2f} ×", f"{one['against_few']:.2f} ×")
            for one in speeds
        ],
    )  # fmt: skip
