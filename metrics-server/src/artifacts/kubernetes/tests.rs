//! Manifests as a user reads them, and what refuses to be one. `tests/e2e/test_manifests.py` holds them to the schemas.

use metrics_core::{
    Declaration, Declarations, DeclaredFamily, Descriptor, Gauge, Kind, LabelSet, MetricSet,
    Registry, Scaling, SetDescriptor, Source,
};

use super::*;
use crate::artifacts::sample;

fn artifacts() -> Artifacts {
    let mut artifacts = Artifacts::of_served(&Registry::new())
        .name("proxy_pool")
        .namespace("load")
        .port(8080)
        .path("/api/metrics")
        .target_label("price", "$5")
        .kubernetes_label("release", "stack");
    artifacts.declarations = sample::declarations();
    artifacts
}

fn file(artifacts: &Artifacts, name: &str) -> String {
    let manifests = manifests(artifacts).expect("manifests");
    let mut of_name = manifests
        .into_iter()
        .filter(|file| file.path == format!("kubernetes/{name}"));
    of_name.next().expect("a file of this name").content
}

#[test]
fn a_service_and_its_monitor_find_each_other() {
    let service = r##"# Generated from the metric declarations of proxy_pool. Do not edit: change the code.
# For service-monitor.yaml. It finds the pods by their label app.kubernetes.io/name.
apiVersion: "v1"
kind: "Service"
metadata:
  name: "proxy-pool-metrics"
  namespace: "load"
  labels:
    "app.kubernetes.io/name": "proxy_pool"
    release: "stack"
spec:
  selector:
    "app.kubernetes.io/name": "proxy_pool"
  ports:
    - name: "metrics"
      port: 8080
      targetPort: 8080
      protocol: "TCP"
"##;
    assert_eq!(file(&artifacts(), "service.yaml"), service);
    let monitor = r##"# Generated from the metric declarations of proxy_pool. Do not edit: change the code.
# For the Prometheus Operator. Use this with service.yaml, or by-hand/pod-monitor.yaml: with both every pod is scraped twice.
apiVersion: "monitoring.coreos.com/v1"
kind: "ServiceMonitor"
metadata:
  name: "proxy-pool"
  namespace: "load"
  labels:
    "app.kubernetes.io/name": "proxy_pool"
    release: "stack"
spec:
  jobLabel: "app.kubernetes.io/name"
  selector:
    matchLabels:
      "app.kubernetes.io/name": "proxy_pool"
  # By the declarations: every series of finite labels, the caps of open ones, and half as many again; a scrape with
  # more fails as a whole. Raise it for metrics that are registered while the program runs.
  sampleLimit: 1000
  labelLimit: 30
  # The classic buckets too, which rules may ask for.
  scrapeClassicHistograms: true
  # From version 0.88 of the operator and 3.8 of Prometheus on, native histograms also need:
  # scrapeNativeHistograms: true
  scrapeProtocols:
    - "PrometheusProto"
    - "OpenMetricsText1.0.0"
    - "PrometheusText0.0.4"
  endpoints:
    - port: "metrics"
      path: "/api/metrics"
      interval: "15s"
      relabelings:
        - action: "replace"
          targetLabel: "price"
          replacement: "$$5"
"##;
    assert_eq!(file(&artifacts(), "service-monitor.yaml"), monitor);
}

#[test]
fn labels_of_the_program_are_kept_where_kubernetes_has_labels_of_that_name() {
    let registry = Registry::builder().constant_label("service", "shop");
    let registry = registry.build().expect("a registry");
    Queue::register(&registry).expect("a set");
    let artifacts = Artifacts::of_served(&registry);
    let monitor = file(&artifacts, "service-monitor.yaml");
    assert!(
        monitor.contains("are kept: service, pod.\n      honorLabels: true\n"),
        "{monitor}"
    );
    let config = file(&artifacts, "by-hand/prometheus.yml");
    assert!(
        config.contains("are kept: pod.\n    honor_labels: true\n"),
        "{config}"
    );
}

#[derive(Clone, Copy, LabelSet)]
struct ByPod {
    pod: bool,
}

/// What waits.
#[derive(MetricSet)]
#[metrics(prefix = "queue", register = false)]
struct Queue {
    /// How much of it.
    depth: Gauge<ByPod>,
}

