"""What manifests are held to: the schemas of Kubernetes, and the fields of the kinds of the Prometheus Operator."""

import re
import subprocess

from programs import ROOT

# the oldest version whose schemas the validator has, and the newest
VERSIONS = ["1.25", "1.37"]

VALIDATOR = ROOT / "target" / "python-kubernetes" / "bin" / "kubernetes-validate"


def validate(*files):
    """Asserts that each file, of one document, passes in every version, strictly."""
    code, lines = told(*files)
    passed = [line for line in lines if re.match(r"INFO .* passed for resource ", line)]
    # a kind that it does not know is a warning, and no failure
    assert (code, len(passed)) == (0, len(files) * len(VERSIONS)), "\n".join(lines)
    assert len(lines) == len(passed), "\n".join(lines)


def told(*files):
    """The exit code of the validator, and its lines."""
    assert VALIDATOR.exists(), f"{VALIDATOR}: `tests/run needs` makes it"
    versions = [option for version in VERSIONS for option in ("-k", version)]
    command = [VALIDATOR, *versions, "--strict", *files]
    run = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout.splitlines()


class Fields(dict):
    """An object with these fields and no others; names that begin with `*` must be there."""


class Texts:
    """An object of texts with any names: labels, annotations."""


class Words(set):
    """One of these."""


class Pattern:
    """A text that matches."""

    def __init__(self, expression):
        self.expression = expression


NUMBER = range(0, 2**63)
DURATION = Pattern(r"^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$")
# a part that is never generated, and so need not be known in full
OTHER = object()

PROTOCOLS = Words(
    ["PrometheusProto", "OpenMetricsText0.0.1", "OpenMetricsText1.0.0", "PrometheusText0.0.4", "PrometheusText1.0.0"]
)

ACTIONS = ["replace", "keep", "drop", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase"]

RELABELING = Fields(
    action=Words(ACTIONS + ["keepequal", "dropequal"]),
    modulus=NUMBER,
    regex=str,
    replacement=str,
    separator=str,
    sourceLabels=[str],
    targetLabel=str,
)

SELECTOR = Fields(
    matchLabels=Texts(),
    matchExpressions=[Fields({"*key": str, "*operator": str, "values": [str]})],
)

ENDPOINT = Fields(
    port=str,
    targetPort=OTHER,
    path=str,
    scheme=Words(["http", "https", "HTTP", "HTTPS"]),
    interval=DURATION,
    scrapeTimeout=DURATION,
    params=OTHER,
    honorLabels=bool,
    honorTimestamps=bool,
    trackTimestampsStaleness=bool,
    followRedirects=bool,
    enableHttp2=bool,
    filterRunning=bool,
    relabelings=[RELABELING],
    metricRelabelings=[RELABELING],
    authorization=OTHER,
    basicAuth=OTHER,
    bearerTokenSecret=OTHER,
    oauth2=OTHER,
    tlsConfig=OTHER,
    proxyUrl=str,
    noProxy=str,
    proxyFromEnvironment=bool,
    proxyConnectHeader=OTHER,
)

MONITOR = Fields(
    {"*selector": SELECTOR},
    attachMetadata=Fields(node=bool),
    bodySizeLimit=str,
    convertClassicHistogramsToNHCB=bool,
    fallbackScrapeProtocol=PROTOCOLS,
    jobLabel=str,
    keepDroppedTargets=NUMBER,
    labelLimit=NUMBER,
    labelNameLengthLimit=NUMBER,
    labelValueLengthLimit=NUMBER,
    namespaceSelector=Fields(any=bool, matchNames=[str]),
    nativeHistogramBucketLimit=NUMBER,
    nativeHistogramMinBucketFactor=OTHER,
    podTargetLabels=[str],
    sampleLimit=NUMBER,
    scrapeClass=str,
    scrapeClassicHistograms=bool,
    scrapeNativeHistograms=bool,
    scrapeProtocols=[PROTOCOLS],
    selectorMechanism=Words(["RelabelConfig", "RoleSelector"]),
    targetLimit=NUMBER,
)

RULE = Fields(
    {"*expr": str, "for": DURATION},
    record=str,
    alert=str,
    keep_firing_for=DURATION,
    labels=Texts(),
    annotations=Texts(),
)

GROUP = Fields(
    {"*name": Pattern(".")},
    interval=DURATION,
    limit=NUMBER,
    labels=Texts(),
    partial_response_strategy=str,
    query_offset=DURATION,
    rules=[RULE],
)

METADATA = Fields({"*name": Pattern(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")}, namespace=str, labels=Texts())

# `spec` of each kind of monitoring.coreos.com/v1, by the definitions of version 0.93 of the operator (2026-07-28)
OPERATOR = {
    "ServiceMonitor": Fields(
        MONITOR,
        serviceDiscoveryRole=Words(["Endpoints", "EndpointSlice"]),
        targetLabels=[str],
        **{"*endpoints": [Fields(ENDPOINT, bearerTokenFile=str)]},
    ),
    "PodMonitor": Fields(MONITOR, podMetricsEndpoints=[Fields(ENDPOINT, portNumber=range(1, 65536))]),
    "PrometheusRule": Fields(groups=[GROUP]),
}


def faults(manifest):
    """What is wrong with an object of the Prometheus Operator: a sentence each."""
    if manifest.get("apiVersion") != "monitoring.coreos.com/v1":
        return [f"apiVersion: {manifest.get('apiVersion')!r}"]
    if manifest.get("kind") not in OPERATOR:
        return [f"kind: {manifest.get('kind')!r}"]
    shape = {"*apiVersion": str, "*kind": str, "*metadata": METADATA, "*spec": OPERATOR[manifest["kind"]]}
    return list(_faults(manifest, Fields(shape), manifest["kind"]))


def _faults(value, shape, path):
    if shape is OTHER:
        return
    if isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path}: no list: {value!r}"
            return
        for place, item in enumerate(value):
            yield from _faults(item, shape[0], f"{path}[{place}]")
    elif isinstance(shape, Fields):
        yield from _faults_of_fields(value, shape, path)
    elif isinstance(shape, Texts):
        if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
            yield f"{path}: no texts: {value!r}"
    elif not _fits(value, shape):
        yield f"{path}: {value!r}"


def _faults_of_fields(value, shape, path):
    if not isinstance(value, dict):
        yield f"{path}: no object: {value!r}"
        return
    known = {name.lstrip("*"): of for name, of in shape.items()}
    for name in shape:
        if name.startswith("*") and name[1:] not in value:
            yield f"{path}.{name[1:]}: not there"
    for name, inner in value.items():
        if name in known:
            yield from _faults(inner, known[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: no such field"


def _fits(value, shape):
    if isinstance(shape, Words):
        return isinstance(value, str) and value in shape
    if isinstance(shape, Pattern):
        return isinstance(value, str) and re.search(shape.expression, value)
    if isinstance(shape, range):
        # True is an integer in Python
        return type(value) is int and value in shape
    return type(value) is shape
