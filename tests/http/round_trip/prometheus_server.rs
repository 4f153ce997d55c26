//! A Prometheus of our own: one target, storage in a folder that goes with it, killed with its test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::exposition::Exposition;

const DEADLINE: Duration = Duration::from_secs(120);

pub(crate) struct PrometheusServer {
    child: Child,
    folder: PathBuf,
    api: String,
}

impl PrometheusServer {
    /// Starts Prometheus, on a free port.
    pub(crate) fn scraping(target: SocketAddr) -> Self {
        let folder = std::env::temp_dir().join(format!("metrics-round-trip-{}", target.port()));
        std::fs::create_dir_all(&folder).expect("a folder for temporary files");
        let config = format!(
            "{{global: {{scrape_interval: 1s}}, scrape_configs: [{{job_name: trip, static_configs: [{{targets: ['{target}']}}]}}]}}"
        );
        std::fs::write(folder.join("prometheus.yml"), config)
            .expect("a folder that can be written");
        let mut child = Command::new("prometheus")
            .arg(format!(
                "--config.file={}",
                folder.join("prometheus.yml").display()
            ))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("data").display()
            ))
            .arg("--web.listen-address=127.0.0.1:0")
            .stderr(Stdio::piped())
            .spawn()
            .expect("prometheus: apt-get install prometheus");
        let mut log = BufReader::new(child.stderr.take().expect("a pipe"))
            .lines()
            .map_while(Result::ok);
        let port = log.find_map(|line| {
            let (_, address) = line
                .contains("Listening on")
                .then(|| line.split_once("address=127.0.0.1:"))??;
            Some(address.trim().to_owned())
        });
        // what is not read would stop it
        thread::spawn(move || log.for_each(drop));
        Self {
            child,
            folder,
            api: format!(
                "http://127.0.0.1:{}/api/v1",
                port.expect("a Prometheus that listens")
            ),
        }
    }

    /// What Prometheus has of its target, once it has scraped it, without the labels that it adds.
    pub(crate) fn scraped(&self) -> Exposition {
        self.wait_for_scrape();
        let mut exposition = Exposition::default();
        let all = self.ask("/query?query=%7Bjob%3D%22trip%22%2C__name__!~%22up%7Cscrape_.*%22%7D");
        for series in all["result"].as_array().expect("series") {
            let mut labels: BTreeMap<String, String> =
                serde_json::from_value(series["metric"].clone()).expect("labels");
            let name = labels.remove("__name__").expect("a name");
            labels.remove("instance");
            labels.remove("job");
            let value: f64 = series["value"][1]
                .as_str()
                .and_then(|v| v.parse().ok())
                .expect("a number");
            exposition.sample(&name, labels, value);
        }
        let metadata = self.ask("/metadata");
        for (name, family) in metadata.as_object().expect("families") {
            let text = |key: &str| family[0][key].as_str().expect("text");
            // what OpenMetrics, which it asks for, takes off the names of families
            let suffix = match text("type") {
                "counter" => "_total",
                "info" => "_info",
                _ => "",
            };
            exposition.family(&format!("{name}{suffix}"), text("type"), text("help"));
        }
        exposition.with_plain_bounds()
    }

    fn wait_for_scrape(&self) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let targets = self.ask("/targets");
            let target = &targets["activeTargets"][0];
            assert_eq!(
                target["lastError"].as_str().unwrap_or(""),
                "",
                "Prometheus cannot read the exposition"
            );
            // a target is up before all of its samples can be seen; this one is stored last
            let last = self.ask("/query?query=scrape_series_added%7Bjob%3D%22trip%22%7D");
            if target["health"] == "up" && last["result"][0].is_object() {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "Prometheus has not scraped: {targets}"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The data of an answer; null while Prometheus is not up.
    fn ask(&self, path: &str) -> Value {
        let Ok(mut answer) = ureq::get(format!("{}{path}", self.api)).call() else {
            return Value::Null;
        };
        let body = answer
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .expect("text");
        let mut answer: Value = serde_json::from_str(&body).expect("JSON");
        answer["data"].take()
    }
}

impl Drop for PrometheusServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
