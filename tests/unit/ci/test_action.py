"""The action for GitHub: judged by the tools of its field, and the step that installs mooring."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.action import ACTION, STEPS, job
from tests.support.example import ROOT

BIN = Path(sys.executable).parent
ZIZMOR = ["zizmor", "--offline", "--no-progress"]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("", "", ""),
        ('"$PYTHON" ', "echo ${{ inputs.version }} ", "template-injection"),
        ("actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 #", "example/setup-python@v7 #", "unpinned-uses"),
    ],
)
def test_zizmor_finds_nothing_and_can(old: str, new: str, finding: str, tmp_path: Path) -> None:
    text = (ROOT / "action.yml").read_text()
    assert old in text
    (tmp_path / "action.yml").write_text(text.replace(old, new, 1) if old else text)
    command = [BIN / "zizmor", *ZIZMOR[1:], "--persona", "auditor", "--format", "json", tmp_path / "action.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert sorted({found["ident"] for found in json.loads(done.stdout)}) == ([finding] if finding else []), done.stderr


@pytest.mark.parametrize(("old", "new"), [("", ""), ("using: composite", "using: compositions"), ("shell: bash\n", "\n")])
def test_the_published_schema_of_actions_holds_and_can_fail(old: str, new: str, tmp_path: Path) -> None:
    (tmp_path / "action.yml").write_text((ROOT / "action.yml").read_text().replace(old, new))
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", tmp_path / "action.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == bool(old), done.stdout + done.stderr


def test_the_workflow_of_the_page_is_one_and_zizmor_finds_nothing(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "ci.md").read_text()
    (block,) = [
        block for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) if "runs-on:" in block
    ]
    (tmp_path / ".github/workflows").mkdir(parents=True)
    workflow = tmp_path / ".github/workflows/fleet.yml"
    workflow.write_text(block.replace("COMMIT", f"{'0' * 40} # v1.0.0"))
    for command in (["check-jsonschema", "--builtin-schema", "vendor.github-workflows"], [*ZIZMOR, "--persona", "pedantic"]):
        done = subprocess.run([BIN / command[0], *command[1:], workflow], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_each_input_and_its_default() -> None:
    page = (ROOT / "docs" / "ci.md").read_text().partition("\n## GitLab\n")[0]
    rows = dict(re.findall(r"^\| `([\w-]+)` \|(?: `(.*?)`)?[^|]* \| ", page, re.MULTILINE))
    defaults = {name: value["default"] for name, value in ACTION["inputs"].items()}
    assert rows.keys() == defaults.keys()
    assert rows | {"token": "${{ github.token }}"} == defaults


def test_no_input_reaches_a_script_but_by_the_environment() -> None:
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
    read = {name for step in STEPS.values() for name in re.findall(r"inputs\.([\w-]+)", json.dumps(step))}
    assert read == set(ACTION["inputs"])


def test_what_runs_after_a_failure_and_what_a_fork_may_not() -> None:
    conditions = {name: step.get("if", "") for name, step in STEPS.items()}
    for name in ("check", "upload", "comment"):
        assert conditions[name].startswith("always() && ")
    assert "steps.install.outcome == 'success'" in conditions["check"] and conditions["render"] == ""
    assert "inputs.advanced-security == 'true'" in conditions["upload"]
    assert "!github.event.pull_request.head.repo.fork" in conditions["upload"]
    assert "github.event_name == 'pull_request'" in conditions["comment"]


def wheel(folder: Path) -> None:
    """A release of mooring that has nothing but its name."""
    files = {
        "mooring-9.9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: mooring\nVersion: 9.9.9\n",
        "mooring-9.9.9.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "mooring-9.9.9.dist-info/entry_points.txt": "[console_scripts]\nmooring = mooring_stub:main\n",
        "mooring-9.9.9.dist-info/RECORD": "",
        "mooring_stub.py": "def main() -> None:\n    print('9.9.9')\n",
    }
    with zipfile.ZipFile(folder / "mooring-9.9.9-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def test_a_release_is_installed_beside_the_jobs_python(tmp_path: Path) -> None:
    made = job(tmp_path)
    made.inputs = {"version": "9.9.9"}
    wheel(tmp_path)
    code, said = made.run("install", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path))
    assert code == 0, said
    assert subprocess.check_output([tmp_path / "temp/mooring/bin/mooring"], text=True) == "9.9.9\n"


@pytest.mark.parametrize("version", ["-rhosts.txt", "1.0 evil", "https://example.com/a.whl", ">=1", "1.0;true", "1.0\n"])
def test_a_version_is_a_number(version: str, tmp_path: Path) -> None:
    made = job(tmp_path)
    made.inputs = {"version": version}
    code, said = made.run("install")
    assert (code, said) == (
        2, "::error title=mooring::the input `version` is not the number of a release: write 1.2.3\n",
    )  # fmt: skip


def test_without_a_version_the_actions_own_checkout_is_installed(tmp_path: Path) -> None:
    made = job(tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    (own / "ci").symlink_to(ROOT / "ci")
    wheel(own)
    (own / "pyproject.toml").write_text('[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n')
    (own / "backend.py").write_text(
        "import shutil\n\n\ndef build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        "    return shutil.copy('mooring-9.9.9-py3-none-any.whl', folder).rpartition('/')[2]\n"
    )
    code, said = made.run("install", PIP_NO_INDEX="1", GITHUB_ACTION_PATH=str(own))
    assert code == 0, said
    assert subprocess.check_output([tmp_path / "temp/mooring/bin/mooring"], text=True) == "9.9.9\n"
