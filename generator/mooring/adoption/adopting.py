"""Manifests of one environment or several → a fleet, or what is added to one, proved to render to the same objects.

What it comes to is asked of the planner itself: a service that comes out otherwise in an environment is kept as manifests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mooring.adoption.comparing import is_same
from mooring.adoption.composing import compose
from mooring.adoption.existing import Existing, beside
from mooring.adoption.fleetfile import Draft
from mooring.adoption.inserting import inserted
from mooring.adoption.services import Unfit
from mooring.adoption.survey import AdoptedService, Survey
from mooring.fleet.environments import environments
from mooring.fleet.load import of_text
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan.environment import ResolvedEnvironment, resolve_environment
from mooring.plan.pull_secrets import inject_pull_secrets
from mooring.redaction import quote, titled


def adopt(surveys: Sequence[Survey]) -> Draft:
    """The fleet of the environments."""
    return _proved(surveys, None)[0]


def extend(surveys: Sequence[Survey], known: Existing) -> tuple[Draft, str]:
    """What is added to a fleet, and its file with that. `NotInserted` where the file takes nothing in."""
    notes: list[str] = []
    draft, text = _proved(beside(known, surveys, notes), known)
    draft.notes = [*dict.fromkeys((*notes, *draft.notes))]
    return draft, text


def _proved(surveys: Sequence[Survey], known: Existing | None) -> tuple[Draft, str]:
    """The draft, and the text of the fleet file with it: what comes out otherwise is tried in another way, or said."""
    unfit = Unfit()
    while True:
        draft = compose(surveys, unfit, known)
        text = draft.text if known is None else inserted(known.loaded.documents[0].text, draft)
        found = list(_differing(text, surveys, known)) if known is not None or surveys[0].environment else []
        tried = len(unfit.images) + len(unfit.services)
        for survey, service, has_images in found:
            if has_images and survey.environment not in unfit.images:
                unfit.images.add(survey.environment)
            else:
                unfit.services.setdefault(service.identity, f"an override cannot say what {survey.environment} has")
        if len(unfit.images) + len(unfit.services) == tried:
            break
    for survey, service, _ in found:
        what = f"{titled(service.info.kind, service.name)} of {quote(survey.environment, 'name')}"
        draft.notes.append(f"{what} comes out otherwise than in the manifests: see what the fleet overrides there")
    return draft, text


def _differing(
    text: str, surveys: Sequence[Survey], known: Existing | None
) -> Iterator[tuple[Survey, AdoptedService, bool]]:  # fmt: skip
    """The services that are new and that the fleet makes otherwise; whether their environment has image overrides."""
    path = known.loaded.path if known is not None else "fleet.yaml"
    fleet = of_text(text, path, known.loaded.documents[1:] if known is not None else ())
    by_name = {survey.environment: survey for survey in surveys}
    for environment in environments(fleet) if fleet is not None else ():
        name = environment.name if fleet is not None and fleet.environments else ""
        if fleet is None or name not in by_name:
            continue
        resolved, _ = resolve_environment(fleet, environment, known.loaded.root if known else Path(), path)
        survey = by_name[name]
        for data in _planned(resolved):
            metadata = data["metadata"]
            service = survey.services.get((metadata.get("namespace", ""), data["kind"], metadata["name"]))
            if service is not None and not is_same(service.data, data):
                yield survey, service, bool(environment.images)


def _planned(resolved: ResolvedEnvironment) -> Iterator[Mapping[str, Any]]:
    """The objects of the services that are written as `spec:`, as they are rendered."""
    for services in resolved.services.values():
        for service in services:
            obj = from_spec(service, resolved.catalog) if service.spec is not None else None
            if isinstance(obj, ServiceObject):
                yield inject_pull_secrets(obj, resolved.context, resolved.robots, resolved.image_changes)[0].data
