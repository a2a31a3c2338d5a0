"""`check PATH…`: the Secret that a pod names, as it is: its type, its configuration, and who makes it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mooring import cli

Captured = pytest.CaptureFixture[str]
HOST = "harbor.example.com"
IMAGE = f"{HOST}/ml/app:1"
CONFIG = f'{{"auths": {{"{HOST}": {{"auth": "dTpw"}}}}}}'


class Said(NamedTuple):
    """What `check` says: verdict and detail of the app's pull, its errors and notes with their lines, and the rest."""

    verdicts: list[str]
    errors: list[tuple[str, str]]
    notes: list[str]
    status: int
    output: str


def pod(image: str = IMAGE, secrets: str = "[{name: regcred}]") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: shop}\n"
        f"spec: {{imagePullSecrets: {secrets}, containers: [{{name: a, image: '{image}'}}]}}\n"
    )


def secret(config: str = CONFIG, kind: str = "kubernetes.io/dockerconfigjson", key: str = "", name: str = "regcred") -> str:
    key = key or (".dockercfg" if kind.endswith("cfg") else ".dockerconfigjson")
    data = base64.b64encode(config.encode()).decode()
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\n"
        + (f"type: {kind}\n" if kind else "")
        + f"data:\n  {key}: {data}\n"
    )


def said(here: Path, capsys: Captured, *texts: str, arguments: tuple[str, ...] = ("--registry", HOST)) -> Said:
    (here / "all.yaml").write_text("---\n".join(texts))
    status = cli.main(["check", "all.yaml", *arguments, "--pulls", "--format", "json"])
    output = capsys.readouterr().out
    result: dict[str, Any] = json.loads(output)
    lines = (here / "all.yaml").read_text().split("\n")
    problems = [problem for problem in result["problems"] if problem["code"] != "plaintext-credential"]
    errors = [(p["code"], lines[p["line"] - 1].strip()) for p in problems if p["severity"] == "error"]
    notes = [p["message"] for p in problems if p["severity"] != "error"]
    return Said([pull["verdict"] for pull in result["pulls"]], errors, notes, status, output)


pytestmark = pytest.mark.usefixtures("here")


WRONG, MALFORMED = "secret-wrong-type", "malformed-dockerconfig"


@pytest.mark.parametrize(("text", "code", "line"), [
    (secret(), "ok", ""),
    (secret(f'{{"{HOST}": {{"auth": "dTpw"}}}}', "kubernetes.io/dockercfg"), "ok", ""),
    (secret(kind="Opaque"), WRONG, "type: Opaque"),
    (secret(kind="''"), WRONG, "type: ''"),
    (secret(kind=""), WRONG, "apiVersion: v1"),
    (secret(kind="kubernetes.io/tls"), WRONG, "type: kubernetes.io/tls"),
    (secret(kind="kubernetes.io/dockerconfig"), WRONG, "type: kubernetes.io/dockerconfig"),
    (secret(kind="kubernetes.io/basic-auth", key="password"), WRONG, "type: kubernetes.io/basic-auth"),
    # A type that fits the other key.
    (secret(kind="kubernetes.io/dockercfg", key=".dockerconfigjson"), WRONG, "type: kubernetes.io/dockercfg"),
    (secret(kind="kubernetes.io/dockerconfigjson", key=".dockercfg"), WRONG, "type: kubernetes.io/dockerconfigjson"),
    (secret(kind="kubernetes.io/dockerconfigjson", key="config.json"), MALFORMED, "config.json:"),
    # The form of the other type below the right key.
    (secret(kind="kubernetes.io/dockercfg"), MALFORMED, ".dockercfg:"),
    (secret(f'{{"{HOST}": {{"auth": "dTpw"}}}}'), MALFORMED, ".dockerconfigjson:"),
])  # fmt: skip
def test_the_type_of_a_secret(text: str, code: str, line: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), text)
    assert found.verdicts == [code]
    assert [(code, place[: len(line)]) for code, place in found.errors] == ([] if code == "ok" else [(code, line)])
    assert "dTpw" not in found.output


