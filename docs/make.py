"""Writes what is derived from the code: the reference pages beside this file, and the fleet file's own schemas.

`python docs/make.py`; `tests/unit/test_docs.py` proves that what is committed is what this would write.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from mooring import cli, rules
from mooring.commands import COMMANDS
from mooring.commands.schema import schema_text
from mooring.doctor import causes, refusal
from mooring.fleet import model
from mooring.fleet.schema import Key, bare, keys
from mooring.network import failure
from mooring.schema.catalog import shipped_versions

sys.path.append(str(Path(__file__).resolve().parents[1] / "benchmarks"))

import performance

ROOT = Path(__file__).resolve().parents[1]
_MEASURED = "<!-- Written by `make docs` from benchmarks/measured.json and profile.md: edit those, not this page. -->\n"
HEAD = "<!-- Written by `make docs`: edit the code that it is derived from, not this page. -->\n"


_DOCTOR = """\
# Why is an image not pulled?

`mooring doctor SERVICE` follows the pulls of a service of the fleet as `mooring explain SERVICE` does, and asks the registry
for each of its images as a kubelet would; `mooring doctor IMAGE` asks for one. It names the cause where an image is not
given: first what the fleet and the Secrets tell, then what the registry answers. The fleet's `caBundle` and `insecure` hold
for its registries; `--ca-bundle FILE` is one more CA.

The credential comes from one place:

| option | what it is |
|---|---|
| `--kubeconfig FILE`, `--context NAME` | the live Secrets of a service's pods; for an image `--secret NAMESPACE/NAME` |
| `--credentials FILE` | a robot's login and its secret, in two lines; `-` is standard input, and a prompt at a terminal |
| `--docker-config FILE` | a docker configuration |
| none | only what anybody may pull is asked for; the rest is `credential-not-given` |

A service may have several robots: what `--credentials` gives is sent for those pulls only whose robot logs in so; where no
robot does, for all of them if they belong to one registry. A credential that a host has refused is not sent there again.
`HEAD` leaves no trace in Harbor; `GET`, which follows where `HEAD` fails, gives the reason.

In a cluster a service's Pods count as they were admitted: their list of Secrets stays, whatever the fleet or their
ServiceAccount says later, and what differs from the fleet is said. Where there is no Pod yet, the fleet's list counts. The
kubeconfig's user needs `get` on Secrets and ServiceAccounts and `list` on Pods in the namespace; who may also `list` Secrets
everywhere learns in which other namespace a missing one stands, others look in the fleet's namespaces. Nothing is written.

## Events

`mooring doctor --events` asks no registry. It reads `kubectl describe pod`, `kubectl get events -o json|yaml`, a Pod, a
Revision or an InferenceService as data, or a message alone from standard input, and names what the wording of kubelet,
containerd, CRI-O, Docker or Knative fits, image by image. To a runtime most of what Harbor tells apart is a bare 401, so
several causes are listed where they look alike. What is not known is `unknown`, and never guessed.

```console
$ echo 'Unable to fetch image "harbor.example.com/vision/app:1": dial tcp: lookup harbor.example.com: no such host' |
>     mooring doctor --events
harbor.example.com/vision/app:1
  name-not-resolved: the name in `harbor.example.com` cannot be resolved
    mend: check the host's spelling, and this machine's DNS
[exit code 1]
```

## From the nodes

Nodes pull, not pods. `mooring doctor SERVICE|IMAGE --from-node PROBE` prints a Job for each node, which asks the registries
of the service or image over the node's own network and DNS. `PROBE` is an image with `sh` and `curl` that every node has or
can pull from elsewhere. The nodes are those of `--kubeconfig FILE`, or `--node NAME` as often as needed.

1. `mooring doctor SERVICE --from-node PROBE --kubeconfig FILE | kubectl apply -n NAMESPACE -f -`
2. `kubectl wait -n NAMESPACE --for=condition=complete job -l app.kubernetes.io/name=mooring-doctor --timeout=5m`
3. `kubectl logs -n NAMESPACE -l app.kubernetes.io/name=mooring-doctor --tail=-1 | mooring doctor --events`

