"""Every Harbor image of every pod spec has a pull Secret whose robot may pull its project."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.policies import cel, podspecs, samples
from mooring.policies.model import Block, PolicyInput, Row, Text
from mooring.policies.samples import BARE, pod, service
from mooring.schema.catalog import Catalog

SUMMARY = "every Harbor image has a pull Secret whose robot may pull its project"


MENDS = (
    ("write its host as", "the host, with its port, as it stands under `registries`: a kubelet compares them as written"),
    ("add its pull Secret to imagePullSecrets there", "`imagePullSecrets: [{name: SECRET}]` at the place that is named"),
    ("may pull from project", "another Secret, or `project` in the robot's `projects`; the ConfigMap shows what each may"),
)
_WHY = "Refused, with what to write: images that no Secret of theirs may pull, host and port as written (as kubelets look)."


def text(given: PolicyInput, catalog: Catalog) -> Text:
    kinds = podspecs.matched(catalog)
    return Text(
        rules=podspecs.rules(kinds, [podspecs.EPHEMERAL]),
        facts=[
            podspecs.harbor_hosts(given),
            podspecs.variable("publicProjects", cel.lines([cel.string(pair) for pair in sorted(given.public)])),
            podspecs.variable("explicit", "true" if given.explicit else "false"),
        ],
        blocks=[*podspecs.harbor_images(kinds), Block(_WHY, [podspecs.variable("refused", _refused(catalog))])],
        validations=[{"expression": "size(variables.refused) == 0", "messageExpression": "variables.refused[0][0]"}],
        changes=podspecs.changes(catalog),
        grants=True,
        bare=True,
    )


def _refused(catalog: Catalog) -> str:
    """What is said of each image that no Secret of its pod spec may pull, for each pod spec that has such.

    A cluster-scoped runtime's Secrets are looked up where it is used: there it need only name one.
    """
    cluster = f"object.kind in {cel.texts(podspecs.cluster_scoped(catalog))}"
    return (
        "variables.harborImages.filter(e, variables.explicit || object.kind == 'Pod' || size(e.secrets) > 0)\n"
        f".map(e, e.images.filter(i, !({cluster} && size(e.secrets) > 0) &&\n"
        "    !([variables.publicProjects] + e.secrets.filter(s, !s.startsWith('_'))\n"
        "      .map(s, variables.grants[?s].orValue('').split(','))).exists(granted, i[0] + '/' + i[1] in granted))\n"
        "  .map(i, 'image ' + i.join('/') + ' in ' + e.at + ': ' + (\n"
        "    !(i[0] in variables.harborHosts) ? 'write its host as ' + variables.harborHosts.join(' or ')\n"
        "    : size(e.secrets) == 0 ? 'add its pull Secret to imagePullSecrets there'\n"
        "    : 'none of its Secrets (' + e.secrets.join(', ') + ') may pull from project ' + i[1]\n"
        "      + ': see ConfigMap mooring-pull-grants'))).filter(said, size(said) > 0)"
    )


def rows(given: PolicyInput) -> Iterator[Row]:
    """What pulls, and each way in which it could not."""
    sample = given.sample
    mine, image = [sample.secret], samples.image(sample)
    owner = "fail" if given.explicit else "pass"
    yield Row(pod("good", image, mine), "pass")
    yield Row(service("good-service", image, mine), "pass")
    yield Row(pod("docker-hub", "nginx"), "pass")
    if sample.public:
        yield Row(pod("public-project", f"{sample.public}/app:1.0"), "pass")
    yield Row(pod("no-list", image), "fail")
    yield Row(pod("secret-without-a-grant", image, [f"{sample.secret}-without-a-grant"]), "fail")
    yield Row(pod("secret-of-another-project", image, [samples.other_secret(sample)]), "fail")
    yield Row(pod("namespace-without-grants", image, mine, BARE), "fail")
    yield Row(pod("host-with-another-port", samples.other_port(sample), mine), "fail")
    yield Row(service("service-without-a-list", image), owner)
    transformer = {"containers": samples.container(image)}
    yield Row(service("list-of-the-predictor-alone", "nginx", mine, transformer=transformer), owner)