#[test]
fn the_metrics_of_an_autoscaler_are_served_by_the_adapter() {
    let autoscaler = file(&artifacts(), "horizontal-pod-autoscaler.yaml");
    let spec = r#"spec:
  # The Deployment is taken to be called like the service.
  scaleTargetRef:
    apiVersion: "apps/v1"
    kind: "Deployment"
    name: "proxy-pool"
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: "Pods"
      pods:
        metric:
          name: "chat_connections"
        target:
          type: "AverageValue"
          averageValue: "100"
"#;
    assert!(autoscaler.ends_with(spec), "{autoscaler}");
    let rules = file(&artifacts(), "by-hand/prometheus-adapter.yaml");
    assert!(rules.contains(r#"as: "chat_connections""#), "{rules}");
}

const SOURCE: Source = Source {
    file: "src/pool.rs",
    line: 7,
    package: "pool",
    module: "pool",
};

const fn scaled(name: &'static str, average: f64, max: u32, kind: Kind) -> Descriptor {
    let declared = Declaration::new("", name, "Something.", SOURCE).scaling(Scaling {
        average,
        min: 2,
        max,
    });
    Descriptor::new(declared, kind, &[])
}

static POOL: SetDescriptor = SetDescriptor {
    name: "Pool",
    help: "A pool.",
    source: SOURCE,
    families: &[
        scaled("share", 0.5, 10, Kind::Gauge),
        scaled("other", 1.0, 11, Kind::Gauge),
        scaled("hits", 1.0, 10, Kind::Counter),
    ],
    nested: &[],
    labels: &[],
    linked: false,
};

fn with_pool(names: &[&str]) -> Artifacts {
    let mut artifacts = artifacts();
    let families = &mut artifacts.declarations.families;
    let new = POOL.all_families().map(DeclaredFamily::of_set);
    families.extend(new.filter(|family| names.contains(&family.name())));
    artifacts
}

#[test]
fn two_gauges_that_agree_share_an_autoscaler() {
    let autoscaler = file(&with_pool(&["share"]), "horizontal-pod-autoscaler.yaml");
    assert_eq!(
        autoscaler.matches("type: \"Pods\"").count(),
        2,
        "{autoscaler}"
    );
    assert!(autoscaler.contains("averageValue: \"0.5\""), "{autoscaler}");
}

#[test]
fn who_asks_for_other_numbers_of_replicas_or_is_no_gauge_is_told_so() {
    let Err(Error::Artifacts(mistakes)) = manifests(&with_pool(&["other", "hits_total"])) else {
        panic!("there are mistakes");
    };
    assert_eq!(mistakes.len(), 2, "{mistakes:#?}");
    assert!(
        mistakes[0].contains("`hpa(min = 2, max = 11)` of `other`"),
        "{mistakes:#?}"
    );
    assert!(
        mistakes[1].contains("`hits_total` at src/pool.rs:7"),
        "{mistakes:#?}"
    );
}

#[test]
fn without_a_gauge_that_asks_there_is_no_autoscaler() {
    let mut artifacts = artifacts();
    artifacts.declarations = Declarations::default();
    let manifests = manifests(&artifacts).expect("manifests");
    let paths: Vec<_> = manifests.iter().map(|file| file.path.as_str()).collect();
    assert!(
        paths.contains(&"kubernetes/by-hand/pod-annotations.yaml"),
        "{paths:?}"
    );
    for path in crate::artifacts::files::OCCASIONAL {
        assert!(!paths.contains(path), "{paths:?}");
    }
}

#[test]
fn a_dashboard_that_is_too_large_for_a_config_map_is_told_and_hinders_nothing_else() {
    let settings = Settings::default();
    let fits = "x".repeat((1 << 20) - settings.object_name().len() - ".json\n".len());
    assert!(dashboard::of(&settings, fits.clone()).contains("kind: \"ConfigMap\""));
    let told = dashboard::of(&settings, fits + "x");
    assert!(told.contains("has 1048577 bytes"), "{told}");
    assert!(told.contains("/metrics/dashboard?set= answers"), "{told}");
    // nothing that a kubectl would apply
    assert!(told.lines().all(|line| line.starts_with("# ")), "{told}");

    let mut artifacts = artifacts();
    let set = SetDescriptor {
        families: vec![scaled_by_nobody(); 1000].leak(),
        ..POOL
    };
    let many = Box::leak(Box::new(set)).all_families();
    let families = &mut artifacts.declarations.families;
    families.extend(many.map(DeclaredFamily::of_set));
    let files = artifacts.files().expect("files");
    let map = "kubernetes/dashboard-config-map.yaml";
    let map = files.iter().find(|file| file.path == map).expect(map);
    assert!(map.content.contains("# No manifest: "), "{}", map.content);
}

const fn scaled_by_nobody() -> Descriptor {
    let declared = Declaration::new("", "many", "Something.", SOURCE);
    Descriptor::new(declared, Kind::Gauge, &[])
}
