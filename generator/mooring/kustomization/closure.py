"""All that a Kustomize root takes in, read by mooring before Kustomize sees any of it.

What was read is what is built: a kustomization and the plugins in it are written out anew from mooring's own reading, so
that no difference between two YAML readers can hide an entry; every other file goes along byte by byte.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mooring import files, programs
from mooring.kustomization import charts, gaps, origins, plugins
from mooring.kustomization.fields import CHARTS, CODE, Fields, Reference, decode, folded, references, references_of_plugin
from mooring.kustomization.given import Closure
from mooring.kustomization.remote import is_remote
from mooring.kustomization.rootfile import PLAIN, Mode, check_fields, document_of, files_of
from mooring.kustomization.written import Written
from mooring.problems.position import Route
from mooring.problems.problem import Problem
from mooring.redaction import quote
from mooring.yaml.document import Document, read_manifests
from mooring.yaml.dump import dump

_DEEPEST = 100


def gather(
    directory: Path,
    boundary: files.Boundary,
    *,
    plain: bool = False,
    helm: programs.Program | None = None,
    asked: bool = False,
) -> Closure:
    """The closure of a root; `plain` where nothing but `resources` may change what is built. `helm` renders its charts,
    where one is `asked` for and there."""
    closure = Closure(boundary, helm, asked)
    if boundary.holds(directory):
        real = Path(boundary.real(directory))
        _root(
            _Reader(closure, None, real, (), "", "plain" if plain else "built", real, set()),
            directory,
            False if plain else None,
        )
    else:
        message = f"{quote(files.display_path(directory), 'file')} is a link out of the repository"
        closure.problems.append(Problem("bad-path", message, file=files.display_path(directory)))
    return closure


def bases(directory: Path, boundary: files.Boundary) -> set[Path]:
    """The directories that a root takes in itself, links resolved."""
    found: set[Path] = set()
    if not boundary.holds(directory):
        return found
    real = Path(boundary.real(directory))
    for path in files_of(real, boundary)[:1]:
        try:
            documents = read_manifests(boundary.read(path), files.display_path(path))[0]
        except files.Unreadable:
            continue
        for reference in references(decode(documents[0])) if documents else ():
            target = Path(os.path.normpath(real / reference.entry))
            if not is_remote(reference.entry) and "\0" not in reference.entry and boundary.is_folder(target):
                found.add(Path(boundary.real(target)))
    return found


def _root(reader: _Reader, shown: Path, component: bool | None) -> None:
    """Reads the kustomization of the reader's folder, called `shown`, and all below it."""
    closure, real = reader.closure, reader.real
    if (real, reader.mode, reader.host) in reader.seen:
        return
    reader.seen.add((real, reader.mode, reader.host))
    document = document_of(closure, real, shown)
    if document is None:
        return
    closure.kustomizations.append(document)
    found = decode(document)
    closure.problems += check_fields(found, reader.mode, component)
    closure.changes |= bool(set(found.values) - PLAIN)
    entries = list(references(found))
    closure.problems += found.problems
    if not isinstance(document.data, Mapping):
        return
    reader.document, reader.namespace = document, reader.namespace or found.text("namespace")
    written = Written(document, real, closure.relative(files_of(real, closure.boundary)[0]))
    kept = reader.charts(found, written) if reader.mode == "built" else False
    if component is None and found.text("kind") == "Component":
        reader.leave(gaps.component(document), None)
    for name in CHARTS:
        if name in found.keys and not (kept and name == charts.FIELD):
            written.leave((found.keys[name],))
    for reference in entries:
        reader.take(reference, written)
    if not reader.above and reader.mode == "built":
        origins.ask(document, written.data)
    closure.written.append(written)
    closure.files[written.path] = written.text()


