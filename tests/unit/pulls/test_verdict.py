"""The verdict of one pull: how far it leads from the image to a robot that may pull it, and which Secret decides."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from mooring.kserve.model import Image, Origin, Pod, Unknown
from mooring.problems.position import Route
from mooring.problems.problem import ObjectRef
from mooring.pulls.facts import ClusterState, RobotFacts, SecretFacts
from mooring.pulls.verdict import Pull, project_of, pulls
from mooring.registry.registries import Registries, Registry

HARBOR = Registry("harbor", ("h.io", "cr.io:8443"), frozenset({"mirror"}), projects=frozenset({"p"}))
DAY = datetime.date(2027, 3, 1)
ROBOT = RobotFacts("vision", frozenset({"h.io/p"}), "p", DAY)
ACCOUNTS = {("n", "default"): ("good",), ("n", "other"): ("bad",)}
SECRETS = {
    ("n", "good"): SecretFacts(("h.io",), ROBOT),
    ("n", "unknown"): SecretFacts(("h.io",), None),
    ("n", "port"): SecretFacts(("https://h.io:443",), ROBOT),
    ("n", "ports"): SecretFacts(("https://h.io:8443", "https://h.io:443"), ROBOT),
    ("n", "elsewhere"): SecretFacts(("x.io",), ROBOT),
    ("n", "narrow"): SecretFacts(("h.io",), RobotFacts("narrow", frozenset({"h.io/q"}), "q", None)),
    ("m", "good"): SecretFacts(("h.io",), ROBOT),
}
REF = ObjectRef("v1", "Pod", "n", "app")


def pull(image: str, secrets: tuple[str, ...], as_of: datetime.date | None = None, **more: Any) -> Pull:
    """The pull of one image by a pod of namespace `n`."""
    (found,) = all_pulls(image, secrets, as_of, **more)
    return found


def all_pulls(
    image: str,
    secrets: tuple[str, ...],
    as_of: datetime.date | None = None,
    origin: Origin = "spec",
    allowed: frozenset[str] | None = None,
    **more: Any,
) -> list[Pull]:
    """The pulls of a pod that has one known image."""
    pod = Pod("predictor", (), (Image(image, ("image",), origin),), secrets, **more)
    return [*pulls(pod, REF, "n", ClusterState(Registries((HARBOR,)), SECRETS, ACCOUNTS, as_of, allowed))]


@pytest.mark.parametrize(("image", "secrets", "verdict", "secret", "detail"), [
    ("h.io/p/a:1", ("good",), "ok", "good", ""),
    ("h.io/p/a:1", ("unknown",), "ok", "unknown", ""),
    ("h.io/p/a:1", ("absent",), "secret-not-in-namespace", "absent", "n"),
    ("h.io/p/a:1", ("port",), "auth-host-mismatch", "port", "https://h.io:443"),
    ("h.io/p/a:1", ("ports",), "auth-host-mismatch", "ports", "https://h.io:8443"),
    ("h.io/p/a:1", ("elsewhere",), "secret-not-referenced", None, ""),
    ("h.io/p/a:1", ("narrow",), "robot-lacks-project", "narrow", "p"),
    ("H.io/p/a:1", ("good",), "auth-host-mismatch", "good", "h.io"),
    # Of several the one that leads furthest decides, wherever it stands.
    ("h.io/p/a:1", ("absent", "good"), "ok", "good", ""),
    ("h.io/p/a:1", ("elsewhere", "absent"), "secret-not-in-namespace", "absent", "n"),
    ("h.io/p/a:1", ("absent", "port"), "auth-host-mismatch", "port", "https://h.io:443"),
    ("h.io/p/a:1", ("narrow", "port"), "robot-lacks-project", "narrow", "p"),
    ("h.io/p/a:1", ("absent", "gone"), "secret-not-in-namespace", "absent", "n"),
    # A project that anybody may pull from, at the exact host.
    ("h.io/mirror/a:1", (), "public", None, ""),
    ("cr.io:8443/mirror/a:1", (), "public", None, ""),
    ("h.io:443/mirror/a:1", ("port",), "robot-lacks-project", "port", "mirror"),
    ("cr.io/mirror/a:1", ("good",), "secret-not-referenced", None, ""),
    # Nobody's business.
    ("other.io/p/a:1", (), "not-harbor", None, ""),
    ("nginx", (), "not-harbor", None, ""),
    ("nobody.example.com/q/a:1", ("good",), "not-harbor", None, ""),
    # What no kubelet reads, whatever the registry and the Secrets.
    ("s3://h.io/p/a", ("good",), "bad-image", None, "scheme"),
    ("oci://h.io/p/a:1", ("good",), "bad-image", None, "scheme"),
    ("h.io/P/a:1", ("good",), "bad-image", None, "upper-case"),
    ("other.io/p/a:1:2", (), "bad-image", None, "two-tags"),
    # One letter of the host, or the whole host, is missing.
    ("hh.io/p/a:1", ("good",), "similar-host", None, "h.io"),
    ("p/a:1", ("good",), "similar-host", None, "h.io/p/a:1"),
    ("library/nginx:1", ("good",), "not-harbor", None, ""),
    ("docker.io/p/a:1", ("good",), "not-harbor", None, ""),
])  # fmt: skip
def test_how_far_a_pull_leads(image: str, secrets: tuple[str, ...], verdict: str, secret: str | None, detail: str) -> None:
    found = pull(image, secrets, service_account="nobody")
    assert (found.verdict, found.secret, found.detail) == (verdict, secret, detail)


@pytest.mark.parametrize(("kind", "pod", "owner"), [
    ("Pod", "pod", "pod"), ("Deployment", "predictor's pod", "predictor"), ("StatefulSet", "predictor's pod", "predictor"),
])  # fmt: skip
def test_what_people_call_the_pod(kind: str, pod: str, owner: str) -> None:
    found = dataclasses.replace(pull("h.io/p/a:1", ("good",)), object=ObjectRef("v1", kind, "n", "app"))
    assert (found.pod, found.owner) == (pod, owner)


@pytest.mark.parametrize(("as_of", "verdict"), [
    (None, "ok"), (datetime.date(2027, 2, 28), "ok"), (DAY, "robot-expired"), (datetime.date(2027, 3, 2), "robot-expired"),
])  # fmt: skip
def test_a_robot_is_invalid_from_the_day_it_expires(as_of: datetime.date | None, verdict: str) -> None:
    found = pull("h.io/p/a:1", ("good",), as_of)
    assert (found.verdict, found.robot) == (verdict, ROBOT)


@pytest.mark.parametrize(("secrets", "references", "account", "effective", "verdict"), [
    # The account's list is copied into a pod that has none, and into none that has one.
    ((), {}, None, ("good",), "ok"),
    ((), {}, "other", ("bad",), "secret-not-in-namespace"),
    (("elsewhere",), {}, None, ("elsewhere",), "secret-shadowed"),
    (("absent",), {}, None, ("absent",), "secret-shadowed"),
    (("narrow",), {}, None, ("narrow",), "secret-shadowed"),
    (("narrow",), {}, "other", ("narrow",), "robot-lacks-project"),
    ((), {"": ("imagePullSecrets", 0)}, None, (), "secret-shadowed"),
    ((), {}, "nobody", (), "secret-not-referenced"),
])  # fmt: skip
def test_the_account_s_list_counts_where_the_pod_has_none(
    secrets: tuple[str, ...], references: dict[str, Any], account: str | None, effective: tuple[str, ...], verdict: str
) -> None:
    found = pull("h.io/p/a:1", secrets, references=references, service_account=account)
    assert (found.secrets, found.verdict) == (effective, verdict)


def test_an_expired_robot_is_not_shadowed() -> None:
    """The pod's own list leads as far as the account's would: what is to be mended is the robot."""
    assert pull("h.io/p/a:1", ("unknown", "good"), DAY).verdict == "ok"
    assert pull("h.io/p/a:1", ("good", "narrow"), DAY).verdict == "robot-expired"


@pytest.mark.parametrize(("image", "secrets", "verdict", "detail"), [
    ("oci+fetch://h.io/p/m:1", ("good", "absent"), "ok", ""),
    ("oci+fetch://h.io/p/m:1", ("absent", "good"), "secret-not-first", "absent"),
    ("oci://h.io/p/m:1", ("absent", "good"), "ok", ""),
])  # fmt: skip
def test_what_kserve_fetches_needs_the_first_secret(image: str, secrets: tuple[str, ...], verdict: str, detail: str) -> None:
    found = pull(image, secrets, origin="model")
    assert (found.verdict, found.detail) == (verdict, detail)


@pytest.mark.parametrize(("image", "secrets", "verdict", "reason"), [
    # The host is written: where nothing serves it, no value of the variable mends that.
    ("h.io/p/a:${TAG}", ("good",), "unknown", "variable"),
    ("h.io/p/a:${TAG:=1.0}", ("elsewhere",), "secret-not-referenced", ""),
    ("h.io/p/a:{{ .Values.tag }}", ("absent",), "secret-not-in-namespace", ""),
    ("h.io/p/a:$(TAG)", ("narrow",), "robot-lacks-project", ""),
    ("h.io/mirror/a:${TAG}", ("unknown",), "unknown", "variable"),
    # The project is not written: the robot may be the right one.
    ("h.io/${PROJECT}/a:1", ("narrow",), "unknown", "variable"),
    ("h.io/${PROJECT}/a:1", ("elsewhere",), "secret-not-referenced", ""),
    # Not even the host is.
    ("${REGISTRY}/p/a:1", ("good",), "unknown", "variable"),
    ("${REGISTRY:=h.io}/p/a:1", (), "unknown", "variable"),
    ("{{ .Values.image }}", (), "unknown", "variable"),
    ("other.io/p/a:${TAG}", (), "unknown", "variable"),
    ("${IMAGE}", (), "unknown", "variable"),
    ("ko://knative.dev/serving/cmd/queue", ("good",), "unknown", "variable"),
])  # fmt: skip
def test_a_variable_in_an_image(image: str, secrets: tuple[str, ...], verdict: str, reason: str) -> None:
    found = pull(image, secrets, service_account="nobody")
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(("image", "verdict", "detail"), [
    ("h.io/p/a:1", "ok", ""), ("quay.io/p/a:1", "not-harbor", ""), ("nginx", "not-harbor", ""),
    ("docker.io/team/a:1", "not-harbor", ""), ("ghcr.io/team/a:1", "registry-not-allowed", "ghcr.io"),
    ("localhost/a:1", "registry-not-allowed", "localhost"), ("hh.io/p/a:1", "similar-host", "h.io"),
])  # fmt: skip
def test_only_some_registries_are_allowed(image: str, verdict: str, detail: str) -> None:
    found = pull(image, ("good",), allowed=frozenset({"h.io", "quay.io", "docker.io"}))
    assert (found.verdict, found.detail) == (verdict, detail)


def test_what_a_missing_runtime_brings_is_one_unknown_pull() -> None:
    known, unknown = all_pulls("h.io/p/m:1", ("good",), unknown=Unknown("runtime", "runtime `x` is absent"))
    assert (known.verdict, known.reason) == ("ok", "")
    assert (unknown.image, unknown.verdict, unknown.reason) == ("", "unknown", "runtime")
    assert unknown.as_json()["image"] is None


@pytest.mark.parametrize(("image", "secrets", "verdict"), [
    ("h.io/p/router:1", (), "unknown"), ("h.io/p/router:1", ("good",), "ok"), ("nginx", (), "not-harbor"),
])  # fmt: skip
def test_secrets_that_stand_in_absent_settings(image: str, secrets: tuple[str, ...], verdict: str) -> None:
    found = pull(image, secrets, unknown=Unknown("settings", "they are absent"), service_account="nobody")
    assert (found.verdict, found.reason) == (verdict, "settings" if verdict == "unknown" else "")


@pytest.mark.parametrize(("route", "absent", "verdict"), [
    (None, "base", "unknown"), (("spec", "predictor"), "base", "secret-not-in-namespace"),
    (None, "runtime", "secret-not-in-namespace"),
])  # fmt: skip
def test_a_list_may_stand_in_an_absent_base_where_the_service_has_no_pod_spec(
    route: Route | None, absent: str, verdict: str
) -> None:
    image = Image("h.io/p/a:1", ("image",), "spec")
    pod = Pod("predictor", route, (image,), ("absent",), "nobody", unknown=Unknown(absent, "it is absent"))
    found, _ = pulls(pod, REF, "n", ClusterState(Registries((HARBOR,)), SECRETS, ACCOUNTS))
    assert (found.verdict, found.reason) == (verdict, absent if verdict == "unknown" else "")


def test_a_pull_is_mended_at_the_reference_where_the_secret_is_missing() -> None:
    places = {"absent": ("spec", "imagePullSecrets", 0, "name"), "narrow": ("spec", "imagePullSecrets", 1, "name")}
    assert pull("h.io/p/a:1", ("absent",), references=places, service_account="nobody").place == places["absent"]
    assert pull("h.io/p/a:1", ("narrow",), references=places, service_account="nobody").place == ("image",)
    assert pull("h.io/p/a:1", ("absent",), service_account="nobody").place == ("image",)


def test_a_pull_as_json() -> None:
    assert pull("h.io/p/a:1", ("good",)).as_entry() == {
        "image": "h.io/p/a:1", "route": "image", "component": "predictor", "origin": "spec", "secrets": ["good"],
        "secret": "good", "robot": "vision", "project": "p", "expires": "2027-03-01", "verdict": "ok",
        "reason": None,
        "object": {"apiVersion": "v1", "kind": "Pod", "namespace": "n", "name": "app"}, "environment": None,
        "root": None,
    }  # fmt: skip
    other = pull("nginx", ()).as_json()
    assert (other["secret"], other["robot"], other["project"], other["expires"]) == (None, None, "library", None)


@pytest.mark.parametrize(("image", "project"), [("h.io/p/a:1", "p"), ("h.io/p/a:${T}", "p"), ("", None), ("s3://b/x", None)])
def test_the_project_of_an_image(image: str, project: str | None) -> None:
    assert project_of(image) == project