def test_one_wrong_type_is_one_problem_however_many_name_it(here: Path, capsys: Captured) -> None:
    other = pod().replace("name: app", "name: other").replace("name: a,", "name: b,")
    both = pod().replace("containers: [", f"containers: [{{name: c, image: '{HOST}/ml/c:1'}}, ")
    found = said(here, capsys, both, other, secret(kind="Opaque"))
    assert (found.verdicts, found.errors) == ([WRONG] * 3, [(WRONG, "type: Opaque")])


@pytest.mark.parametrize(("secrets", "image", "verdict"), [
    # A Secret of the right type beside it serves the image.
    ("[{name: regcred}, {name: good}]", IMAGE, "ok"),
    ("[{name: good}]", IMAGE, "ok"),
    # Nothing of another registry's image depends on it.
    ("[{name: regcred}]", "quay.io/ml/app:1", "not-harbor"),
    # It leads further than a Secret that is not there.
    ("[{name: absent}, {name: regcred}]", IMAGE, WRONG),
])  # fmt: skip
def test_a_wrong_type_counts_only_where_it_decides(
    secrets: str, image: str, verdict: str, here: Path, capsys: Captured
) -> None:
    found = said(here, capsys, pod(image, secrets), secret(kind="Opaque"), secret(name="good"))
    assert found.verdicts == [verdict]
    assert [code for code, _ in found.errors] == ([WRONG] if verdict == WRONG else [])


def test_a_secret_that_holds_no_login_proves_nothing_of_a_missed_one(here: Path, capsys: Captured) -> None:
    """Where the only Secrets given are an application's own, pull Secrets come from somewhere else."""
    found = said(here, capsys, pod(secrets="[{name: absent}]"), secret(kind="Opaque", key="password"))
    assert (found.verdicts, found.errors) == (["unknown"], [])


def test_a_wrong_type_in_the_namespace_of_a_download_job(here: Path, capsys: Captured) -> None:
    """KServe runs the jobs of a local model in a namespace of their own, with its `default` account."""
    cache = (
        "apiVersion: serving.kserve.io/v1alpha1\nkind: LocalModelCache\nmetadata: {name: chat}\n"
        'spec: {sourceModelUri: "hf://org/model", modelSize: 10Gi, nodeGroups: [gpu]}\n'
    )
    settings = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: inferenceservice-config, namespace: kserve}\ndata:\n"
        f'  storageInitializer: \'{{"image": "{HOST}/platform/init:v1"}}\'\n'
        '  localModel: \'{"enabled": true, "jobNamespace": "shop"}\'\n'
    )
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: shop}\n"
    account += "imagePullSecrets: [{name: regcred}]\n"
    found = said(here, capsys, cache, settings, account, secret(kind="Opaque"))
    assert (found.verdicts, found.errors) == ([WRONG], [(WRONG, "type: Opaque")])


def test_a_template_that_yaml_reads_as_a_mapping(here: Path, capsys: Captured) -> None:
    text = external("x").replace("|\n          x", auths('{"auth": x}'))
    found = said(here, capsys, pod(), text)
    assert found.verdicts == [MALFORMED]
    assert {code for code, _ in found.errors} == {"schema", MALFORMED}
    assert "the template of `.dockerconfigjson` is not text" in found.output


def test_a_wrong_type_is_silenced_at_the_secret_alone(here: Path, capsys: Captured) -> None:
    note = 'namespace: shop, annotations: {mooring.dev/allow: "secret-wrong-type: retyped"}'
    wrong = secret(kind="Opaque")
    assert said(here, capsys, pod(), wrong.replace("namespace: shop", note)).status == 0
    assert said(here, capsys, pod().replace("namespace: shop", note), wrong).status == 1


@pytest.mark.parametrize(("refused", "verdict"), [
    ('{"auths": {"x.io": {"auth": "?"}}}', MALFORMED),
    ('{"auths": []}', MALFORMED),
    ('{"auths": {"x.io": {"password": 5}}}', MALFORMED),
    # The API server takes neither of these: the Secret is never there.
    ("hunter2", "ok"),
    ('["hunter2"]', "ok"),
    ('{"auths": {"x.io": {}}}', "ok"),
])  # fmt: skip
@pytest.mark.parametrize("image", [IMAGE, "quay.io/ml/app:1"])
def test_a_configuration_that_the_kubelet_refuses_stops_every_image_of_the_pod(
    image: str, refused: str, verdict: str, here: Path, capsys: Captured
) -> None:
    listed = "[{name: good}, {name: regcred}]"
    found = said(here, capsys, pod(image, listed), secret(refused), secret(name="good"))
    assert found.verdicts == [verdict if verdict != "ok" or image == IMAGE else "not-harbor"]
    assert [code for code, _ in found.errors] == [MALFORMED]
    assert "hunter2" not in found.output


