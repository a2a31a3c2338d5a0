"""Writes what is derived from the code: the reference pages beside this file, and the fleet file's own schemas.

`python docs/make.py`; `tests/unit/test_docs.py` proves that what is committed is what this would write.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from mooring import cli, rules
from mooring.commands import COMMANDS
from mooring.commands.schema import schema_text
from mooring.doctor import causes
from mooring.fleet import model
from mooring.fleet.schema import Key, bare, keys
from mooring.network import failure
from mooring.schema.catalog import shipped_versions

ROOT = Path(__file__).resolve().parents[1]
HEAD = "<!-- Written by `make docs`: edit the code that it is derived from, not this page. -->\n"


_EVENTS = (
    "$ echo 'Unable to fetch image \"harbor.example.com/vision/app:1\": dial tcp: lookup harbor.example.com: no such host' "
    "|",
    ">     mooring doctor --events",
    "harbor.example.com/vision/app:1",
    "  name-not-resolved: the name in `harbor.example.com` cannot be resolved",
    "    mend: check the host's spelling, and this machine's DNS",
    "[exit code 1]",
)


def doctor_page() -> str:
    """What `mooring doctor` asks, and its table of causes."""
    lines = [HEAD, "# Why is an image not pulled?", ""]
    lines += [
        "`mooring doctor IMAGE --docker-config FILE` asks the registry for the manifest as a kubelet would, and names the",
        "cause. The credential comes from a docker configuration or, with `--kubeconfig FILE --secret NAMESPACE/NAME`, from",
        "a live Secret; without one it says what anybody may pull. It exits 0 where the image can be pulled, 1 where a",
        "fault was found (a refused credential that a public project masks is one), 2 for wrong usage. A credential that",
        "is refused is sent once only. `HEAD` leaves no trace in Harbor; `GET`, which follows where `HEAD` fails, gives the",
        "reason.",
        "",
        "## Events", "",
        "`mooring doctor --events` asks no registry. It reads `kubectl describe pod`, `kubectl get events -o json|yaml`, a",
        "Pod, a Revision or an InferenceService as data, or a message alone from standard input, and names what the wording",
        "of kubelet, containerd, CRI-O, Docker or Knative fits, image by image. To a runtime most of what Harbor tells",
        "apart is a bare 401, so several causes are listed where they look alike. What is not known is `unknown`, and never",
        "guessed. It always exits 1; JSON is a list.", "",
        "```console", *_EVENTS, "```", "",
        "## Causes", "",
        "The first one stops the pull, the others were found beside it.", "",
        "| cause | what it says | what mends it |", "|---|---|---|",
    ]  # fmt: skip
    lines += [f"| `{code}` | {words.said} | {words.mend} |" for code, words in causes.CAUSES.items()]
    for cause in get_args(failure.Cause):
        found = failure.Failure(cause, "HOST")
        lines.append(f"| `{cause}` | {found.message} | {found.mend} |")
    lines += ["", "## A credential that is refused", ""]
    lines += ["From outside these look alike; what the login itself tells is said first:", ""]
    lines += [f"- {reason}" for reason in causes.REFUSED.values()]
    lines += ["", "## A CA that nodes do not trust", "", "```toml"]
    lines += [line for line in causes.node_mend("certificate-unknown", "harbor.example.com") if line.startswith("  ")]
    lines += ["```", "", "stands in `/etc/containerd/certs.d/harbor.example.com/hosts.toml` of each node."]
    return "\n".join(lines) + "\n"


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
        "schemas/fleet.schema.json": schema_text("fleet", bundled=False),
        "schemas/fleetpart.schema.json": schema_text("fleetpart", bundled=False),
    }


if __name__ == "__main__":
    for path, text in products().items():
        (ROOT / path).write_text(text, encoding="utf-8")
