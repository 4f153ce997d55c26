//! Each route's status, content type and body, and what is said to a request that asks for nothing there is.

use serde_json::json;

use crate::client::{Running, get, head, post};
use crate::shop::{ByPayment, Payment, exporter, shop};

#[test]
fn metrics_are_the_text_exposition() {
    let (registry, _shop) = shop();
    let answer = Running::new(&exporter(&registry)).get("/metrics");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(answer.body, registry.encode_text());
    assert_eq!(
        answer.sample("shop_sales_total{payment=\"card\"}"),
        Some("3")
    );
    assert_eq!(
        answer.sample("shop_sales_total{payment=\"cash\"}"),
        Some("0")
    );
}

#[test]
fn an_empty_registry_is_an_empty_exposition() {
    let registry = metrics_core::Registry::new();
    let answer = Running::new(&exporter(&registry)).get("/metrics");
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
}

#[test]
fn json_has_families_with_values_rates_and_quantiles() {
    let (registry, _shop) = shop();
    let answer = Running::new(&exporter(&registry)).get("/metrics/json");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert!(
        document["ts"].as_u64().is_some_and(|ts| ts > 0),
        "{document}"
    );
    assert!(
        document["epoch"]
            .as_str()
            .is_some_and(|epoch| !epoch.is_empty()),
        "{document}"
    );
    let family = |name: &str| {
        let families = document["families"].as_array().expect("families");
        families
            .iter()
            .find(|f| f["name"] == name)
            .unwrap_or_else(|| panic!("no {name}: {document}"))
    };
    assert_eq!(
        *family("shop_sales_total"),
        json!({
            "name": "shop_sales_total", "type": "counter", "unit": "", "help": "Sales made.",
            "series": [
                {"labels": {"payment": "cash"}, "value": 0, "rate": 0.0},
                {"labels": {"payment": "card"}, "value": 3, "rate": 0.0},
            ],
        })
    );
    assert_eq!(
        family("shop_till")["series"],
        json!([{"labels": {}, "value": 12.5}])
    );
    let checkout = &family("shop_checkout_seconds")["series"][0];
    assert_eq!(checkout["count"], 3);
    assert_eq!(checkout["sum"], 6.0);
    assert_eq!(
        checkout["buckets"],
        json!([
            {"le": 0.5, "count": 1}, {"le": 1.0, "count": 2}, {"le": 2.0, "count": 2}, {"le": "+Inf", "count": 3},
        ])
    );
    for quantile in ["p50", "p90", "p95", "p99"] {
        assert!(
            checkout[quantile]
                .as_f64()
                .is_some_and(|q| (0.0..=2.0).contains(&q)),
            "{checkout}"
        );
    }
}

#[test]
fn health_and_readiness_are_told_apart() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for (path, body) in [
        ("/health", json!({"status": "ok"})),
        ("/health/ready", json!({"status": "ready"})),
    ] {
        let answer = running.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/json"),
            "{path}"
        );
        assert_eq!(answer.json(), body, "{path}");
    }
    let starting = metrics_server::Exporter::builder()
        .registry(&registry)
        .ready_when(|| false)
        .build()
        .expect("good settings");
    let running = Running::new(&starting);
    let answer = running.get("/health/ready");
    assert_eq!(
        (answer.status, answer.json()),
        (503, json!({"status": "starting"}))
    );
    assert_eq!(running.get("/health").status, 200);
    starting.close();
    assert_eq!(
        running.get("/health/ready").json(),
        json!({"status": "stopping"})
    );
}

#[test]
fn head_is_get_without_a_body() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in [
        "/metrics",
        "/metrics/json",
        "/metrics/dashboard",
        "/metrics/rules",
        "/metrics/catalog",
        "/health",
        "/health/ready",
    ] {
        let (with, without) = (running.get(path), head(&running.url(path)));
        assert_eq!(without.status, with.status, "{path}");
        assert_eq!(
            without.header("content-type"),
            with.header("content-type"),
            "{path}"
        );
        assert_eq!(without.body, "", "{path}");
    }
}