FETCHED = f"""\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {{name: app, namespace: shop}}
spec:
  predictor:
    imagePullSecrets: [{{name: regcred}}]
    model: {{modelFormat: {{name: onnx}}, image: "quay.io/x/y:1", storageUri: "oci+fetch://{HOST}/ml/model:1"}}
"""
WITHOUT_AUTH = '{"username": "u", "password": "p"}'


@pytest.mark.parametrize(("text", "code", "line"), [
    (secret(), "ok", ""),
    (secret(f'{{"{HOST}": {{"auth": "dTpw"}}}}', "kubernetes.io/dockercfg"), WRONG, "type: kubernetes.io/dockercfg"),
    (secret(f'{{"auths": {{"{HOST}": {WITHOUT_AUTH}}}}}'), MALFORMED, ".dockerconfigjson:"),
    (secret(f'{{"auths": {{"https://{HOST}": {{"auth": "dTpw"}}}}}}'), "auth-host-mismatch", "model:"),
    (secret(f'{{"auths": {{"{HOST}/ml": {{"auth": "dTpw"}}}}}}'), "auth-host-mismatch", "model:"),
    (secret(f'{{"auths": {{"{HOST}/ml": {{"auth": "dTpw"}}, "{HOST}": {{"auth": "dTpw"}}}}}}'), "ok", ""),
])  # fmt: skip
def test_a_model_that_kserve_fetches_needs_auth_at_the_host_itself(
    text: str, code: str, line: str, here: Path, capsys: Captured
) -> None:
    found = said(here, capsys, FETCHED, text)
    assert code in found.verdicts
    assert [(code, place[: len(line)]) for code, place in found.errors] == ([] if code == "ok" else [(code, line)])
    assert said(here, capsys, pod(), text).verdicts == ["ok"], "the kubelet takes it"


def external(template: str = "", *, kind: str = "kubernetes.io/dockerconfigjson", more: str = "", target: str = "") -> str:
    """An ExternalSecret of a store that gives `user` and `password`."""
    indented = "".join(f"          {line}\n" for line in template.split("\n"))
    data = f"      data:\n        .dockerconfigjson: |\n{indented}" if template else ""
    return (
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: regcred, namespace: shop}\nspec:\n"
        "  secretStoreRef: {name: vault, kind: ClusterSecretStore}\n"
        f"  target:\n    name: regcred\n{target}    template:\n      type: {kind}\n{data}{more}"
        "  data:\n  - {secretKey: user, remoteRef: {key: h, property: user}}\n"
        "  - {secretKey: password, remoteRef: {key: h, property: password}}\n"
    )


def auths(entry: str, host: str = HOST) -> str:
    return f'{{"auths":{{"{host}":{entry}}}}}'


AUTH = '{"auth":"{{ printf "%s:%s" .user .password | b64enc }}"}'
KNOWN = '(dict "username" .user "password" .password "auth" (printf "%s:%s" .user .password | b64enc))'


@pytest.mark.parametrize("template", [
    auths(AUTH), auths('{"username":"{{ .user }}","password":"{{ .password }}"}'),
    auths('{"username":{{ .user | quote }},"password":{{ .password | toJson }}}'),
    auths('{"username":"{{ .user | toString }}","password":"{{ .password | trim }}"}'),
    auths('{"auth":"{{ .password }}"}'),
    f'{{{{ dict "auths" (dict "{HOST}" {KNOWN}) | toJson }}}}',
    f'{{{{- $entry := {KNOWN} -}}}}\n{{{{ dict "auths" (dict "{HOST}" $entry "x.io" $entry) | toJson }}}}',
    r'{{ printf "{\"auths\":{\"harbor.example.com\":{\"auth\":\"%s\"}}}" (printf "%s:%s" .user .password | b64enc) }}',
    auths('{"username":"{{ (index . "user") }}","password":"{{ $.password }}"}'),
    '{ "auths":\n  { "' + HOST + '": ' + AUTH + " } }",
    # A host beside it is a value: the one that is written counts.
    f'{{"auths":{{"{HOST}":{AUTH},"{{{{ .user }}}}":{AUTH}}}}}',
])  # fmt: skip
def test_a_template_that_is_a_docker_configuration(template: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), external(template))
    assert (found.verdicts, found.errors, found.notes) == (["ok"], [], [])
    assert said(here, capsys, pod(), external(template), arguments=()).verdicts == ["ok"], "the host is a private registry"


