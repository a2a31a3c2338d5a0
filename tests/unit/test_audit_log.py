"""What the tests of the GitOps tools read in an API server's audit log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.real.sync.audit import Audit, unhealed

DENIED = 'admission webhook "x.example.com" denied the request: no'


def event(name: str, code: int = 200, said: str = "", uri: str = "/x", **more: Any) -> str:
    made = {
        "user": {"username": "admin"},
        "verb": "patch",
        "requestURI": uri,
        "objectRef": {"resource": "configmaps", "namespace": "vision", "name": name},
        "responseStatus": {"code": code, "message": said},
        "requestReceivedTimestamp": "2026-01-01T10:00:00.123456Z",
        **more,
    }
    return json.dumps(made) + "\n"


def audit(folder: Path, *lines: str) -> Audit:
    (folder / "audit.log").write_text("".join(lines), encoding="utf-8")
    return Audit(folder / "audit.log")


def test_a_dry_run_and_a_refusal_took_no_effect(tmp_path: Path) -> None:
    found = audit(tmp_path, event("a", uri="/x?dryRun=All"), event("b", 422, "spec.x: Required value"), event("c"))
    assert [write.name for write in found.stored()] == ["c"]
    assert found.denials() == []


def test_the_impersonated_user_is_who_wrote(tmp_path: Path) -> None:
    found = audit(tmp_path, event("a"), event("b", impersonatedUser={"username": "system:serviceaccount:flux:x"}))
    assert [write.name for write in found.writes("flux:x")] == ["b"]


def test_a_line_that_is_still_written_is_none(tmp_path: Path) -> None:
    assert [write.name for write in audit(tmp_path, event("a"), event("b")[:-9]).writes()] == ["a"]


def test_only_a_later_write_of_the_same_object_heals_a_denial(tmp_path: Path) -> None:
    lines = [event("a"), event("a", 400, DENIED), event("b", 400, DENIED), event("b"), event("a", uri="/x?dryRun=All")]
    found = audit(tmp_path, *lines)
    assert [write.place for write in unhealed(found.denials(), found.stored())] == ["configmaps/vision/a"]


def test_a_part_of_the_log(tmp_path: Path) -> None:
    found = audit(tmp_path, event("a"))
    later, earlier = found.now(), found.ended()
    with found.log.open("a", encoding="utf-8") as log:
        log.write(event("b"))
    assert [[write.name for write in part.writes()] for part in (found, earlier, later)] == [["a", "b"], ["a"], ["b"]]
