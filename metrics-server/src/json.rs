//! `GET /metrics/json`: the same walk as the text, for people and scripts, with rates and quantiles.

use std::io::{self, Write};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{ContentType, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use metrics_core::{Kind, Number, SeriesSnapshot, Snapshot};
use serde::Serialize;

use crate::compress::Compressed;
use crate::exporter::Exporter;
use crate::filter::Filter;
use crate::negotiate::Coding;
use crate::own::{Format, ScrapeEnd};
use crate::query::{self, Query};
use crate::rates::Rates;
use crate::scrape::{Scraping, count, too_many};

#[derive(Serialize)]
struct Document<'a> {
    ts: u64,
    epoch: &'a str,
    families: Vec<Family<'a>>,
}

#[derive(Serialize)]
struct Family<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: Kind,
    unit: &'a str,
    help: &'a str,
    series: Vec<Series<'a>>,
}

#[derive(Serialize)]
struct Series<'a> {
    #[serde(flatten)]
    series: &'a SeriesSnapshot,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Number>,
}

/// Handles a request for the state as JSON.
pub(crate) async fn json(
    exporter: web::Data<Exporter>,
    request: HttpRequest,
    Query(pairs): Query,
) -> HttpResponse {
    let filter = match filter(&pairs) {
        Ok(filter) => filter,
        Err(message) => return query::refuse(&message),
    };
    let Ok(permit) = exporter.scrapes().clone().try_acquire_owned() else {
        count(Format::Json, ScrapeEnd::Refused);
        return too_many();
    };
    let coding = Coding::of_headers(request.headers());
    let document = web::block(move || {
        let _permit = permit;
        let mut scraping = Scraping::begin(Format::Json, Instant::now());
        let document = document(&exporter, &filter).and_then(|plain| compressed(coding, &plain));
        if document.is_ok() {
            scraping.end = ScrapeEnd::Complete;
        }
        document
    });
    match document.await {
        Ok(Ok(document)) => {
            let mut response = HttpResponse::Ok();
            response.content_type(ContentType::json());
            response.insert_header((VARY, "Accept-Encoding"));
            coding.describe(&mut response);
            response.body(document)
        }
        _ => HttpResponse::InternalServerError()
            .content_type("text/plain; charset=utf-8")
            .body("the metrics could not be gathered; the process's log says why\n"),
    }
}

/// `match=` chooses families by glob, `labels=name=value` series by label.
fn filter(pairs: &[(String, String)]) -> Result<Filter, String> {
    let mut filter = Filter::default();
    for (key, value) in pairs {
        match key.as_str() {
            "match" => filter.add_glob(value)?,
            "labels" => filter.add_label_pair(value)?,
            _ => {}
        }
    }
    Ok(filter)
}

fn compressed(coding: Coding, plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = Compressed::new(coding, Vec::new())?;
    writer.write_all(plain)?;
    writer.finish()
}

fn document(exporter: &Exporter, filter: &Filter) -> io::Result<Vec<u8>> {
    // all of it, so that the rates of the next request have something to compare with, whatever it chooses
    let snapshot = exporter.served().snapshot();
    let rates = exporter.rates().turn(&snapshot);
    let document = Document {
        ts: unix_millis(),
        epoch: exporter.epoch(),
        families: families(&snapshot, &rates, filter),
    };
    let mut bytes = serde_json::to_vec(&document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn families<'a>(snapshot: &'a Snapshot, rates: &Rates, filter: &Filter) -> Vec<Family<'a>> {
    let families = snapshot.families.iter();
    families
        .filter(|family| filter.chooses_family(&family.name, family.kind))
        .map(|family| {
            let rate = |labels: &[(String, String)]| Number::Float(rates.of(&family.name, labels));
            let series = family.series.iter();
            let series = series.filter(|series| {
                filter.chooses_labels(series.labels.iter().map(|(n, v)| (n.as_str(), v)))
            });
            Family {
                name: &family.name,
                kind: family.kind,
                unit: &family.unit,
                help: &family.help,
                series: series
                    .map(|series| Series {
                        series,
                        rate: (family.kind == Kind::Counter).then(|| rate(&series.labels)),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Milliseconds since 1970; 0 on a machine that believes to be before.
pub(crate) fn unix_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