@pytest.mark.parametrize("template", [
    "{{ .user }}", "{{ .user | toString }}", '{"auths":{{ .user }}}', '{"auths":{{ .user | fromJson | toJson }}}',
    auths("{{ .user }}"), '{"auths":{"{{ .user }}":' + AUTH + "}}", '{"auths":{"x.io":' + AUTH + ',"{{ .user }}":{}}}',
    '{"{{ .user }}":{}}', auths('{"auth":{{ .user }}}'), "{{ if .user }}" + auths(AUTH) + "{{ end }}",
    auths('{"auth":"{{ .user | sha256sum }}"}'), auths('{"auth":"{{ range .user }}x{{ end }}"}'), "{{ .user.config }}",
    '{"auths":tru{{ .user }}}', '{"auths":{"h{{ .user }}',
    '{{ dict "auths" (dict .user (dict)) | toJson }}', '{{ dict "auths" .user | toJson }}', auths(AUTH) + "{{ .user }}",
])  # fmt: skip
def test_a_template_that_does_not_show_its_registries(template: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), external(template))
    assert (found.verdicts, found.errors) == (["unknown"], [])
    assert ["does not show its registries" in note for note in found.notes] == [True]
    assert [pull["reason"] for pull in json.loads(found.output)["pulls"]] == ["registries"]


@pytest.mark.parametrize(("template", "line"), [
    ('{"' + HOST + '":{"username":"{{ .user }}","password":"{{ .password }}"}}', ".dockerconfigjson: |"),
    ('{"auth":{}}', ".dockerconfigjson: |"), ("{}", ".dockerconfigjson: |"), ('{"auths":[]}', ".dockerconfigjson: |"),
    ('{"auths":{}}', ".dockerconfigjson: |"), ("auths: {}", ".dockerconfigjson: |"), (auths("{}"), ".dockerconfigjson: |"),
    (auths('{"username":"{{ .user }}"}'), ".dockerconfigjson: |"), (auths(AUTH) + "}", ".dockerconfigjson: |"),
    (auths('{"auth":"{{ printf "%s:%s" .user .password }}"}'), ".dockerconfigjson: |"),
    (auths('{"auth":"{{ .user }}:{{ .password }}"}'), ".dockerconfigjson: |"),
    (auths('{"username":"{{ .username }}","password":"{{ .password }}"}'), ".dockerconfigjson: |"),
    (auths('{"username":"{{ .user }}","password":5}'), ".dockerconfigjson: |"),
    (auths('{"username":"{{ .user }}","password":"{{ .password }}",}'), ".dockerconfigjson: |"),
    ("{'auths':{'harbor.example.com':{'auth':'{{ .user }}'}}}", ".dockerconfigjson: |"),
    ('{"auths":{}}} {{ .user }}', ".dockerconfigjson: |"),
    ('{{ dict "auth" (dict) | toJson }}', ".dockerconfigjson: |"), ('{{ "auths" | toJson }}', ".dockerconfigjson: |"),
])  # fmt: skip
def test_a_template_that_is_no_docker_configuration(template: str, line: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), external(template))
    assert (found.verdicts, found.errors) == ([MALFORMED], [(MALFORMED, line)])
    older = said(here, capsys, pod(), external(template).replace("external-secrets.io/v1", "external-secrets.io/v1beta1"))
    assert (older.verdicts, older.errors) == (found.verdicts, found.errors), "also where no schema is known"


@pytest.mark.parametrize(("entry", "verdict"), [
    (auths(AUTH, f"{HOST}:443"), "auth-host-mismatch"),
    (auths(AUTH, "other.example.com"), "secret-not-referenced"),
    (auths(AUTH, f"{HOST}/else"), "secret-not-referenced"),
])  # fmt: skip
def test_a_template_of_another_host(entry: str, verdict: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), external(entry))
    assert (found.verdicts, [code for code, _ in found.errors]) == ([verdict], [verdict])


