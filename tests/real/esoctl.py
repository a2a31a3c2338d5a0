"""Evaluates an ExternalSecret's template with External Secrets' own code, offline, into the Secret a cluster would get."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class TemplateFailed(Exception):
    """External Secrets refused the template; the text is what it said."""


@dataclass(frozen=True)
class Esoctl:
    program: Path

    def template(self, external_secret: Mapping[str, Any], data: Mapping[str, str]) -> dict[str, Any]:
        """The Secret that the ExternalSecret makes of the back end's values; `data` maps secretKey to value.

        What the controller copies unevaluated, name, namespace and type, `esoctl` leaves out; it is added here.
        """
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        target, meta = external_secret["spec"]["target"], external_secret["metadata"]
        with tempfile.TemporaryDirectory() as folder:
            source, values, made = (Path(folder) / name for name in ("source.yaml", "values.yaml", "made.yaml"))
            source.write_text(json.dumps(external_secret), encoding="utf-8")
            values.write_text(json.dumps(encoded), encoding="utf-8")
            command: list[str | Path] = [self.program, "template", "--source-templated-object", source]
            command += ["--source-secret-data-file", values, "--output", made]
            run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            if run.returncode != 0 or not made.is_file():
                raise TemplateFailed((run.stderr + run.stdout).strip())
            secret: dict[str, Any] = yaml.safe_load(made.read_text(encoding="utf-8"))
        metadata = {**secret["metadata"], "name": target.get("name", meta["name"]), "namespace": meta.get("namespace")}
        fixed = {"apiVersion": "v1", "kind": "Secret", "type": target["template"].get("type", "Opaque")}
        return {**secret, **fixed, "metadata": {key: value for key, value in metadata.items() if value is not None}}


def docker_config(secret: Mapping[str, Any]) -> dict[str, Any]:
    """The registry logins inside a `kubernetes.io/dockerconfigjson` Secret."""
    config: dict[str, Any] = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"], validate=True))
    return config
