//! `GET /metrics/json`: the same walk as the text, for people and scripts, with rates and quantiles.

use std::io::{self, Write};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{ContentType, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use metrics_core::{CHUNK_LEN, Kind, Number, SeriesSnapshot, Snapshot};
use serde::Serialize;

use crate::compress::Compressed;
use crate::exporter::Exporter;
use crate::filter::Filter;
use crate::negotiate::Coding;
use crate::own::{Format, ScrapeEnd};
use crate::pieces::{self, Pieces};
use crate::query::{self, Query};
use crate::rates::Rates;
use crate::scrape::{LONGEST_SCRAPE, Scraping, answer, count, too_many, too_many_documents};

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
    let started = Instant::now();
    let Some(turn) = exporter.turn().await else {
        count(Format::Json, ScrapeEnd::Refused);
        return too_many_documents();
    };
    let (pieces, body) = pieces::channel(Instant::now() + LONGEST_SCRAPE);
    #[cfg(feature = "_testing")]
    let pieces = pieces.failing_after(crate::testing::fails_after(&pairs));
    let mut response = HttpResponse::Ok();
    response.content_type(ContentType::json());
    response.insert_header((VARY, "Accept-Encoding"));
    coding.describe(&mut response);
    drop(web::block(move || {
        // until the client has it: who reads slowly holds a document in memory
        let _permit = permit;
        let mut scraping = Scraping::begin(Format::Json, started);
        let document = document(&exporter, &filter);
        drop(turn);
        scraping.ended(document.and_then(|document| send(&document, coding, pieces)));
    }));
    answer(response, body, || ()).await
}

/// `match=` chooses families by glob, `labels=name=value` series by label.
fn filter(pairs: &[(String, String)]) -> Result<Filter, String> {
    let mut filter = Filter::default();
    for (key, value) in pairs {
        match key.as_str() {
            "match" => filter.add_glob(value)?,
            "labels" => filter.add_label_pair(value)?,
            // they would choose nothing here, and everything would come
            "name[]" | "match[]" => {
                return Err(format!(
                    "`{key}` chooses nothing here; write `match=cafe_*` and `labels=drink=tea`"
                ));
            }
            _ => {}
        }
    }
    Ok(filter)
}

fn send(document: &[u8], coding: Coding, pieces: Pieces) -> io::Result<()> {
    let mut out = Compressed::new(coding, pieces)?;
    for chunk in document.chunks(CHUNK_LEN) {
        out.write_all(chunk)?;
    }
    out.finish()?.end()
}

fn document(exporter: &Exporter, filter: &Filter) -> io::Result<Vec<u8>> {
    // all of it, so that the rates of the next request have something to compare with, whatever it chooses
    let snapshot = exporter.served().snapshot();
    let rates = exporter.rates().turn(&snapshot);
    let mut bytes = Vec::new();
    // the summary fields are text already
    write!(
        bytes,
        r#"{{{}"ts":{},"epoch":"{}","families":"#,
        exporter.summary_fields(),
        unix_millis(),
        exporter.epoch(),
    )?;
    serde_json::to_writer(&mut bytes, &families(&snapshot, &rates, filter))?;
    bytes.extend_from_slice(b"}\n");
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
    millis_of(SystemTime::now())
}

/// The same of another time.
pub(crate) fn millis_of(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::test::TestRequest;
    use metrics_core::Registry;

    use super::*;
    use crate::exporter::MAX_DOCUMENTS;

    /// Every one is a copy of all series.
    #[test]
    fn few_documents_are_made_at_once() {
        let exporter = Exporter::of(&Registry::new());
        let turns = exporter.documents().clone();
        let ask = || {
            let request = TestRequest::get().to_http_request();
            json(web::Data::new(exporter.clone()), request, Query(Vec::new()))
        };
        actix_web::rt::System::new().block_on(async {
            let turns = turns.try_acquire_many(MAX_DOCUMENTS as u32).expect("all");
            let mut waits = std::pin::pin!(ask());
            let early = tokio::time::timeout(Duration::from_millis(50), &mut waits).await;
            assert!(early.is_err(), "it does not wait for its turn");
            drop(turns);
            assert_eq!(waits.await.status(), 200);
        });
    }
}
