"""The artefacts of the systems that the examples are, word for word as their owners asked for them."""

import pytest

from artifacts import export, panels, read_json, read_yaml, rules
from programs import fetch

# the alerts of each: expression, for, severity
ALERTS = {
    "websocket_server": {
        "NoWebSocketConnections": ("websocket_connections == 0", "5m", "warning"),
        "TooManyWebSocketConnections": ("websocket_connections > 1000", "5m", "warning"),
        "WebSocketMetricsDown": (
            'up{job="websocket_server"} == 0 or absent(up{job="websocket_server"}) == 1',
            "2m",
            "critical",
        ),
    },
    "prometheus_demo": {
        "HighErrorRate": ("rate(jsp_errors_total[5m]) > 10", "5m", "warning"),
        "HighLatency": (
            "histogram_quantile(0.99, sum by (namespace, job, le) (rate(jsp_handshake_duration_seconds_bucket[5m]))) > 1",
            "5m",
            "warning",
        ),
        "UnhealthyHop": ("jsp_multihop_health < 2", "2m", "critical"),
    },
    "live_view": {
        "HighErrorRate": ("rate(golivekit_errors_total[5m]) > 10", "5m", "warning"),
        "HighLatency": (
            "histogram_quantile(0.95, sum by (namespace, job, le) (rate(golivekit_event_latency_seconds_bucket[5m]))) > 0.5",
            "5m",
            "warning",
        ),
        "ConnectionDrop": ("delta(golivekit_active_connections[5m]) < -100", "1m", "critical"),
    },
}


@pytest.fixture
def exported(tmp_path):
    """Exports of a program."""
    return lambda program: export(program, tmp_path / program)


def rows(dashboard):
    """The panels of each row, by its title."""
    by_row, row = {}, None
    for panel in panels(dashboard):
        if panel["type"] == "row":
            row = by_row.setdefault(panel["title"], [])
        else:
            row.append(panel)
    return by_row


def expressions(panel):
    return [target["expr"] for target in panel["targets"]]


@pytest.mark.parametrize("program", ALERTS)
def test_alerts_are_as_asked_for(program, exported):
    alerts = {rule["alert"]: rule for rule in rules(exported(program)) if "alert" in rule}
    for name, (expr, hold, severity) in ALERTS[program].items():
        rule = alerts[name]
        assert (rule["expr"], rule["for"], rule["labels"]["severity"]) == (expr, hold, severity), name


def test_websocket_server_has_every_manifest(exported):
    folder = exported("websocket_server")
    (job,) = read_yaml(folder, "prometheus.yml")["scrape_configs"]
    assert job["metrics_path"] == "/metrics"
    (target,) = job["static_configs"]
    assert target["targets"] == ["localhost:9100"]
    assert target["labels"] == {"service": "websocket", "env": "production"}
    for name, kind in {"service": "Service", "service-monitor": "ServiceMonitor", "by-hand/pod-monitor": "PodMonitor"}.items():
        assert read_yaml(folder, f"kubernetes/{name}.yaml")["kind"] == kind
    annotated = read_yaml(folder, "kubernetes/by-hand/pod-annotations.yaml")
    annotations = annotated["spec"]["template"]["metadata"]["annotations"]
    assert annotations["prometheus.io/scrape"] == "true"
    assert annotations["prometheus.io/port"] == "9100"
    assert annotations["prometheus.io/path"] == "/metrics"


def test_websocket_server_has_every_panel(exported):
    dashboard = read_json(exported("websocket_server"), "dashboard.json")
    of_connections = [
        panel
        for panel in panels(dashboard)
        if any("websocket_connections{" in expr for expr in map(str, panel.get("targets", [])))
    ]
    types = {panel["type"] for panel in of_connections}
    assert {"timeseries", "stat", "bargauge"} <= types, types
    stats = [panel for panel in of_connections if panel["type"] == "stat"]
    assert {stat["options"]["colorMode"] for stat in stats} == {"background"}
    (change,) = [panel for panel in of_connections if panel["type"] == "bargauge"]
    assert any(expr.startswith("delta(") and "[1h]" in expr for expr in expressions(change)), change
    # a gauge, of which `rate` is wrong
    lines = [expr for panel in of_connections if panel["type"] == "timeseries" for expr in expressions(panel)]
    assert any(expr.startswith("deriv(") and expr.endswith("[5m])") for expr in lines), lines
    # as it is, beside that
    assert any(expr.startswith("websocket_connections{") for expr in lines), lines


def test_chatbox_scales_by_its_connections(exported):
    folder = exported("chatbox")
    scaler = read_yaml(folder, "kubernetes/horizontal-pod-autoscaler.yaml")
    assert (scaler["apiVersion"], scaler["kind"]) == ("autoscaling/v2", "HorizontalPodAutoscaler")
    spec = scaler["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
    (metric,) = spec["metrics"]
    assert metric["type"] == "Pods"
    assert metric["pods"]["metric"]["name"] == "chatbox_websocket_connections_total"
    assert metric["pods"]["target"] == {"type": "AverageValue", "averageValue": "100"}
    (job,) = read_yaml(folder, "prometheus.yml")["scrape_configs"]
    assert job["static_configs"][0]["targets"] == ["localhost:8081"]


def test_chatbox_promises_how_fast_a_model_answers(exported):
    folder = exported("chatbox")
    burns = [rule for rule in rules(folder) if rule.get("labels", {}).get("function") == "ask"]
    assert {rule["labels"]["severity"] for rule in burns if "alert" in rule} == {"page", "ticket"}
    assert any("record" in rule and "chatbox_llm_latency_seconds" in rule["record"] for rule in burns), burns


def test_prometheus_demo_has_its_rows(exported):
    by_row = rows(read_json(exported("prometheus_demo"), "dashboard.json"))
    for title, family in {
        "Connections": "jsp_connections_active",
        "Performance": "jsp_handshake_duration_seconds",
        "Errors": "jsp_errors_total",
        "Multi hop": "jsp_multihop_health",
    }.items():
        (row,) = [row for name, row in by_row.items() if name.startswith(title)]
        assert any(family in expr for panel in row for expr in expressions(panel)), (title, by_row.keys())


def test_live_view_shows_what_its_owners_look_at(exported):
    dashboard = read_json(exported("live_view"), "dashboard.json")
    shown = [(panel["title"], expr) for panel in panels(dashboard) for expr in map(str, panel.get("targets", []))]
    for family in ("golivekit_active_connections", "golivekit_connections_total", "golivekit_messages_total"):
        assert any(family in expr for _, expr in shown), family
    for quantile in ("0.5", "0.95", "0.99"):
        of_events = f"histogram_quantile({quantile}, sum by (le) (rate(golivekit_event_latency_seconds_bucket"
        assert any(of_events in expr for _, expr in shown), quantile


def test_proxy_pool_is_scraped_and_shown_under_its_path(exported, example):
    folder = exported("proxy_pool")
    (job,) = read_yaml(folder, "prometheus.yml")["scrape_configs"]
    assert (job["metrics_path"], job["scrape_interval"]) == ("/api/metrics", "5s")
    running = example("proxy_pool")
    status, kind, body = fetch(f"http://{running.authority}/api/metrics/dashboard")
    assert (status, kind) == (200, "application/json")
    assert body == (folder / "dashboard.json").read_text()
