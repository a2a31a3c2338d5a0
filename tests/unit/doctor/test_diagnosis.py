"""What a real Harbor answered for each credential and target, and the causes that are named for it: no two that can be told
apart are confused. The causes of `pull-matrix.json` were written from what each credential and target was, not from answers.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from mooring.doctor.causes import CAUSES
from mooring.doctor.diagnosis import diagnose
from mooring.doctor.observations import Observations, Reply
from mooring.doctor.refusal import why_refused
from mooring.network import Failure
from mooring.registry.reference import parse
from tests.support.example import ROOT

MATRIX: list[dict[str, Any]] = json.loads((ROOT / "tests/data/doctor/pull-matrix.json").read_text())
REFERENCE = parse("harbor.example.com/vision/app:1")
assert REFERENCE is not None
UNAUTHORIZED = Reply("", 401, 'Basic realm="harbor"', "UNAUTHORIZED", "unauthorized to access repository: vision/app")


def seen(manifest: Reply | None, **more: Any) -> Observations:
    assert REFERENCE is not None
    return Observations(REFERENCE, **{"login": "robot$vision+ci", "signed_in": Reply("", 200), "manifest": manifest, **more})


def test_the_matrix_is_whole() -> None:
    assert len(MATRIX) == 225
    assert {cause for row in MATRIX for cause in row["causes"]} <= set(CAUSES)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row['credential']} / {row['target']}")
def test_the_causes_of_each_row(row: dict[str, Any]) -> None:
    login = "" if row["credential"] == "anonymous" else "somebody"
    signed_in = Reply("", row["signed_in"]) if login else None
    found = seen(Reply("", **row["manifest"]), login=login, signed_in=signed_in, anonymous=Reply("", **row["anonymous"]))
    assert list(diagnose(found)) == row["causes"]


ANSWERS = [
    (
        404,
        "MANIFEST_UNKNOWN",
        "OCI manifest found, but accept header does not support it",
        "media-type-not-accepted",
    ),
    (404, "MANIFEST_UNKNOWN", "manifest unknown", "no-such-tag"),
    (404, "NAME_UNKNOWN", "repository name not known to registry", "no-such-repository"),
    (404, "NOT_FOUND", "resource not found: repo mirror/team/base, tag nosuch not found", "no-such-upstream-image"),
    (412, "PROJECTPOLICYVIOLATION", "The image is not signed by cosign.", "policy-signature"),
    (412, "PROJECTPOLICYVIOLATION", "The image is not signed by notation.", "policy-signature"),
    (412, "PROJECTPOLICYVIOLATION", "current image without vulnerability scanning cannot be pulled", "policy-vulnerability"),
    (412, "PROJECTPOLICYVIOLATION", "another", "policy"),
    (429, "TOO_MANY_REQUEST", "too many requests to upstream registry", "upstream-limit"),
    (429, "", "", "rate-limited"),
    (403, "DENIED", "The system is in read only mode.", "read-only"),
    (502, "", "", "registry-part-down"),
    (401, "UNAUTHORIZED", "failed to connect to `user=postgres database=registry`", "database-down"),
    (418, "", "", "unexpected-answer"),
]


@pytest.mark.parametrize(("status", "code", "message", "cause"), ANSWERS)
def test_the_cause_of_an_answer(status: int, code: str, message: str, cause: str) -> None:
    assert diagnose(seen(Reply("", status, "" if status == 401 else None, code, message))) == (cause,)


@pytest.mark.parametrize(("status", "cause"), [(502, "gateway-error"), (200, "proxy-answers"), (407, "proxy-answers")])
def test_a_page_for_people_is_no_answer_of_harbor_s(status: int, cause: str) -> None:
    assert diagnose(seen(Reply("", status, is_html=True))) == (cause,)


def test_a_database_that_is_down_is_no_wrong_secret() -> None:
    refused = Reply("", 401, 'Basic realm="harbor"')
    assert diagnose(seen(UNAUTHORIZED, signed_in=refused, project=Reply("", 500, code="UNKNOWN"))) == ("database-down",)
    assert diagnose(seen(UNAUTHORIZED, signed_in=refused, project=Reply("", 401))) == ("credential-refused",)


def test_a_registry_that_is_down_behind_a_tag_that_is_not_there() -> None:
    missing = Reply("", 404, None, "NOT_FOUND", "artifact vision/app:nosuch not found")
    assert diagnose(seen(missing, signed_in=Reply("", 502))) == ("no-such-tag", "registry-part-down")


def test_what_ends_before_an_answer_is_named_as_the_network_names_it() -> None:
    assert diagnose(seen(None, failure=Failure("timed-out", "https://h"))) == ("timed-out",)
    assert diagnose(seen(None, ping=Reply("", 404))) == ("not-a-registry",)


@pytest.mark.parametrize(
    ("login", "first", "count"),
    [
        ("robot$vision+ci", "wrong", 5),
        ("ROBOT$VISION+CI", "case", 4),
        ("robot+ci", "eaten", 4),
        ("robot", "eaten", 4),
        ("vision+ci", "prefix", 6),
        ("admin", "wrong", 4),
    ],
)
def test_a_refused_credential_is_one_of_several(login: str, first: str, count: int) -> None:
    found = why_refused(login)
    assert (found[0], len(found)) == (first, count)
    assert why_refused(login, "empty") == ("empty",)
