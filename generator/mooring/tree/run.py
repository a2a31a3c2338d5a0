"""The stages of a run: fleet file → fleet → resolved environments → their files: rendered, checked, compared."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mooring.files import display_path
from mooring.files.cache import Cache
from mooring.files.comparing import is_leftover, is_stale, unrendered
from mooring.fleet import model
from mooring.fleet.environments import environments
from mooring.fleet.load import Loaded, load
from mooring.fleet.reading import Readings
from mooring.plan import policies as policy_overlay
from mooring.plan.environment import ResolvedEnvironment, catalog_for, resolve_environment
from mooring.plan.folders import check_folders
from mooring.plan.gitops.names import collisions
from mooring.problems.collecting import finish, merge, silence_commented
from mooring.problems.problem import Problem
from mooring.processes import processors
from mooring.schema.catalog import Catalog
from mooring.templating.render import page
from mooring.tree.deletions import planned_services, unconfirmed
from mooring.tree.findings import Counts, Findings
from mooring.tree.images import unused_images
from mooring.tree.overriding import overrides
from mooring.tree.pool import Share, Task, Work, WorkerPool
from mooring.tree.reuse import Reuse
from mooring.tree.selection import ALL, POLICIES, ROOT, Selection, names_of, scopes, tasks, units
from mooring.tree.unit import ClusterParts, Produced, produce, produce_environment, text_of

# From so many services on, a second process earns what forking it costs.
_WORTH_FORKING = 300
# From so many on, what is kept for the next run is worth the looking.
_WORTH_KEEPING = 300
_FOLLOWS = frozenset({"no-robot", "robot-lacks-project", "auth-host-mismatch"})


@dataclass(slots=True)
class Outcome:
    """What a run came to, before anything is written; `leftovers` are unfinished files of a run that was killed.

    `unconfirmed` are the problems of a deletion that somebody has to ask for.
    """

    loaded: Loaded
    problems: list[Problem] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    unconfirmed: list[Problem] = field(default_factory=list)
    pool: WorkerPool | None = None
    by_environment: dict[str, ResolvedEnvironment] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    policies: policy_overlay.PolicyFiles | None = None

    def objects(self) -> Iterator[tuple[str, str]]:
        """What the selected part of the fleet gives to its clusters: (where it stands, the object's text)."""
        from mooring.tree.cluster_objects import cluster_objects

        for environment, name in self.tasks:
            if (environment, name) != POLICIES and name != ROOT and self.policies is not None:
                yield from cluster_objects(self.by_environment[environment], name, self.policies)

    @property
    def private_hosts(self) -> Iterator[str]:
        """The hosts of the private registries."""
        for resolved in self.by_environment.values():
            yield from resolved.registries.hosts

    @property
    def errors(self) -> bool:
        return any(problem.severity == "error" and problem.silenced is None for problem in self.problems)


def resolve_all(loaded: Loaded, problems: list[Problem]) -> dict[str, ResolvedEnvironment]:
    """Every environment of the fleet."""
    found: dict[str, ResolvedEnvironment] = {}
    fleet = loaded.fleet
    for environment in environments(fleet) if fleet else ():
        made, more = resolve_environment(fleet, environment, loaded.root, loaded.path)  # type: ignore[arg-type]
        problems += [finish(problem, environment.name) for problem in more]
        found[environment.name] = made
    return found


@contextlib.contextmanager
def run(
    path: Path,
    selection: Selection = ALL,
    jobs: int | None = None,
    as_of: datetime.date | None = None,
    keep_pulls: bool = False,
    cache: Cache | None = None,
) -> Iterator[Outcome]:
    """Everything but the writing; with `keep_pulls` every pull too, and no namespace is taken from the `cache` then.
    `Unreadable` where the fleet file cannot be read, `UnknownName` for a bad selection."""
    readings = Readings(cache) if cache is not None else None
    loaded = load(path, jobs, readings)
    outcome = Outcome(loaded, [finish(problem, None) for problem in loaded.problems])
    if loaded.fleet is None:
        yield outcome
        return
    fleet = loaded.fleet
    found = resolve_all(loaded, outcome.problems)
    chosen = tasks(found, selection)
    policies = policy_overlay.plan(fleet, found)
    outcome.problems += [
        finish(problem, None) for problem in check_folders(fleet, found, [*policies.paths, *policies.pages])
    ]
    if fleet.gitops.is_used:
        outcome.problems += [finish(problem, None) for problem in collisions(found)]
    outcome.by_environment, outcome.tasks, outcome.policies = found, chosen, policies

    reuse = None
    if cache is not None and not (keep_pulls or outcome.problems) and len(fleet.services) >= _WORTH_KEEPING:
        reuse = Reuse(cache, loaded, found, as_of)
    work = _work(fleet, loaded.path, found, policies, as_of, keep_pulls=keep_pulls)
    making = reuse.around(work) if reuse is not None else work
    count = jobs or min(processors.count(), 1 + len(fleet.services) // _WORTH_FORKING)
    count = max(1, min(count, len(chosen)))
    with WorkerPool([chosen[index::count] for index in range(count)], making, loaded.root) as pool:
        outcome.pool = pool
        _gather(outcome, pool.shares, selection)
        if reuse is not None and readings is not None:
            rows = {name: row for share in pool.shares for name, row in share.kept.items()}
            # A credential is found where its namespace is rendered: only a whole run knows that there is none.
            is_clean = selection == ALL and all(problem.severity != "error" for problem in outcome.problems)
            reuse.save(rows, readings, is_clean=is_clean)
        yield outcome


def _work(
    fleet: model.Fleet,
    path: str,
    found: Mapping[str, ResolvedEnvironment],
    policies: policy_overlay.PolicyFiles,
    as_of: datetime.date | None,
    *,
    keep_pulls: bool,
) -> Work:
    """What makes one unit of the run of a fleet, whose file stands at `path` in the repository."""

    def work(task: Task) -> Produced:
        environment, name = task
        if task == POLICIES:
            return _produce_policies(policies, path, catalog_for(fleet))
        if name == ROOT:
            return produce_environment(found[environment])
        own, patches = policies.of(environment), policies.patches[environment]
        parts = ClusterParts(own.folder, patches, own.objects, policies.extra[environment])
        produced = produce(found[environment], name, parts, as_of)
        followed = produced.findings.followed if keep_pulls else ()
        produced.findings.followed = [dataclasses.replace(pull, environment=environment) for pull in followed]
        return produced

    return work


def _produce_policies(policies: policy_overlay.PolicyFiles, fleet_path: str, catalog: Catalog) -> Produced:
    """The policies' files, and what their schemas refuse of them."""
    texts = {artifact.path: text_of(artifact, fleet_path) for artifact in policies.artifacts}
    checked = sum(len(texts[path][1]) for path in policy_overlay.checked_paths(policies))
    pages = {path: page(text, fleet=fleet_path) for path, text in policies.pages.items()}
    problems = [finish(problem, None) for problem in policy_overlay.check(policies, catalog, texts)]
    files = {path: text for path, (text, _) in texts.items()} | pages
    return Produced(files, Findings(problems, Counts(documents=checked)))


def _gather(outcome: Outcome, shares: Sequence[Share], selection: Selection) -> None:
    """Puts together what the workers made and found; and what on the disk is none of it."""
    loaded, found, findings = outcome.loaded, outcome.by_environment, outcome.findings
    for share in shares:
        findings.add(share.findings)
        outcome.written += share.written
        outcome.unchanged += share.unchanged
    outcome.written.sort()
    order = {name: index for index, name in enumerate(found)}
    findings.followed.sort(key=lambda pull: (order[pull.environment or ""], pull.object.namespace))
    foreign = [entry for share in shares for entry in share.foreign]
    kept = {*outcome.written, *outcome.unchanged, *(path for path, _ in foreign)}
    where = scopes(found, selection)
    others = sorted(unrendered(loaded.root, where.folders, kept, where.others))
    unwanted = [path for path in others if is_stale(loaded.root, path)]
    outcome.stale = [path for path in unwanted if not is_leftover(path)]
    outcome.leftovers = [path for path in unwanted if is_leftover(path)]
    problems = [*outcome.problems, *findings.problems, *(_in_the_way(loaded.root / path, what) for path, what in foreign)]
    problems += overrides(loaded, others)
    names, here = names_of(found, selection), set(outcome.tasks)
    for name in names:
        if (name, ROOT) in here:
            elsewhere = [unit for _, unit in units(found[name]) if (name, unit) not in here]
            problems += [finish(problem, None) for problem in unused_images(found[name], findings.used, elsewhere)]
    outcome.problems = merge(silence_commented(_without_follow_ups(problems, loaded), loaded.documents), names)
    if outcome.stale and not outcome.errors:
        extra = outcome.policies.extra if outcome.policies is not None else {}
        planned = {name: planned_services(found[name], extra[name]) for name in names} if selection.cells else {}
        asked = unconfirmed(loaded.root, outcome.stale, kept, found, planned)
        outcome.unconfirmed = merge(silence_commented(asked, loaded.documents), names)


def _without_follow_ups(problems: list[Problem], loaded: Loaded) -> list[Problem]:
    """The problems; those left out that come of a robot or registry that has a problem of its own, and is not there."""
    if {problem.route[:1] for problem in loaded.problems} & {("robots",), ("registries",)}:
        return [problem for problem in problems if problem.code not in _FOLLOWS]
    return problems


def _in_the_way(path: Path, what: str) -> Problem:
    """The problem of what stands where mooring is to write, and is not its own."""
    message = f"mooring does not own what stands where it is to write: {what}"
    return Problem("foreign-file", message, file=display_path(path), hint="move it out of the way, or delete it")
