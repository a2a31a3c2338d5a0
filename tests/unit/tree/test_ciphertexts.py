"""The copy of a ciphertext in the tree: it names its input, is the same each time, and follows the input."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mooring import cli
from tests.support.example import ROOT


@pytest.mark.parametrize("backend", ["sealed-secrets", "sops"])
def test_the_copy_follows_its_input(
    backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "repository"
    ignored = shutil.ignore_patterns("expected*")
    shutil.copytree(ROOT / "tests/cases/secret" / backend / "copied", folder, ignore=ignored)
    monkeypatch.chdir(folder)
    file, copy = (
        Path(path, f"{name}.yaml")
        for path, name in (
            ("secrets/default/vision", "harbor-vision"),
            ("overlays/default/vision/access", "secret-harbor-vision"),
        )
    )
    marker = f"# Rendered by mooring from {file}: edit that, not this file.\n"
    assert cli.main(["render"]) == 0
    assert copy.read_text() == marker + file.read_text()
    assert cli.main(["render", "--check"]) == 0
    capsys.readouterr()
    assert cli.main(["render", "--stdout"]) == 0
    assert marker + file.read_text() in capsys.readouterr().out
    file.write_text("# another one\n" + file.read_text())
    assert cli.main(["render", "--check"]) == 1
    assert cli.main(["check"]) == 1
    assert cli.main(["render"]) == 0
    assert copy.read_text() == marker + file.read_text()
    copy.write_text(copy.read_text() + "# edited\n")
    assert cli.main(["render", "--check"]) == 1
    file.unlink()
    assert cli.main(["render"]) == 1
    assert copy.is_file()