DATA = "  - {secretKey: .dockerconfigjson, remoteRef: {key: h, property: config}}\n"
FROM = "      templateFrom: [{configMap: {name: t, items: [{key: .dockerconfigjson}]}}]\n"


@pytest.mark.parametrize(("text", "verdict"), [
    (external(), MALFORMED),  # nothing gives the key
    (external() + DATA, "unknown"),
    (external(more="      mergePolicy: Merge\n") + DATA, "unknown"),
    (external(more="      mergePolicy: Merge\n"), MALFORMED),
    (external(more=FROM), "unknown"),
    (external(auths(AUTH), more=FROM), "ok"),  # what the template says itself counts first
    (external(auths(AUTH), more="      mergePolicy: Merge\n") + DATA, "ok"),
    (external("{}", more="      mergePolicy: Merge\n") + DATA, MALFORMED),
    (external(more="      data: {other: x}\n") + DATA, MALFORMED),
    (external(auths(AUTH).replace(".user ", ".name ")) + "  dataFrom: [{extract: {key: h}}]\n", "ok"),
    (external(auths(AUTH), target="    creationPolicy: None\n"), "secret-not-in-namespace"),
    (external(auths(AUTH), target="    creationPolicy: Merge\n"), "ok"),
    (external(auths(AUTH), target="    manifest: {apiVersion: v1, kind: ConfigMap}\n"), "secret-not-in-namespace"),
    (external(auths(AUTH), target="    manifest: {apiVersion: v1, kind: Secret}\n"), "ok"),
    (external(kind="''", target="    creationPolicy: Merge\n"), "unknown"),
    (external(auths(AUTH), kind="Opaque"), WRONG),
    (external(auths(AUTH), kind="kubernetes.io/dockercfg"), WRONG),
    (external(auths(AUTH), kind="''"), WRONG),
    (external(f'{{"{HOST}":{AUTH}}}', kind="kubernetes.io/dockercfg").replace(".dockerconfigjson", ".dockercfg"), "ok"),
])  # fmt: skip
def test_what_an_external_secret_makes(text: str, verdict: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), text, secret(name="other"))
    assert (found.verdicts, [code for code, _ in found.errors]) == ([verdict], [verdict] if "-" in verdict else [])


def test_the_older_engine_of_templates_is_not_evaluated(here: Path, capsys: Captured) -> None:
    older = external(auths(AUTH), more="      engineVersion: v1\n").replace(
        "external-secrets.io/v1", "external-secrets.io/v1beta1"
    )
    assert said(here, capsys, pod(), older).verdicts == ["unknown"]
    assert said(here, capsys, pod(), older.replace("engineVersion: v1", "engineVersion: v2")).verdicts == ["ok"]


def sealed(kind: str = "kubernetes.io/dockerconfigjson", data: str = "", key: str = ".dockerconfigjson") -> str:
    return (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: regcred, namespace: shop}\n"
        f"spec:\n  encryptedData: {{{key}: AgBy8hCM8abc}}\n  template:\n    type: {kind}\n{data}"
    )


SOPS = secret().replace("data:\n", "sops: {mac: x}\ndata:\n").replace(": ey", ": ENC[AES256_GCM,data:ey")
GRANTS = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mooring-pull-grants, namespace: shop}\n"
    f"data: {{regcred: {HOST}/ml}}\n"
)


@pytest.mark.parametrize(("text", "verdict"), [
    (sealed(), "unknown"), (SOPS, "unknown"),
    (SOPS.replace("type: kubernetes.io/dockerconfigjson", "type: ENC[AES256_GCM,data:x]"), "unknown"),
    (SOPS.replace("type: kubernetes.io/dockerconfigjson", "type: Opaque"), WRONG),
    (sealed("Opaque"), WRONG), (sealed("kubernetes.io/dockercfg"), WRONG), (sealed("''"), WRONG),
    (sealed("kubernetes.io/dockercfg", key=".dockercfg"), "unknown"),
    (sealed(key="auth"), MALFORMED),
    (sealed(key="auth", data="    data: {.dockerconfigjson: '" + auths('{"auth":"{{ .auth }}"}') + "'}\n"), "ok"),
    (sealed(key="auth", data="    data: {.dockerconfigjson: '" + auths('{"auth":"{{ .other }}"}') + "'}\n"), MALFORMED),
])  # fmt: skip
def test_what_is_encrypted_does_not_show_its_registries(text: str, verdict: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), text)
    assert (found.verdicts, [code for code, _ in found.errors]) == ([verdict], [verdict] if "-" in verdict else [])
    if verdict != "unknown":
        return
    granted = said(here, capsys, pod(), text, GRANTS)
    assert (granted.verdicts, granted.errors) == (["ok"], []), "the grants say what its robot may pull"
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: shop}\n"
    beside = said(here, capsys, pod(), text, account + "imagePullSecrets: [{name: good}]\n", secret(name="good"))
    assert beside.verdicts == ["unknown"], "the pod's own Secret may serve: nobody knows that the account's is shadowed"
    other = said(here, capsys, pod(f"{HOST}/else/app:1"), text, GRANTS)
    assert other.verdicts == ["robot-lacks-project"]


