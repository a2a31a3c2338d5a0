"""Manifests of one environment or several → a fleet that was proved to render to the same objects.

What it comes to is asked of the planner itself: a service that comes out otherwise in an environment is kept as manifests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mooring.adoption.composing import Unfit, compose
from mooring.adoption.fleetfile import Draft
from mooring.adoption.survey import AdoptedService, Survey
from mooring.fleet.environments import environments
from mooring.fleet.load import of_text
from mooring.manifests.service import ServiceObject, from_spec
from mooring.plan.environment import ResolvedEnvironment, resolve_environment
from mooring.plan.pull_secrets import inject_pull_secrets

_LISTS = "imagePullSecrets"


def adopt(surveys: Sequence[Survey]) -> Draft:
    """The fleet of the environments."""
    unfit = Unfit()
    draft = compose(surveys, unfit)
    while surveys[0].environment and (found := list(_differing(draft, surveys))):
        for survey, service, has_images in found:
            if has_images and survey.environment not in unfit.images:
                unfit.images.add(survey.environment)
            elif service.identity not in unfit.services:
                unfit.services[service.identity] = f"an override cannot say what {survey.environment} has"
            else:
                return draft  # not to be had: `render` says what is wrong with it
        draft = compose(surveys, unfit)
    return draft


def _differing(draft: Draft, surveys: Sequence[Survey]) -> Iterator[tuple[Survey, AdoptedService, bool]]:
    """The services that the fleet makes otherwise than they were; whether their environment has image overrides."""
    fleet = of_text(draft.text, "fleet.yaml")
    by_name = {survey.environment: survey for survey in surveys}
    for environment in environments(fleet):
        resolved, _ = resolve_environment(fleet, environment, Path(), "fleet.yaml")
        survey = by_name[environment.name]
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


def is_same(before: Any, after: Any) -> bool:
    """Whether two values are alike to a cluster: a null is as good as nothing, and a list of pull Secrets may have more."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        old = {name: value for name, value in before.items() if value is not None}
        new = {name: value for name, value in after.items() if value is not None}
        if not {*old} - {_LISTS} <= {*new} or not {*new} - {_LISTS} <= {*old}:
            return False
        return all(
            is_same(value, new.get(name)) if name != _LISTS else _has_all(value, new.get(name))
            for name, value in old.items()
        )
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(is_same, before, after))
    return before == after and type(before) is type(after)


def _has_all(before: Any, after: Any) -> bool:
    return isinstance(before, list) and isinstance(after, list) and all(entry in after for entry in before)
