"""Hands the real programs to the tests below this folder, each of which is marked `real`.

A program is taken from the cache that `python tests/tools/build.py` fills, else from PATH. Where it is missing, the
test that needs it is skipped by name; with `MOORING_REAL=required` in the environment it fails instead, and a program
that we know how to build counts only in the pinned version from the cache. The same holds for Go modules. With
`MOORING_REAL=later` all of them are skipped, because a run of their own follows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from mooring.schema.catalog import Catalog
from schemas.make.modules import Module
from tests.real import apiserver as api
from tests.real import crds as sources
from tests.real import kyverno_admission as kyverno_controller
from tests.real.esoctl import Esoctl
from tests.real.kubeconform import Kubeconform
from tests.real.kubeconform import over as kubeconform_over
from tests.real.kustomize import Kustomize
from tests.real.kyverno_cli import Kyverno
from tests.tools import build

HERE = Path(__file__).parent
SERVERS = {"apiserver", "kyverno_admission", "accounted_admission"}  # one of each, whatever the number of processes
Tools = Callable[[str], Path]
Modules = Callable[[str], Module]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.real)
            if os.environ.get("MOORING_REAL") == "later":
                item.add_marker(pytest.mark.skip(reason="`make test-real`, which follows, runs it"))
            for server in SERVERS.intersection(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.xdist_group(server))


def required() -> bool:
    return os.environ.get("MOORING_REAL") == "required"


def missing(reason: str) -> NoReturn:
    """Skips the test, or fails it where nothing may be skipped."""
    if required():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find(name: str) -> tuple[Path | None, str]:
    """A program's path, or none and what would bring it."""
    ours = name in build.TOOLS
    if ours and build.path(name).is_file():
        return build.path(name), ""
    if not (ours and required()) and (found := shutil.which(name)):
        return Path(found), ""
    mend = f"`python tests/tools/build.py {name}` builds it" if ours else f"no `{name}` on PATH"
    return None, f"real tool `{name}` is missing: {mend}"


@pytest.fixture(scope="session")
def tool() -> Tools:
    """Gives a program's path by its name."""

    def give(name: str) -> Path:
        path, reason = find(name)
        return path or missing(reason)

    return give


@pytest.fixture(scope="session")
def module(tool: Tools) -> Modules:
    """Gives the Go module of a product."""

    def give(product: str) -> Module:
        tool("go")
        try:
            return sources.module(product)
        except sources.Unavailable as refused:
            missing(f"Go module of {product} is missing: {refused}")

    return give


@pytest.fixture(scope="session")
def kustomize(tool: Tools) -> Kustomize:
    return Kustomize(tool("kustomize"), tool("yamlread"))


@pytest.fixture(scope="session")
def kubeconform(tool: Tools, tmp_path_factory: pytest.TempPathFactory) -> Kubeconform:
    return kubeconform_over(tool("kubeconform"), Catalog(), tmp_path_factory.mktemp("schemas"))


@pytest.fixture(scope="session")
def kyverno(tool: Tools) -> Kyverno:
    return Kyverno(tool("kyverno"))


@pytest.fixture(scope="session")
def esoctl(tool: Tools) -> Esoctl:
    return Esoctl(tool("esoctl"))


@pytest.fixture(scope="session")
def programs(tool: Tools) -> api.Programs:
    return api.Programs(etcd=tool("etcd"), apiserver=tool("kube-apiserver"), kubectl=tool("kubectl"))


@pytest.fixture(scope="session")
def definitions(module: Modules) -> list[dict[str, Any]]:
    """The CRDs of KServe, External Secrets, Kyverno and Knative."""
    return [crd for product in sources.SOURCES for crd in sources.crds(module(product), product)]


@pytest.fixture(scope="session")
def apiserver(
    programs: api.Programs, definitions: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[api.ApiServer]:
    """One API server for the whole run, with all CRDs."""
    with api.running(programs, tmp_path_factory.mktemp("apiserver")) as server:
        server.install(definitions)
        yield server


@pytest.fixture(scope="session")
def kyverno_admission(
    tool: Tools, programs: api.Programs, definitions: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[kyverno_controller.Admission]:
    """Kyverno's admission controller with an API server of its own: its policies would judge what other tests store."""
    with admission_beside(tool, programs, definitions, tmp_path_factory.mktemp("kyverno-admission")) as admission:
        yield admission


@pytest.fixture(scope="session")
def accounted_admission(
    tool: Tools, programs: api.Programs, definitions: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[kyverno_controller.Admission]:
    """The same where Pods get the list of their ServiceAccount, which each test must create."""
    folder = tmp_path_factory.mktemp("accounted-admission")
    with admission_beside(tool, programs, definitions, folder, service_accounts=True) as admission:
        yield admission


@contextmanager
def admission_beside(
    tool: Tools, programs: api.Programs, definitions: list[dict[str, Any]], folder: Path, *, service_accounts: bool = False,
    audited: bool = False,
) -> Iterator[kyverno_controller.Admission]:  # fmt: skip
    """Kyverno's admission controller and an API server that ends with it."""
    program = tool("kyverno-admission")
    with api.running(programs, folder, service_accounts=service_accounts, audited=audited) as server:
        server.install(definitions)
        with kyverno_controller.admission(program, server, folder) as admission:
            yield admission