MAKER = """\
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: vault-pull, namespace: shop}
spec: {destination: {name: regcred, create: true, type: kubernetes.io/dockerconfigjson}}
"""


@pytest.mark.parametrize(("maker", "secrets", "verdict"), [
    (MAKER, "[{name: regcred}]", "unknown"),
    (MAKER.replace("namespace: shop", "namespace: other"), "[{name: regcred}]", "secret-not-in-namespace"),
    (MAKER.replace("name: regcred", "name: else"), "[{name: regcred}]", "secret-not-in-namespace"),
    # It may be the one that serves, wherever it stands in the list, and whatever the others lack.
    (MAKER, "[{name: absent}, {name: regcred}]", "unknown"),
    (MAKER, "[{name: wrong}, {name: regcred}]", "unknown"),
    (MAKER, "[{name: other}, {name: regcred}]", "ok"),
])  # fmt: skip
def test_a_secret_that_something_at_hand_may_make_is_not_missing(
    maker: str, secrets: str, verdict: str, here: Path, capsys: Captured
) -> None:
    found = said(here, capsys, pod(secrets=secrets), secret(name="other"), secret(name="wrong", kind="Opaque"), maker)
    assert (found.verdicts, [code for code, _ in found.errors]) == ([verdict], [verdict] if "-" in verdict else [])
    told = [note for note in found.notes if "may be made by" in note]
    assert ["VaultStaticSecret `vault-pull`" in note for note in told] == ([True] if verdict == "unknown" else [])


@pytest.mark.parametrize(
    "annotation", ["reflector.v1.k8s.emberstack.com/reflects", "replicator.v1.mittwald.de/replicate-from"]
)
def test_what_is_copied_into_a_secret_is_not_seen(annotation: str, here: Path, capsys: Captured) -> None:
    note = f"namespace: shop, annotations: {{{annotation}: infra/regcred}}"
    copy = secret("{}").replace("namespace: shop", note)
    assert (said(here, capsys, pod(), copy).verdicts, said(here, capsys, pod(), copy).errors) == (["unknown"], [])
    assert said(here, capsys, pod(), secret("{}")).verdicts == [MALFORMED]


@pytest.mark.parametrize(("second", "verdict"), [
    (secret(), "ok"),
    (secret(f'{{"auths": {{"{HOST}": {{"auth": "djpw"}}, "x.io": {{"auth": "djpw"}}}}}}'), "ok"),  # both serve the image
    (secret('{"auths": {"x.io": {"auth": "dTpw"}}}'), "unknown"),
    (secret(kind="Opaque"), "unknown"),
    (secret("{}"), "unknown"),
    (sealed(), "unknown"),
    (external(auths(AUTH)), "ok"),
    (external(target="    creationPolicy: Merge\n"), "unknown"),
])  # fmt: skip
@pytest.mark.parametrize("order", [1, -1])
def test_two_objects_of_one_secret_count_for_what_both_say(
    second: str, verdict: str, order: int, here: Path, capsys: Captured
) -> None:
    assert said(here, capsys, pod(), *(secret(), second)[::order]).verdicts == [verdict]


def login(user: str, host: str = HOST) -> str:
    auth = base64.b64encode(f"{user}:hunter2".encode()).decode()
    return secret(json.dumps({"auths": {host: {"auth": auth}}}))


