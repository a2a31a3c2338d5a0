"""Data against a JSON Schema: the only importer of jsonschema-rs, which says yes or no in microseconds, and of
jsonschema, which is asked for the reasons of a no. Their messages end here: `refusal` says it in our own words.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mooring.files.data import data_text
from mooring.registry.dockerconfig import KEYS
from mooring.registry.pullsecret import pull_secret
from mooring.schema.applied import decrypted, without_nulls
from mooring.schema.catalog import Catalog
from mooring.schema.finding import Describe, Finding, limited, path

Formats = Mapping[str, Callable[[str], bool]]
_NO_FORMATS: Formats = {}

__all__ = ["Finding", "check_object", "explain", "load", "valid"]


@functools.cache
def load(file: Path) -> dict[str, Any]:
    """A committed schema."""
    schema: dict[str, Any] = json.loads(data_text(file))
    return schema


_compiled: dict[int, tuple[Any, Any]] = {}


def _fast(schema: Mapping[str, Any], formats: Formats) -> Any:
    # By identity: callers keep their schemas, and hashing a schema would cost more than a validation.
    known = _compiled.get(id(schema))
    if known is None:
        import jsonschema_rs

        known = (
            schema,
            jsonschema_rs.Draft202012Validator(dict(schema), formats=dict(formats), validate_formats=bool(formats)),
        )
        _compiled[id(schema)] = known
    return known[1]


def valid(schema: Mapping[str, Any], data: Any, *, formats: Formats = _NO_FORMATS) -> bool:
    """Whether `schema` accepts `data`."""
    accepted: bool = _fast(schema, formats).is_valid(data)
    return accepted


def found_in(pattern: str, text: str) -> bool:
    """Whether the pattern matches somewhere in the text, by an engine of linear time, as Go's is; false if it is no pattern.

    For patterns of files that anybody may have written: Python's engine takes for ever over `(a+)+$`.
    """
    import jsonschema_rs

    try:
        validator = jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except ValueError:
        return False
    matches: bool = validator.is_valid(text)
    return matches


def explain(
    schema: Mapping[str, Any], data: Any, *, formats: Formats = _NO_FORMATS, describe: Describe = path
) -> list[Finding]:  # fmt: skip
    """Why `schema` refuses `data`: every finding, sorted by its place; `describe` words the places."""
    import jsonschema

    from mooring.schema.refusal import Words

    checker = jsonschema.FormatChecker(formats=())
    for name, test in formats.items():
        checker.checks(name)(lambda value, test=test: not isinstance(value, str) or test(value))
    errors = jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(data)
    words = Words(describe)
    findings = {finding for error in errors for finding in words.findings(error)}
    return sorted(findings, key=lambda finding: (finding.route, finding.message))


def check_object(catalog: Catalog, data: Mapping[str, Any]) -> list[Finding]:
    """What the schema of its kind refuses of a Kubernetes object, the inside of a pull Secret included.

    A kind without a schema has no findings: the caller reports `no-schema`.
    """
    info = catalog.kind(str(data.get("apiVersion")), str(data.get("kind")))
    if info is None:
        return []
    schema, applied = load(info.schema_path), decrypted(data)
    if info.product == "kubernetes":
        applied = without_nulls(applied)
    findings = [] if valid(schema, applied) else limited(explain(schema, applied))
    return [*findings, *_pull_secret(data)]


def _pull_secret(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong inside a pull Secret, whoever names it."""
    secret = pull_secret(data)
    if secret is None or secret.type not in KEYS:
        return
    if secret.wrong_type:
        yield Finding(secret.type_place, False, "secret-wrong-type", secret.wrong_type, "", secret.type_hint)
        return
    for fault in secret.faults:
        yield Finding(secret.place, False, "malformed-dockerconfig", fault, "", secret.hint)