#[test]
fn a_foreign_path_is_404_with_a_sentence() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in [
        "/metric",
        "/metrics/",
        "/metrics/jsn",
        "/health/live",
        "/%00",
        "/metrics/../etc",
    ] {
        let answer = running.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "text/plain; charset=utf-8",
            "{path}"
        );
        for served in [
            "/metrics",
            "/metrics/json",
            "/metrics/stream",
            "/metrics/dashboard",
            "/metrics/rules",
            "/metrics/catalog",
            "/metrics/live",
            "/health",
            "/health/ready",
        ] {
            assert!(answer.body.contains(served), "{path}: {}", answer.body);
        }
    }
}

#[test]
fn a_method_that_changes_things_is_405() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    for path in ["/metrics", "/metrics/json", "/metrics/rules", "/health"] {
        assert_eq!(post(&running.url(path)).status, 405, "{path}");
    }
}

#[test]
fn a_bad_query_is_400_with_the_mend() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let mistakes = [
        ("/metrics?name[]=shop_[", "use letters, digits"),
        ("/metrics?name[]=", "use letters, digits"),
        ("/metrics/json?match={x}", "use letters, digits"),
        ("/metrics/json?labels=payment", "labels=name=value"),
        ("/metrics?match=shop_*", "write `name[]=cafe_*`"),
        ("/metrics?name=shop_sales", "write `name[]=cafe_*`"),
        ("/metrics/json?match[]=shop_*", "write `match=cafe_*`"),
    ];
    for (path, mend) in mistakes {
        let path = path
            .replace('[', "%5B")
            .replace(']', "%5D")
            .replace('{', "%7B")
            .replace('}', "%7D");
        let answer = running.get(&path);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "text/plain; charset=utf-8",
            "{path}"
        );
        assert!(answer.body.contains(mend), "{path}: {}", answer.body);
    }
}

#[test]
fn names_choose_families() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let families = |query: &str| {
        let answer = get(&running.url(&format!("/metrics?{query}")));
        let types = answer
            .body
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
        types.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(families("name%5B%5D=shop_till"), ["shop_till"]);
    assert_eq!(
        families("name%5B%5D=shop_till&name%5B%5D=shop_checkout_seconds"),
        ["shop_checkout_seconds", "shop_till"]
    );
    assert_eq!(
        families("name[]=shop_*s"),
        ["shop_checkout_seconds", "shop_customers"]
    );
    assert_eq!(families("name[]=nothing_such"), [""; 0]);
    assert!(families("").len() > 4);
}

#[test]
fn json_chooses_families_and_series() {
    let (registry, _shop) = shop();
    let running = Running::new(&exporter(&registry));
    let document = running
        .get("/metrics/json?match=shop_s*&labels=payment%3Dcard")
        .json();
    assert_eq!(
        document["families"].as_array().map(Vec::len),
        Some(1),
        "{document}"
    );
    let series = &document["families"][0]["series"];
    assert_eq!(
        *series,
        json!([{"labels": {"payment": "card"}, "value": 3, "rate": 0.0}])
    );
}

#[test]
fn rates_are_per_second_since_an_earlier_request() {
    let (registry, shop) = shop();
    let running = Running::new(&exporter(&registry));
    let rate = || {
        let document = running
            .get("/metrics/json?match=shop_sales_total&labels=payment%3Dcash")
            .json();
        document["families"][0]["series"][0]["rate"]
            .as_f64()
            .expect("a rate")
    };
    assert_eq!(rate(), 0.0, "there is nothing to compare with yet");
    let grown = crate::client::wait_for("a rate above 0", || {
        shop.sales
            .with(ByPayment {
                payment: Payment::Cash,
            })
            .inc_by(1000);
        Some(rate()).filter(|rate| *rate > 0.0)
    });
    assert!(grown.is_finite(), "{grown}");
}

#[test]
fn the_server_counts_its_own_scrapes() {
    let running = Running::new(&metrics_server::Exporter::global());
    let complete = |format: &str| {
        let name = format!("metrics_scrapes_total{{format=\"{format}\",end=\"complete\"}}");
        let answer = running.get("/metrics?name%5B%5D=metrics_scrapes_total");
        answer
            .sample(&name)
            .expect("a series")
            .parse::<u64>()
            .expect("a count")
    };
    // a scrape is counted when its last byte is handed on, which may be after it was read
    for format in ["text", "json"] {
        let before = complete(format);
        running.get(if format == "text" {
            "/metrics"
        } else {
            "/metrics/json"
        });
        crate::client::wait_for(format, || (complete(format) > before).then_some(()));
    }
}
