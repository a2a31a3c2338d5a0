"""An object that an environment has for itself: it stands in a file of its own, which `manifests:` names there.

A service is in every environment that has its namespace. One that is not points `manifests:` to a file that makes nothing,
and the environments that have it point theirs to the object.
"""

from __future__ import annotations

from mooring.adoption.commenting import has_unfit, in_manifest, of_object
from mooring.adoption.survey import AdoptedService
from mooring.yaml.document import Document
from mooring.yaml.dump import dump
from mooring.yaml.scalar import is_harmless

FOLDER = "services"
NONE = f"{FOLDER}/none.yaml"
NONE_TEXT = """\
# What `manifests:` of a service names in an environment that does not have it: Kustomize leaves out an object with this
# annotation, and nothing of it reaches a cluster.
apiVersion: v1
kind: ConfigMap
metadata:
  name: none
  annotations:
    config.kubernetes.io/local-config: "true"
"""


def path_of(service: AdoptedService, environment: str) -> str:
    """Where the object of an environment is kept, from the fleet file's folder."""
    return f"{FOLDER}/{environment}/{service.namespace}/{service.name}.{service.info.kind.lower()}.yaml"


def text_of(service: AdoptedService) -> str:
    """The object: as its file writes it where it is a whole document there, else anew with its comments."""
    source = service.item.source
    if isinstance(source, Document) and not (service.item.base or has_unfit(service)) and source.data == service.data:
        text, _ = source.written()
        return text if is_harmless(text) else in_manifest(dump(dict(service.data)), of_object(service))
    return in_manifest(dump(dict(service.data)), of_object(service))
