"""What the API server takes of Kubernetes' own kinds is no schema error: nulls, and what sops decrypts."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from mooring.schema.catalog import Catalog
from mooring.schema.validation import check_object
from tests.support.nulls import NULLS

CATALOG = Catalog()


@pytest.mark.parametrize(("text", "taken"), NULLS)
def test_nulls_are_taken_as_the_api_server_takes_them(text: str, taken: bool) -> None:
    found = [finding.message for finding in check_object(CATALOG, yaml.safe_load(text))]
    assert (found == []) == taken, found


def test_a_null_in_a_custom_resource_is_refused() -> None:
    spec: dict[str, Any] = {"predictor": {"model": {"modelFormat": {"name": "onnx"}, "storageUri": None}}}
    data = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "a"}, "spec": spec}
    assert [finding.route for finding in check_object(CATALOG, data)] == [("spec", "predictor", "model", "storageUri")]


@pytest.mark.parametrize(("sops", "data", "messages"), [
    ({"mac": "x"}, {"x": "ENC[AES256_GCM,data:x]"}, 0),
    ({"mac": "x"}, {"x": "no base64"}, 1),
    (None, {"x": "ENC[AES256_GCM,data:x]"}, 1),
])  # fmt: skip
def test_what_sops_has_encrypted_is_judged_as_it_will_be_applied(sops: Any, data: dict[str, str], messages: int) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data}
    found = check_object(CATALOG, {**secret, "sops": sops} if sops else secret)
    assert len(found) == messages
