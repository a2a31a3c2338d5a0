"""`mooring init` over what is there: the user's files stay, mooring's own are brought up to date."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mooring import cli
from tests.support.example import ROOT, SMALL

BLOCK = """\
# mooring: products of `mooring render` (`mooring init` keeps this block)
/overlays/** linguist-generated
/policies/** linguist-generated
/gitops/** linguist-generated
# mooring: end
"""
OLD = BLOCK.replace("/gitops/** linguist-generated\n", "/other/** linguist-generated\n")
CUT = BLOCK.partition("/policies")[0]


@pytest.mark.parametrize(("before", "after"), [
    (None, BLOCK),
    ("", BLOCK),
    ("*.png binary\n", BLOCK + "*.png binary\n"),
    ("*.png binary", BLOCK + "*.png binary"),
    (BLOCK, BLOCK),
    ("*.png binary\n" + BLOCK + "*.jpg binary\n", "*.png binary\n" + BLOCK + "*.jpg binary\n"),
    (OLD + "*.png binary\n", BLOCK + "*.png binary\n"),
    # The user's own line is behind the block, and wins.
    ("/overlays/** -linguist-generated\n", BLOCK + "/overlays/** -linguist-generated\n"),
    # Somebody cut the end of the block away: nothing of what follows is lost.
    (CUT + "*.png binary\n", BLOCK + "/overlays/** linguist-generated\n*.png binary\n"),
    ("*.png binary\r\n", BLOCK.replace("\n", "\r\n") + "*.png binary\r\n"),
    (BLOCK.replace("\n", "\r\n") + "a text\r\n", BLOCK.replace("\n", "\r\n") + "a text\r\n"),
    ("caf\udce9 text\n", BLOCK + "caf\udce9 text\n"),
])  # fmt: skip
def test_products_are_marked_as_generated(
    before: str | None, after: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".gitattributes"
    if before is not None:
        file.write_bytes(before.encode("utf-8", "surrogateescape"))
    for _ in range(2):  # a second run changes nothing
        assert cli.main(["init", "-q"]) == 0
        assert file.read_bytes().decode("utf-8", "surrogateescape") == after


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_git_reads_it_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".gitattributes").write_text("/policies/own.yaml -linguist-generated\n")
    assert cli.main(["init", "-q"]) == 0
    subprocess.run(["git", "init", "-q"], check=True)
    paths = [
        "overlays/a/b.yaml",
        "policies/kyverno/x.yaml",
        "policies/own.yaml",
        "secrets/a.yaml",
        "fleet.yaml",
        "a/overlays/b",
    ]
    asked = ["git", "check-attr", "linguist-generated", *paths]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split("\n")
    assert [line.rpartition(" ")[2] for line in said if line] == ["set", "set", "unset", *["unspecified"] * 3]


def test_an_upgrade_renews_mooring_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init", "-q"]) == 0
    schema = tmp_path / ".mooring" / "fleet.schema.json"
    new = schema.read_bytes()
    schema.write_text("{}")
    schema.chmod(0o640)
    (tmp_path / "fleet.yaml").write_text("# mine\n")
    assert cli.main(["init"]) == 0
    said = capsys.readouterr().out
    assert "written  .mooring/fleet.schema.json\n" in said and "kept     fleet.yaml: it is there already\n" in said
    assert "kept     .mooring/fleetpart.schema.json: it is up to date\n" in said
    assert (schema.read_bytes(), schema.stat().st_mode & 0o777) == (new, 0o640)
    assert (tmp_path / "fleet.yaml").read_text() == "# mine\n"
    assert not list(tmp_path.rglob("*.tmp*"))


@pytest.mark.parametrize("what", ["link", "folder", "pipe", "linked folder"])
def test_nothing_is_written_through_a_link(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "repository").mkdir()
    (tmp_path / "outside").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    (tmp_path / "outside" / "a").write_text("mine\n")
    if what == "link":
        Path(".gitattributes").symlink_to("../outside/a")
    elif what == "folder":
        Path(".gitattributes").mkdir()
    elif what == "pipe":
        os.mkfifo(".gitattributes")
    else:
        Path(".mooring").symlink_to("../outside")
    assert cli.main(["init", "-q"]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["a"]
    assert (tmp_path / "outside" / "a").read_text() == "mine\n"


def test_this_repository_has_the_block_itself() -> None:
    assert BLOCK in (ROOT / ".gitattributes").read_text()


STORE = "external-secrets\n  store: {kind: ClusterSecretStore, name: vault}"
SOPS = SMALL.replace(STORE, f"sops\n  recipients: [age1{'q' * 58}]")


def test_the_rules_of_sops_are_written_for_a_fleet_that_is_kept_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "fleet.yaml").write_text(SOPS)
    assert cli.main(["init"]) == 0
    assert "written  .sops.yaml\n" in capsys.readouterr().out
    text = (here / ".sops.yaml").read_text()
    assert "^secrets/default/.*\\\\.yaml$" in text and f"age: age1{'q' * 58}" in text
    (here / ".sops.yaml").write_text("creation_rules: []  # mine\n")
    assert cli.main(["init"]) == 0
    assert "kept     .sops.yaml: it is there already\n" in capsys.readouterr().out
    assert (here / ".sops.yaml").read_text() == "creation_rules: []  # mine\n"


@pytest.mark.parametrize("fleet", [
    SMALL, SMALL + "# sops\n", "# sops: [\n", "sops: [\n", SOPS.replace("  recipients", "  # recipients"),
    SOPS.replace("backend: sops", "backend: external"),
])  # fmt: skip
def test_no_rules_are_written_for_another_fleet(here: Path, fleet: str) -> None:
    (here / "fleet.yaml").write_text(fleet)
    assert cli.main(["init"]) == 0
    assert not (here / ".sops.yaml").exists()
