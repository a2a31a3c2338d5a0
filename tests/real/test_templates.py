"""Templates print what External Secrets' own code prints, wherever mooring says that it knows."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mooring.registry.sprig import UNSEEN
from mooring.registry.template import evaluate
from tests.real.esoctl import Esoctl, TemplateFailed
from tests.support.templates import PRINTED, REFUSED, VALUES


@pytest.fixture
def esoctl(tool: Callable[[str], Path]) -> Esoctl:
    return Esoctl(tool("esoctl"))


def _printed(esoctl: Esoctl, templates: dict[str, str]) -> dict[str, str]:
    """What the operator makes of templates by their keys."""
    target = {"template": {"engineVersion": "v2", "data": templates}}
    source: dict[str, Any] = {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": {"name": "a"}}
    source["spec"] = {"target": target}

    made = esoctl.template(source, VALUES)["data"]
    return {key: base64.b64decode(value or "").decode() for key, value in made.items()}


def test_the_table_is_the_operators(esoctl: Esoctl) -> None:
    made = _printed(esoctl, {f"row{number}": template for number, (template, _) in enumerate(PRINTED)})
    assert len(made) == len(PRINTED)
    for number, (template, _) in enumerate(PRINTED):
        wanted = ".*".join(map(re.escape, evaluate(template, VALUES).split(UNSEEN)))
        assert re.fullmatch(wanted, made[f"row{number}"], re.DOTALL), (template, made[f"row{number}"])


@pytest.mark.parametrize(("template", "name"), REFUSED)
def test_a_value_that_nothing_gives_is_refused(template: str, name: str, esoctl: Esoctl) -> None:
    with pytest.raises(TemplateFailed, match=name):
        _printed(esoctl, {"row": template})