def granted(user: str) -> str:
    return GRANTS.replace(f"regcred: {HOST}/ml", f"regcred: {HOST}/ml, _login.regcred: '{user}'")


SHELL, TWICE, PREFIX, OTHER = "a shell has taken the `$`", "escaped twice", "the prefix of Harbor's robots", "of the robot"


@pytest.mark.parametrize(("robot", "user", "hint"), [
    ("robot$vision+ci", "robot$vision+ci", ""),
    ("robot$vision+ci", "robot+ci", SHELL),
    ("robot$vision+ci", "robotision+ci", SHELL),  # a Makefile
    ("robot$app", "robot", SHELL),
    ("robot$app-2", "robot-2", SHELL),
    ("robot$1app", "robotapp", SHELL),
    ("robot_app", "robot", OTHER),
    ("robot$vision+ci", "robot\\\\$vision+ci", TWICE),
    ("robot$vision+ci", "robot$$vision+ci", TWICE),
    ("robot$vision+ci", "vision+ci", PREFIX),
    ("robot$vision+ci", "robot$vision+cd", OTHER),
    ("robot$vision+ci", "admin", OTHER),
    ("robot$vision+ci", "s3cretPassw0rd", OTHER),
])  # fmt: skip
def test_a_secret_that_logs_in_as_another_than_its_robot(
    robot: str, user: str, hint: str, here: Path, capsys: Captured
) -> None:
    user = user.replace("\\\\", "\\")
    found = said(here, capsys, pod(), login(user), granted(robot))
    assert found.verdicts == ["login-mismatch" if hint else "ok"]
    assert [(code, line[:18]) for code, line in found.errors] == ([("login-mismatch", ".dockerconfigjson:")] if hint else [])
    problems = [p for p in json.loads(found.output)["problems"] if p["code"] == "login-mismatch"]
    assert [hint in p["hint"] and robot in p["message"] for p in problems] == ([True] if hint else [])
    shown = found.output.replace(robot, "")
    assert not any(value in shown for value in ("hunter2", "s3cretPassw0rd", "admin", "vision+", "robot+"))


@pytest.mark.parametrize(("text", "verdict"), [
    # Not the robot's host, a login that is not seen, and one of several that fits.
    (login("other", "x.io"), "secret-not-referenced"),
    (external(auths(AUTH)), "ok"),
    (external(auths('{"username":"robot$app","password":"{{ .password }}"}')), "ok"),
    (external(auths('{"username":"robot","password":"{{ .password }}"}')), "login-mismatch"),
    (secret(f'{{"auths": {{"{HOST}": {{"auth": "dTpw"}}, "{HOST}/ml": {{"auth": "cm9ib3QkYXBwOnA="}}}}}}'), "ok"),
    (sealed(), "ok"),
])  # fmt: skip
def test_whose_login_counts(text: str, verdict: str, here: Path, capsys: Captured) -> None:
    found = said(here, capsys, pod(), text, granted("robot$app"))
    assert found.verdicts == [verdict]
    if verdict == "login-mismatch":
        assert [code for code, _ in found.errors] == [verdict]


FLEET = f"""\
apiVersion: mooring.dev/v1
kind: Fleet
metadata: {{name: shop}}
registries: [{{name: harbor, host: {HOST}}}]
secrets: {{backend: external}}
robots: [{{name: app, robot: ci, project: ml, secretName: regcred, namespaces: [shop], expires: never}}]
namespaces: [{{name: shop, manage: false}}]
"""


@pytest.mark.parametrize(("text", "verdict"), [
    (login("robot$ml+ci"), "ok"), (login("robot+ci"), "login-mismatch"), (sealed(), "ok"), (SOPS, "ok"),
    (sealed("Opaque"), WRONG), (secret(kind="Opaque"), WRONG), (external("{{ .user }}"), "ok"), (external("{}"), MALFORMED),
])  # fmt: skip
def test_the_fleet_says_who_the_robot_of_a_secret_is(text: str, verdict: str, here: Path, capsys: Captured) -> None:
    """What does not show its registries is judged by what the fleet says of it."""
    (here / "fleet.yaml").write_text(FLEET)
    found = said(here, capsys, pod(), text, arguments=())
    codes = [code for code, _ in found.errors if code != "plaintext-credential"]
    assert (found.verdicts, codes) == ([verdict], [] if verdict == "ok" else [verdict])