The Jobs send no credential and mount none: names, routes, proxies and certificates differ from node to node, and the rest of
a verdict does not. They run as nobody, with a read-only root, no capability and no token, and are gone an hour after their
end; `hostNetwork` needs a namespace without the Pod Security levels `baseline` and `restricted`. A Job trusts the CAs of its
image, or the fleet's `caBundle` alone where there is one. Which CAs, and which proxies, a node's container runtime has is
not seen by it.

## Exit codes and JSON

| exit code | when |
|---|---|
| 0 | every image can be pulled, and nothing is wrong; Jobs were printed; or `--events` read that nodes reach all hosts |
| 1 | a cause was found, be it one that a public project masks, or something could not be asked; else for `--events` |
| 2 | wrong usage, or an input that cannot be read |

`--format json` prints for an image one verdict, for `--events` a list of them, and for a service `object`, `environment`
and `pulls`, each a verdict with `explain`'s entry as `pull`; a list where several objects have the name. A verdict has
`image`, `login`, `pullable`, `causes` (of each `code`, `message`, `mend`, `oneOf` and `reasons` for a refused credential,
`nodes` for what nodes need), `host` (with `--events`: what nodes were asked for), `details`, `asked` (each request with its
`status` and `seconds`) and `chain` (the certificates that were refused).

## Causes

The first one stops the pull, the others were found beside it. A service's causes may also be problems of the fleet, which
`mooring explain CODE` explains.

| cause | what it says | what mends it |
|---|---|---|
{causes}

## A credential that is refused

Harbor answers all of these alike. One is named where the login's own form, the fleet (its robot's login, `robotPrefix` and
`expires`) or the docker configuration tells it; else those that fit are listed, the likeliest first. With
`--harbor-credentials FILE` (a login and its secret, two lines) Harbor's API is asked: an admin, a project's admin or any
caller that may list the robots learns whether one is there, enabled and valid. It is read and sent only where a credential
was refused.

| reason | what it says | what mends it |
|---|---|---|
{reasons}

## A CA that nodes do not trust

```toml
{toml}
```

