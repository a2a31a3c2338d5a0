"""`.sops.yaml` against the fleet: where it encrypts for others, or something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from mooring.backends.sops import rules as rules_of
from mooring.check.sops import rules
from tests.support.fleet_files import REGISTRY, environments

AGE, OTHER = "age1" + "q" * 58, "age1" + "p" * 58
FLEET = (
    REGISTRY
    + f"""\
secrets: {{backend: sops, recipients: [{AGE}]}}
robots: [{{name: a, project: a, namespaces: [vision]}}]
namespaces: [{{name: vision}}]
environments:
- {{name: dev}}
- {{name: prod, secrets: {{recipients: [{AGE}, {OTHER}]}}}}
- {{name: elsewhere, secrets: {{backend: external}}}}
"""
)
RIGHT = rules_of({"dev": [AGE], "prod": [AGE, OTHER]})


def found(folder: Path, text: str | None) -> list[tuple[str, int | None, str]]:
    """(environment, line, message) of each problem."""
    resolved = environments(folder, FLEET)
    if text is not None:
        (folder / ".sops.yaml").write_text(text)
    problems = [(name, one) for name, environment in resolved.items() for one in rules(environment)]
    assert {one.code for _, one in problems} <= {"sops-rules-differ"}
    return [(name, one.located().line, one.message) for name, one in problems]


def test_what_init_writes(tmp_path: Path) -> None:
    assert RIGHT.splitlines()[1:] == [
        "creation_rules:",
        '- path_regex: "^secrets/dev/.*\\\\.yaml$"',
        '  encrypted_regex: "^(data|stringData)$"',
        "  mac_only_encrypted: true",
        f"  age: {AGE}",
        '- path_regex: "^secrets/prod/.*\\\\.yaml$"',
        '  encrypted_regex: "^(data|stringData)$"',
        "  mac_only_encrypted: true",
        f"  age: {AGE},{OTHER}",
    ]
    assert found(tmp_path, RIGHT) == []


NO_RULE = "no rule is for `secrets/dev/vision/harbor-a.yaml`: sops encrypts it for nobody"
RULES_ALONE = RIGHT.partition("creation_rules:\n")[2]
ONE = f"{{encrypted_regex: ^(data|stringData)$, mac_only_encrypted: true, age: {AGE}"


@pytest.mark.parametrize(("text", "problems"), [
    (None, []),
    (RIGHT.replace(f"{AGE},{OTHER}", f"\n  - {OTHER}\n  - {AGE}"), []),
    (RIGHT.replace(f"{AGE},{OTHER}", f">-\n    {OTHER},\n    {AGE}"), []),
    (RIGHT.replace(",", ", "), []),
    (f"creation_rules:\n- {ONE}}}\n",
     [("prod", 2, f"`{OTHER}` is a recipient of environment `prod`, and sops does not encrypt for it")]),
    (f"creation_rules:\n- {ONE},{OTHER}}}\n".replace(f"age: {AGE},{OTHER}", f"age: '{AGE},{OTHER}'"),
     [("dev", 2, f"sops encrypts for `{OTHER}`, which is no recipient of environment `dev`")]),
    (RIGHT.replace("prod", "staging"), [("prod", 3, NO_RULE.replace("dev", "prod"))]),
    ("creation_rules: []\n", [("dev", 1, NO_RULE), ("prod", 1, NO_RULE.replace("dev", "prod"))]),
    (RIGHT.replace("  mac_only_encrypted: true\n", "", 1), [("dev", 3, "`mac_only_encrypted` is not `true`")]),
    (RIGHT.replace("^(data|stringData)$", "^data$", 1), [("dev", 4, "`encrypted_regex` is not `^(data|stringData)$`")]),
    (RIGHT + "  pgp: 0123\n", [("prod", 11, "sops encrypts for keys of `pgp` too, and the fleet knows of none")]),
    # The first rule that is for a file counts; where a pattern is none, or odd, nothing is said.
    (f"creation_rules:\n- {{path_regex: ^secrets/(dev|prod)/, age: {AGE}}}\n" + RULES_ALONE, [
        ("dev", 2, "`encrypted_regex` is not `^(data|stringData)$`"), ("dev", 2, "`mac_only_encrypted` is not `true`"),
        ("prod", 2, f"`{OTHER}` is a recipient of environment `prod`, and sops does not encrypt for it"),
        ("prod", 2, "`encrypted_regex` is not `^(data|stringData)$`"), ("prod", 2, "`mac_only_encrypted` is not `true`"),
    ]),
    *[(f"creation_rules:\n- {{path_regex: '{odd}', age: x}}\n" + RULES_ALONE, []) for odd in (
        "secrets/(", "(.*)*x", "(a|a)+x", ".*.*.*.*x", "a{1,9}", "(?i)SECRETS", "\\z", "x" * 201,
    )],
    (RIGHT + f"- {{age: {OTHER}}}\n", []),
    ("a: [", []),
    ("", []),
])  # fmt: skip
def test_what_differs(text: str | None, problems: list[tuple[str, int, str]], tmp_path: Path) -> None:
    assert found(tmp_path, text) == problems
