"""A ResourceList, which the tools that run KRM functions hand to them, and take back.

https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mooring.problems.position import Route, show
from mooring.problems.problem import Problem
from mooring.problems.routes import as_text, get
from mooring.redaction import as_json
from mooring.yaml.document import Document, read_manifests

KIND, GROUP = "ResourceList", "config.kubernetes.io/"
# Where the tools say which file an item was read from, the newer key first.
_FILE = ("internal.config.kubernetes.io/path", "config.kubernetes.io/path")
_INDEX = ("internal.config.kubernetes.io/index", "config.kubernetes.io/index")
_SEVERITIES = {"error": "error", "warning": "warning", "note": "info"}


@dataclass(frozen=True, slots=True)
class ResourceList:
    """The list as it was given: `raw` is passed on byte by byte, beside the results."""

    raw: bytes
    document: Document

    @property
    def config(self) -> Any:
        """The object that configures the function; None where there is none."""
        return self.document.data.get("functionConfig")

    def with_results(self, problems: Sequence[Problem]) -> bytes:
        """The same list with a result for each problem, behind those that it brings."""
        results = [self._result(problem) for problem in problems]
        if not results:
            return self.raw
        data = {**self.document.data, "results": [*(self.document.data.get("results") or ()), *results]}
        text = self.raw.decode("utf-8-sig")
        appended = text + ("" if text.endswith("\n") else "\n") + "results:\n"
        appended += "".join(f"- {as_json(result, None)}" for result in results)
        # Appended, the items keep their comments; what is in flow style or ends its document cannot be added to.
        again, refused = read_manifests(appended, "<stdin>")
        as_before = not refused and [one.data for one in again] == [data]
        return (appended if as_before else as_json(data)).encode()

    def _result(self, problem: Problem) -> dict[str, Any]:
        """A problem as the tools show it: which object, which field of it, and the file that it stands in."""
        result: dict[str, Any] = {"message": problem.message, "severity": _SEVERITIES[problem.severity]}
        if problem.hint:
            result["message"] += f" (hint: {problem.hint})"
        if problem.object is not None:
            result["resourceRef"] = {key: value for key, value in problem.object.as_json().items() if value}
        in_items = problem.file == self.document.path and problem.route[:1] == ("items",)
        if in_items and (field := show(problem.route[2:])):
            result["field"] = {"path": field}
        notes = get(self.document.data, (*problem.route[:2], "metadata", "annotations")) if in_items else None
        if file := _file(notes if isinstance(notes, Mapping) else {}):
            result["file"] = file
        environments = ", ".join(problem.environments) or problem.environment
        result["tags"] = {"code": problem.code} | ({"environment": environments} if environments else {})
        return result


def _file(annotations: Mapping[str, Any]) -> dict[str, Any]:
    """The file that the tool has read an item from, and which of its documents it was."""
    path = next((as_text(annotations[key]) for key in _FILE if key in annotations), "")
    index = next((as_text(annotations[key]) for key in _INDEX if key in annotations), "")
    found: dict[str, Any] = {"path": path} if path else {}
    return found | ({"index": int(index)} if path and index.isascii() and index.isdigit() and len(index) < 7 else {})


def read(raw: bytes, name: str) -> tuple[ResourceList | None, list[Problem]]:
    """The one ResourceList that a text is; None and what is wrong with it where it is anything else."""
    documents, problems = read_manifests(raw, name)
    if problems:
        return None, problems
    if len(documents) != 1:
        return None, [Problem("schema", f"there are {len(documents)} documents, and a function gets one {KIND}", file=name)]
    document = documents[0]
    wrong = next(_wrong(document), None)
    return (ResourceList(raw, document), []) if wrong is None else (None, [wrong])


def _wrong(document: Document) -> Iterator[Problem]:
    """What makes it another thing than a ResourceList that can be answered."""
    data, hint = document.data, f"Kustomize, kpt and others give one: `apiVersion: {GROUP}v1`, `kind: {KIND}`, `items`"

    def problem(message: str, route: Route) -> Problem:
        return Problem("schema", message, document, route, hint=hint)

    if not isinstance(data, Mapping) or data.get("kind") != KIND:
        yield problem(f"this is no {KIND}", ())
        return
    if not as_text(data.get("apiVersion")).startswith(GROUP):
        yield problem(f"a {KIND} is of `{GROUP}v1`", ("apiVersion",))
    for key in ("items", "results"):
        if not isinstance(data.get(key), list | None):
            yield problem(f"`{key}` is no list", (key,))