stands in `/etc/containerd/certs.d/harbor.example.com/hosts.toml` of each node.
"""


def doctor_page() -> str:
    """What `mooring doctor` asks, and its table of causes."""
    rows = [(code, *words) for code, words in causes.CAUSES.items()]
    for cause in get_args(failure.Cause):
        found = failure.Failure(cause, "HOST")
        rows.append((cause, found.message, found.mend))
    toml = (line for line in causes.node_mend("certificate-unknown", "harbor.example.com") if line.startswith("  "))
    parts = {
        "{causes}": _rows(rows), "{reasons}": _rows([(code, *words) for code, words in refusal.REASONS.items()]),
        "{toml}": "\n".join(toml),
    }  # fmt: skip
    text = _DOCTOR
    for place, part in parts.items():
        text = text.replace(place, part)
    return f"{HEAD}\n{text}"


def _rows(rows: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(f"| `{code}` | {said} | {mend} |" for code, said, mend in rows)


def rules_page() -> str:
    """Every problem code, by family, from the docstrings of the rules."""
    pages = [rules.page(code) for code in rules.codes()]
    lines = [HEAD, "# Problems", ""]
    lines += ["Every problem has a code, which `mooring explain CODE` explains. A warning does not fail a run.", ""]
    lines += ["| code | severity | what it says |", "|---|---|---|"]
    lines += [f"| [`{page.code}`](#{page.code}) | {page.severity} | {page.summary} |" for page in pages]
    for family in rules.FAMILIES:
        lines += ["", f"## {family[:1].upper()}{family[1:]}"]
        for page in pages:
            if page.family == family:
                lines += ["", f"### {page.code}", "", f"**{page.severity}**: {page.summary}", "", page.what, ""]
                lines += [f"*Why*: {page.why}", "", "Example:", "", "```yaml", page.example, "```", ""]
                lines += ["Instead:", "", "```yaml", page.instead, "```"]
    return "\n".join(lines) + "\n"


def _type(hint: Any) -> str:
    hint = bare(hint)
    if get_origin(hint) is tuple:
        return f"list of {_type(get_args(hint)[0])}"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if hint is str:
        return "text"
    if hint is bool:
        return "true or false"
    if get_origin(hint) is not None and str in get_args(hint):
        value = get_args(hint)[1]
        return "a mapping" if value is Any else f"mapping of {_type(value)}"
    return ", ".join(f"`{choice}`" for choice in get_args(hint))


def _default(cls: Any, key: Key) -> str:
    if cls is model.Versions:
        return f"`{shipped_versions(key.name)[-1]}`"
    if key.required:
        return "**required**"
    field = next(field for field in dataclasses.fields(cls) if field.name == key.attribute)
    if field.default in (None, (), dataclasses.MISSING) or dataclasses.is_dataclass(field.default):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _classes(cls: type, seen: dict[type, None]) -> None:
    if cls in seen:
        return
    seen[cls] = None
    for key in keys(cls):
        for part in map(bare, (bare(key.type), *get_args(bare(key.type)))):
            if isinstance(part, type) and dataclasses.is_dataclass(part):
                _classes(part, seen)


def fleet_page() -> str:
    """Every key of the fleet file, from the model."""
    seen: dict[type, None] = {}
    _classes(model.Fleet, seen)
    lines = [HEAD, "# The fleet file", ""]
    lines += [
        "`mooring schema fleet` prints the same as a JSON Schema, in which a service's `spec` is completed by the schema of",
        "its own kind; `mooring init` sets an editor up for it. A file that `include:` names has `kind: FleetPart` and any",
        "of `robots`, `namespaces` and `services`. Under an environment, an entry of a list is found by its name (a service",
        "by namespace and name) and only the given fields replace; `spec` is a JSON merge patch.",
    ]
    for cls in seen:
        lines += ["", f"## {cls.__name__}", "", "| key | value | default | meaning |", "|---|---|---|---|"]
        for key in keys(cls):
            value = _type(key.type)
            if cls is model.Versions:
                value = ", ".join(f"`{version}`" for version in shipped_versions(key.name))
            row = (f"`{key.name}`", value, _default(cls, key), key.description.replace("|", "\\|"))
            lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        value = action.metavar or ("|".join(action.choices) if action.choices else "")
        name = ", ".join(action.option_strings) or str(value or action.dest)
        shown = f"{name} {value}" if action.option_strings and value and action.nargs != 0 else name
        row = (f"`{shown}`", action.help or "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def commands_page() -> str:
    """Every command and option, from the parsers."""
    top = cli.parser()
    (commands,) = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    lines = [HEAD, "# Commands", ""]
    lines += [
        "Exit codes: **0** clean, **1** problems or drift, **2** wrong usage or unreadable input, **3** a bug.",
        "A PATH that does not exist ends in 2; what below a PATH cannot be read is a problem, `bad-path`, and ends in 1.",
        "Manifests are judged with the fleet where there is one: a broken one ends in 2, and `--fail-within` needs one.",
        "stdout carries the result only; problems of `render` in text format, and hints, go to stderr.",
        "",
        "Text lists every problem; three or more that differ only in their place are one, with the other places below.",
        "Twenty or more end in totals by code. `--limit N` lists N problems that differ, and all that are like them,",
        "in every format; the others are counted.",
        "",
        'Completion: `eval "$(mooring completion bash)"` in `~/.bashrc`; `mooring completion zsh > _mooring` in a folder of',
        "`$fpath`; `mooring completion fish > ~/.config/fish/completions/mooring.fish`.",
    ]
    for name in COMMANDS:
        parser = commands.choices[name]
        lines += ["", f"## mooring {name}", "", f"{COMMANDS[name][:1].upper()}{COMMANDS[name][1:]}.", ""]
        lines += ["| option | meaning |", "|---|---|"]
        lines += _options(parser)
    return "\n".join(lines) + "\n"


def products() -> dict[str, str]:
    """Path in the repository → text, of everything that is derived."""
    return {
        "docs/rules.md": rules_page(),
        "docs/doctor.md": doctor_page(),
        "docs/fleet.md": fleet_page(),
        "docs/commands.md": commands_page(),
        "docs/performance.md": performance.committed(_MEASURED),
        "schemas/fleet.schema.json": schema_text("fleet", bundled=False),
        "schemas/fleetpart.schema.json": schema_text("fleetpart", bundled=False),
    }


if __name__ == "__main__":
    for path, text in products().items():
        (ROOT / path).write_text(text, encoding="utf-8")
