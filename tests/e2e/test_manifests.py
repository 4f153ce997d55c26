"""Manifests and configurations that are generated, held to what reads them: the schemas of Kubernetes, the fields of the
Prometheus Operator, promtool, amtool. The program is `tests/http/served/generated.rs`."""

import copy
import json
import subprocess

import pytest
import yaml

from kubernetes import OPERATOR, faults, told, validate
from programs import EXAMPLES, target_directory

NAME_LABEL = "app.kubernetes.io/name"


def export(name, folder):
    """Everything that is generated of a program."""
    program = target_directory() / "debug" / "examples" / name
    assert program.exists(), f"{program}: `cargo build --examples` makes it"
    subprocess.run([program, "metrics", "export", "--out", folder], check=True, stdout=subprocess.PIPE)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return export("generated", tmp_path_factory.mktemp("generated"))


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def run(*command):
    """Exit code and output of a tool."""
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def deployment(folder):
    """A user's Deployment with the patch of the annotations in it."""
    labels = {NAME_LABEL: "proxy_pool"}
    port = {"name": "metrics", "containerPort": 8080}
    patch = read(folder / "kubernetes/by-hand" / "pod-annotations.yaml")
    # of another shape it would lose itself in the Deployment
    assert patch.keys() == {"spec"} and patch["spec"].keys() == {"template"}, patch
    assert patch["spec"]["template"].keys() == {"metadata"}, patch
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "proxy-pool"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels} | patch["spec"]["template"]["metadata"],
                "spec": {"containers": [{"name": "pool", "image": "pool", "ports": [port]}]},
            },
        },
    }


def test_every_manifest_passes_the_schemas_of_its_kind(folder, tmp_path):
    known, others = [], []
    for file in sorted((folder / "kubernetes").rglob("*.yaml")):
        manifest = read(file)
        if manifest.get("apiVersion") is None:
            # the folder above it can be applied as a whole
            assert file.parent.name == "by-hand", file
            others.append(file.name)
        elif manifest["kind"] in OPERATOR:
            assert faults(manifest) == []
            others.append(file.name)
        else:
            known.append(file)
    assert [file.name for file in known] == [
        "dashboard-config-map.yaml",
        "horizontal-pod-autoscaler.yaml",
        "service.yaml",
    ]
    assert others == [
        "pod-annotations.yaml",
        "pod-monitor.yaml",
        "prometheus-adapter.yaml",
        "prometheus-rule.yaml",
        "service-monitor.yaml",
    ]
    patched = tmp_path / "deployment.yaml"
    patched.write_text(json.dumps(deployment(folder)))
    validate(*known, patched)


@pytest.mark.parametrize("name", EXAMPLES)
def test_manifests_and_configuration_of_the_examples_pass_too(tmp_path, name):
    folder = export(name, tmp_path)
    manifests = {file: read(file) for file in (folder / "kubernetes").rglob("*.yaml")}
    kinds = {manifest["kind"] for manifest in manifests.values() if "kind" in manifest}
    assert kinds >= {"Service", "ConfigMap", *OPERATOR}, kinds
    for manifest in manifests.values():
        if manifest.get("kind") in OPERATOR:
            assert faults(manifest) == []
    validate(*(file for file, manifest in manifests.items() if manifest.get("kind") not in [None, *OPERATOR]))
    code, output = run("promtool", "check", "config", folder / "prometheus.yml")
    assert code == 0 and "WARNING" not in output, output


@pytest.mark.parametrize("name", ["service", "horizontal-pod-autoscaler", "dashboard-config-map"])
@pytest.mark.parametrize("change", ["field", "kind"])
def test_a_word_that_kubernetes_does_not_know_is_found(folder, tmp_path, name, change):
    manifest = read(folder / "kubernetes" / f"{name}.yaml")
    if change == "kind":
        manifest["kind"] += "s"
    else:
        manifest["speck"] = manifest.pop("spec", None) or manifest.pop("data")
    changed = tmp_path / "changed.yaml"
    changed.write_text(json.dumps(manifest))
    with pytest.raises(AssertionError):
        validate(changed)
    # for that reason, and not because there is no validator
    assert told(changed)[1]