@dataclass(slots=True)
class _Reader:
    """Takes in the entries of one kustomization: `document`, in the folder `real`, with those that lead here `above`.

    No path has links in it. What a plugin names is looked for in `host`, the folder of the kustomization that uses it.
    """

    closure: Closure
    document: Document | None
    real: Path
    above: tuple[Path, ...]
    namespace: str
    mode: Mode
    host: Path
    seen: set[tuple[Path, Mode, Path]]
    role: str = ""  # the field by which a plugin is taken in

    def take(self, reference: Reference, written: Written | None) -> None:
        """Reads what an entry names; `written` is the kustomization as it goes to Kustomize, None for a plugin."""
        use, entry, route = reference.use, reference.entry, reference.route
        role = self.role or folded(route[0])
        if use == "resource" and self.mode == "plugins":
            use = "plugin"
        elif use in ("plugin", "patch") and plugins.is_inline(entry):
            if use == "plugin":
                _put_or_leave(written, route, self._inline(entry, route, role))
            return
        if use == "keyed file":
            entry = entry.partition("=")[2] or entry
        if is_remote(reference.entry) or is_remote(entry):
            self.leave(gaps.remote(self._document(), reference, role), written)
            return
        target = Path(os.path.normpath(self.real / entry))
        if entry.startswith("/") or "\0" in entry:
            self._refuse("an absolute path" if entry.startswith("/") else "an invalid file name", route)
        elif use in ("file", "keyed file", "patch"):
            self._file(target, route)
        elif self.closure.boundary.is_folder(target):
            self._folder(target, reference, written, role)
        elif use == "component":
            self._refuse("no folder" if files.exists(target) else "a folder that does not exist", route)
        elif use == "plugin":
            self._plugin_file(target, route, written, role)
        else:
            self._manifests(target, route)

    def charts(self, found: Fields, written: Written) -> bool:
        """Reads the charts that helm is to render, and leaves the others out; whether there are any of the first."""
        closure, kept = self.closure, 0
        for name, index, entry in gaps.charts(found):
            why, route = "", (found.keys[name], index)
            if closure.helm is not None and name == charts.FIELD and isinstance(found.values[name], list):
                chart = charts.local(closure, found, index, entry, self.real)
                why = chart.why
                if not why:
                    closure.files |= chart.files
                    for place, path in chart.values.items():
                        self._file(Path(os.path.normpath(self.real / path)), place)
                    kept += 1
                    continue
            lacks_helm = closure.is_helm_asked and closure.helm is None
            self.leave(gaps.chart(self._document(), route, entry, why, lacks_helm=lacks_helm), written)
        if kept and "helmGlobals" in found.keys:
            written.put((found.keys["helmGlobals"],), charts.without_home(found.values["helmGlobals"]))
        closure.charts += kept
        return bool(kept)

    def leave(self, gap: gaps.Gap, written: Written | None) -> None:
        """Leaves a part out of what Kustomize is given."""
        self.closure.gaps.append(gap)
        self.closure.incomplete.add(self.real)
        if written is not None:
            written.leave(gap.route)

    def _document(self) -> Document:
        if self.document is None:  # pragma: no cover - it is set before anything is taken
            raise AssertionError("nothing is read yet")
        return self.document

    def _refuse(self, what: str, route: Route, hint: str = "") -> None:
        self.closure.refuse(f"this entry names {what}", self._document(), route, hint)

    def _file(self, target: Path, route: Route) -> bytes | None:
        """The bytes of a file, which are Kustomize's to read; None, and a problem, where it refuses the file."""
        inside = self.closure.boundary.holds(target)
        if inside and not all(Path(path).is_relative_to(self.real) for path in (target, self.closure.boundary.real(target))):
            hint = "Kustomize reads files in or below the folder of a kustomization: move it, or make it a base of its own"
            self._refuse("a file outside of this folder", route, hint)
            return None
        code = "bad-path" if self.mode == "plain" else CODE
        raw = self.closure.read(target, Problem(code, "this entry", self.document, route))
        if raw is not None:
            self.closure.files.setdefault(self.closure.relative(target), raw)
        return raw

    def _folder(self, target: Path, reference: Reference, written: Written | None, role: str) -> None:
        """Reads the root that an entry names."""
        real = Path(self.closure.boundary.real(target))
        if any(part.strip(".") and ".." in part for part in reference.entry.split("/")):
            self._refuse("a path with `..` inside a name, and Kustomize refuses that", reference.route)
        elif any(base.is_relative_to(real) for base in (*self.above, self.real)):
            self._refuse("a folder that contains this kustomization, or one that includes it", reference.route)
        elif len(self.above) > _DEEPEST:
            self._refuse(f"a base below {_DEEPEST} others", reference.route)
        else:
            if real != target:
                # What the link is called says nothing of the name that it leads to.
                place = f"./{os.path.relpath(real, self.real)}"
                if is_remote(place) or plugins.is_inline(place) or not place.isprintable():
                    self._refuse("a link to a folder whose name Kustomize would read as something else", reference.route)
                    return
                _put_or_leave(written, reference.route, place)
            if self.mode == "plain" and (real, "plain", real) in self.seen:
                self._refuse("a base that another entry includes: its objects would be there twice", reference.route)
                return
            mode: Mode = "plugins" if reference.use == "plugin" else self.mode
            below = _Reader(self.closure, None, real, (*self.above, self.real), self.namespace, mode, real, self.seen)
            if mode == "plugins":
                below.host, below.role = self.host, role
            self.closure.taken.append((self.real, real, reference.use == "component"))
            _root(below, real, reference.use == "component")

    def _manifests(self, target: Path, route: Route) -> None:
        """Reads the objects of a file."""
        if (raw := self._file(target, route)) is None:
            return
        documents, problems = read_manifests(raw, files.display_path(target))
        self.closure.unread += problems
        for document in documents:
            document.data = _placed(document.data, self.namespace)
            self.closure.resources.append(document)

    def _plugin_file(self, target: Path, route: Route, written: Written | None, role: str) -> None:
        """Reads the plugins of a file, which Kustomize is given as mooring reads them."""
        if (raw := self._file(target, route)) is None:
            return
        text = self._plugins(raw, files.display_path(target), role)
        self.closure.files[self.closure.relative(target)] = text.encode()
        if not text and written is not None:
            written.leave(route)

    def _inline(self, text: str, route: Route, role: str) -> str:
        """The plugins that a kustomization holds itself; what is wrong with them is said of their entry."""
        closure, document = self.closure, self._document()
        problems, left = len(closure.problems), len(closure.gaps)
        plugin = self._plugins(text, document.path, role)
        for index in range(problems, len(closure.problems)):
            found = closure.problems[index]
            closure.problems[index] = dataclasses.replace(found, source=document, route=route, at_key=False)
        for index in range(left, len(closure.gaps)):
            closure.gaps[index] = dataclasses.replace(closure.gaps[index], document=document, route=route)
        return plugin

    def _plugins(self, text: bytes | str, place: str, role: str) -> str:
        """Plugins as mooring reads them, all that they name read as well; without those that are left out."""
        documents, problems = plugins.read(text, place)
        self.closure.problems += problems
        kept: list[Document] = []
        for document in documents if not problems else ():
            found, left = Fields(document), len(self.closure.gaps)
            reader = _Reader(
                self.closure, document, self.host, self.above, self.namespace, "built", self.host, self.seen, role
            )
            if (gap := plugins.gap(document, role)) is not None:
                reader.leave(gap, None)
                continue
            for reference in references_of_plugin(found, (), document.data):
                reader.take(reference, None)
            self.closure.problems += found.problems
            if len(self.closure.gaps) == left:
                kept.append(document)
        return "---\n".join(dump(document.data) for document in kept)


def _put_or_leave(written: Written | None, route: Route, text: str) -> None:
    """Writes the text of an entry, or leaves the entry out where the text is empty."""
    if written is not None and text:
        written.put(route, text)
    elif written is not None:
        written.leave(route)


def _placed(data: Any, namespace: str) -> Any:
    """The object with the namespace of the outermost kustomization."""
    metadata = data.get("metadata") if isinstance(data, Mapping) else None
    if not namespace or not isinstance(metadata, Mapping) or str(data.get("kind", "")).startswith("Cluster"):
        return data
    return {**data, "metadata": {**metadata, "namespace": namespace}}
