"""Image references and docker configurations are read as the kubelet reads them: the tables, and mutated ones."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz import runner
from tests.fuzz.judge import Judge
from tests.support.dockerconfigs import CONFIGURATIONS, MATCHES, SECRETS, of_key
from tests.support.references import READ, REFUSED, full


@pytest.fixture
def judge(tool: Callable[[str], Path]) -> Judge:
    tool("registryread")
    return Judge("registryread")


def test_the_tables_of_references_are_the_librarys(judge: Judge) -> None:
    images = [full(image) for image in (*(row[0] for row in READ), *REFUSED)]
    answers = judge.ask([{"id": None, "image": image, "config": None} for image in images])
    found = [
        None if answer["error"] is not None else (answer["name"], answer["tag"], answer["digest"]) for answer in answers
    ]
    assert found == [*(tuple(map(full, row[1:])) for row in READ), *(None for _ in REFUSED)]


def test_the_tables_of_configurations_are_the_kubelets(judge: Judge) -> None:
    raw = [(of_key(key).encode(), image) for key, image, _ in MATCHES] + [(text, "a.b/p") for text, _ in CONFIGURATIONS]
    answers = judge.ask([{"id": None, "image": image, "config": base64.b64encode(text).decode()} for text, image in raw])
    matched, read = answers[: len(MATCHES)], answers[len(MATCHES) :]
    assert [answer["logins"] == ["foo"] for answer in matched] == [matches for _, _, matches in MATCHES]
    assert [answer["configError"] is None for answer in read] == [usernames is not None for _, usernames in CONFIGURATIONS]


def test_the_table_of_secrets_is_the_kubelets(judge: Judge) -> None:
    """Which type and key it reads, and what it refuses: MakeDockerKeyring, as image pulls use it."""
    asked = [
        {"id": None, "image": "a.b/p", "config": base64.b64encode(text).decode(), "type": kind, "key": key}
        for kind, key, text, _ in SECRETS
    ]
    found = [None if answer["configError"] else tuple(answer["logins"]) for answer in judge.ask(asked)]
    assert found == [usernames for _, _, _, usernames in SECRETS]


@pytest.mark.parametrize("name", ["references", "dockerconfigs"])
def test_mutated_inputs_are_read_alike(name: str, judge: Judge) -> None:
    tally = runner.run(name, executions=20_000, seed=11)
    assert (tally.executions, tally.disagreements, tally.crashes, tally.slow) == (20_000, [], [], [])