def misspelt(value, path=()):
    """The document with one field misspelt or one value of another type, for each of its fields in turn."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        where = (*path, key)
        is_name = isinstance(value, dict) and path[-1:] not in [("labels",), ("matchLabels",), ("annotations",)]
        if is_name:
            yield where, {("x" + name if name == key else name): of for name, of in value.items()}
        for inner_where, changed in misspelt(inner, where):
            rebuilt = copy.copy(value)
            rebuilt[key] = changed
            yield inner_where, rebuilt
        other = 1 if isinstance(inner, (str, dict, list, bool)) else "x"
        rebuilt = copy.copy(value)
        rebuilt[key] = other
        yield where, rebuilt


@pytest.mark.parametrize("name", ["service-monitor", "by-hand/pod-monitor", "prometheus-rule"])
def test_a_word_that_the_operator_does_not_know_is_found(folder, name):
    manifest = read(folder / "kubernetes" / f"{name}.yaml")
    changes = list(misspelt(manifest))
    assert len(changes) > 10, changes
    for where, changed in changes:
        assert faults(changed), f"{where} is not held to anything"


def test_monitors_find_service_pods_and_port(folder):
    service = read(folder / "kubernetes" / "service.yaml")
    monitor = read(folder / "kubernetes" / "service-monitor.yaml")
    pods = read(folder / "kubernetes/by-hand" / "pod-monitor.yaml")
    template = deployment(folder)["spec"]["template"]
    labels = template["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert pods["spec"]["selector"]["matchLabels"].items() <= labels.items()
    (port,) = service["spec"]["ports"]
    (endpoint,) = monitor["spec"]["endpoints"]
    (pod_endpoint,) = pods["spec"]["podMetricsEndpoints"]
    assert endpoint == pod_endpoint
    assert endpoint["port"] == port["name"] == "metrics"
    assert (port["port"], port["targetPort"]) == (8080, 8080)
    assert (endpoint["path"], endpoint["interval"]) == ("/api/metrics", "5s500ms")
    replaced = {rule["targetLabel"]: rule["replacement"] for rule in endpoint["relabelings"]}
    assert replaced == {"env": "production", "price": "$$1 'or' \"more\""}
    # the job is called as the program is, and the objects as Kubernetes lets them be
    for manifest, found in [(monitor, service["metadata"]["labels"]), (pods, labels)]:
        assert found[manifest["spec"]["jobLabel"]] == "proxy_pool"
        assert manifest["metadata"]["name"] == "proxy-pool"
        assert manifest["spec"]["scrapeProtocols"][0] == "PrometheusProto"


def test_every_object_has_namespace_and_labels(folder):
    for file in (folder / "kubernetes").rglob("*.yaml"):
        manifest = read(file)
        if "kind" in manifest:
            metadata = manifest["metadata"]
            assert metadata["namespace"] == "load", file
            expected = {NAME_LABEL: "proxy_pool", "release": "kube-prometheus-stack"}
            assert expected.items() <= metadata["labels"].items(), file


def test_rules_and_dashboard_are_the_same_in_their_objects(folder):
    rule = read(folder / "kubernetes" / "prometheus-rule.yaml")
    assert rule["spec"] == read(folder / "rules.yml")
    config_map = read(folder / "kubernetes" / "dashboard-config-map.yaml")
    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    dashboard = (folder / "dashboard.json").read_text(encoding="utf-8")
    (name,) = config_map["data"]
    assert (name, config_map["data"][name].strip()) == ("proxy-pool.json", dashboard.strip())


def test_the_autoscaler_asks_for_what_the_adapter_serves(folder):
    autoscaler = read(folder / "kubernetes" / "horizontal-pod-autoscaler.yaml")
    spec = autoscaler["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    pods = [metric["pods"] for metric in spec["metrics"] if metric["type"] == "Pods"]
    averages = {metric["metric"]["name"]: metric["target"]["averageValue"] for metric in pods}
    assert averages == {"proxy_pool_hits": "100", "proxy_pool_waiting": "0.5"}
    rules = read(folder / "kubernetes/by-hand" / "prometheus-adapter.yaml")["rules"]
    assert [rule["name"]["as"] for rule in rules] == list(averages)
    for rule in rules:
        assert rule["name"]["matches"] == f"^{rule['name']['as']}$"
        # the adapter replaces the holes, as Go's templates do, and asks Prometheus
        query = rule["metricsQuery"].replace("<<.Series>>", rule["name"]["as"])
        query = query.replace("<<.LabelMatchers>>", 'namespace="load"').replace("<<.GroupBy>>", "pod")
        group = {"groups": [{"name": "adapter", "rules": [{"record": "a:b:c", "expr": query}]}]}
        file = folder.parent / "adapter.rules.yml"
        file.write_text(json.dumps(group))
        code, output = run("promtool", "check", "rules", file)
        assert code == 0, output


def without_cluster(folder, *targets):
    """The configuration of a Prometheus in a cluster, with these as what it finds there: Debian's Prometheus is built
    without that, and there is no cluster."""
    config = read(folder / "kubernetes/by-hand" / "prometheus.yml")
    (job,) = config["scrape_configs"]
    (discovery,) = job.pop("kubernetes_sd_configs")
    assert discovery == {"role": "pod", "namespaces": {"names": ["load"]}}
    job["static_configs"] = list(targets)
    return config


@pytest.mark.parametrize("path", ["prometheus.yml", "kubernetes/by-hand/prometheus.yml"])
def test_promtool_finds_nothing_in_the_configuration(folder, tmp_path, path):
    file = folder / path
    if path.startswith("kubernetes/"):
        file = tmp_path / "prometheus.yml"
        file.write_text(json.dumps(without_cluster(folder)))
    code, output = run("promtool", "check", "config", file)
    assert code == 0, output
    assert "WARNING" not in output and "FAILED" not in output, output
    (job,) = read(folder / path)["scrape_configs"]
    assert (job["job_name"], job["scrape_interval"]) == ("proxy_pool", "5s500ms")
    monitor = read(folder / "kubernetes" / "service-monitor.yaml")["spec"]
    assert (job["sample_limit"], job["label_limit"]) == (monitor["sampleLimit"], monitor["labelLimit"])


def test_the_job_has_the_labels_of_the_target(folder):
    (job,) = read(folder / "prometheus.yml")["scrape_configs"]
    labels = {"env": "production", "price": "$1 'or' \"more\""}
    assert job["static_configs"] == [{"targets": ["localhost:8080"], "labels": labels}]
    assert job["metrics_path"] == "/api/metrics"


# what a pod is found as: its address, and what differs from the pod of the Deployment
@pytest.mark.parametrize(
    ("address", "changes", "expected"),
    [
        ("10.0.0.1", {}, "10.0.0.1:8080"),
        ("10.0.0.1:9999", {}, "10.0.0.1:8080"),
        ("[2001:db8::1]:9999", {}, "[2001:db8::1]:8080"),
        ("10.0.0.1", {"annotation_prometheus_io_scrape": "false"}, None),
        ("10.0.0.1", {"label_app_kubernetes_io_name": "proxy-pool"}, None),
        ("10.0.0.1", {"phase": "Succeeded"}, None),
    ],
)
def test_prometheus_finds_pods_by_their_annotations(folder, tmp_path, address, changes, expected):
    template = deployment(folder)["spec"]["template"]["metadata"]
    found = {"name": "proxy-pool-1", "node_name": "n1", "phase": "Running"}
    for what in ["annotations", "labels"]:
        for name, value in template[what].items():
            found[f"{what[:-1]}_{name.replace('.', '_').replace('/', '_')}"] = value
    meta = {f"__meta_kubernetes_pod_{name}": value for name, value in (found | changes).items()}
    meta["__meta_kubernetes_namespace"] = "load"
    file = tmp_path / "prometheus.yml"
    file.write_text(json.dumps(without_cluster(folder, {"targets": [address], "labels": meta})))
    code, output = run("promtool", "check", "service-discovery", "--timeout=1s", file, "proxy_pool")
    assert code == 0, output
    (target,) = json.loads(output[output.index("[") :])
    labels = target.get("labels") or {}
    if expected is None:
        assert labels == {}
        return
    # what is left when the scrape has been chosen
    assert labels.pop("__address__") == expected
    assert labels.pop("__metrics_path__") == "/api/metrics"
    assert labels.pop("__scheme__") == "http"
    assert {name: value for name, value in labels.items() if not name.startswith("__")} == {
        "env": "production",
        "instance": expected,
        "job": "proxy_pool",
        "namespace": "load",
        "node": "n1",
        "pod": "proxy-pool-1",
        "price": "$1 'or' \"more\"",
    }


@pytest.mark.parametrize(
    ("severity", "receiver"),
    [
        ("page", "pages"),
        ("critical", "pages"),
        ("ticket", "tickets"),
        ("warning", "tickets"),
        ("info", "notes"),
        ("of-ones-own", "notes"),
    ],
)
def test_alertmanager_routes_every_severity(folder, severity, receiver):
    code, output = run("amtool", "check-config", folder / "alertmanager.yml")
    assert code == 0, output
    route = ["amtool", "config", "routes", "test", f"--config.file={folder / 'alertmanager.yml'}"]
    code, output = run(*route, f"severity={severity}", "alertname=A", "job=proxy_pool")
    # before it stands a warning about an address that was never given
    assert (code, output.splitlines()[-1]) == (0, receiver), output
