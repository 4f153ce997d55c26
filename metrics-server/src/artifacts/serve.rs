//! The artefacts over HTTP: the same as in files. They are made on blocking threads, for a program may have very many
//! metrics.

use std::io::{self, Write};

use actix_web::http::header::{CONTENT_DISPOSITION, HeaderMap, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Artifacts;
use crate::Error;
use crate::compress::Compressed;
use crate::exporter::Exporter;
use crate::negotiate::{Coding, prefers_json};
use crate::query::{self, Query};
use crate::scrape::too_many_documents;

/// What is answered with.
struct Document {
    content_type: &'static str,
    text: String,
    /// The name of the file as which it is downloaded, if it is to be.
    file: Option<String>,
}

/// Why there is none.
enum Refusal {
    /// There is nothing of this name.
    Unknown(String),
    /// No right one can be made of what was declared.
    Mistakes(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Mistakes(error)
    }
}

/// Handles a request for the dashboard: of all sets, or of the one that `set=` names.
pub(crate) async fn dashboard(
    exporter: web::Data<Exporter>,
    request: HttpRequest,
    Query(pairs): Query,
) -> HttpResponse {
    let set = pairs.into_iter().find(|(key, _)| key == "set");
    let set = set.map(|(_, set)| set);
    answer(exporter, request.headers(), VARY_CODING, move |artifacts| {
        let name = &artifacts.settings.name;
        let (text, file) = match &set {
            Some(set) => {
                must_have(artifacts, set)?;
                (artifacts.dashboard_of(set)?, format!("{name}-{set}.json"))
            }
            None => (artifacts.dashboard()?, format!("{name}.json")),
        };
        Ok(Document {
            content_type: "application/json",
            text,
            file: Some(file_name(&file)),
        })
    })
    .await
}

/// Handles a request for the rules.
pub(crate) async fn rules(exporter: web::Data<Exporter>, request: HttpRequest) -> HttpResponse {
    answer(exporter, request.headers(), VARY_CODING, |artifacts| {
        Ok(Document {
            content_type: "application/yaml",
            text: artifacts.rules()?,
            file: None,
        })
    })
    .await
}

/// Handles a request for the catalogue: as `format=` says, else as `Accept` does.
pub(crate) async fn catalog(
    exporter: web::Data<Exporter>,
    request: HttpRequest,
    Query(pairs): Query,
) -> HttpResponse {
    let format = pairs.iter().find(|(key, _)| key == "format");
    let is_json = match format.map(|(_, format)| format.as_str()) {
        Some("json") => true,
        Some("markdown") => false,
        Some(other) => {
            let mend = "write `format=json` or `format=markdown`";
            return query::refuse(&format!("there is no format `{other}`; {mend}"));
        }
        None => prefers_json(request.headers()),
    };
    let vary = "Accept, Accept-Encoding";
    answer(exporter, request.headers(), vary, move |artifacts| {
        let (content_type, text) = if is_json {
            ("application/json", artifacts.catalog_json())
        } else {
            let text = artifacts.catalog_markdown();
            ("text/markdown; charset=utf-8", text)
        };
        Ok(Document {
            content_type,
            text,
            file: None,
        })
    })
    .await
}

const VARY_CODING: &str = "Accept-Encoding";

/// Makes the document and answers with it.
async fn answer(
    exporter: web::Data<Exporter>,
    headers: &HeaderMap,
    vary: &'static str,
    make: impl FnOnce(&Artifacts) -> Result<Document, Refusal> + Send + 'static,
) -> HttpResponse {
    let coding = Coding::of_headers(headers);
    let Some(turn) = exporter.turn().await else {
        return too_many_documents();
    };
    let made = web::block(move || {
        let _turn = turn;
        let document = make(&exporter.artifacts())?;
        let body = compressed(coding, &document.text);
        Ok((document, body))
    });
    let (document, body) = match made.await {
        Ok(Ok((document, Ok(body)))) => (document, body),
        Ok(Err(Refusal::Unknown(sentence))) => {
            return plain(HttpResponse::NotFound(), &sentence);
        }
        Ok(Err(Refusal::Mistakes(error))) => {
            return plain(HttpResponse::InternalServerError(), &error.to_string());
        }
        // a panic in what the user said of the artefacts
        Ok(Ok((_, Err(_)))) | Err(_) => {
            let sentence = "it could not be made; the process's log says why";
            return plain(HttpResponse::InternalServerError(), sentence);
        }
    };
    let mut response = HttpResponse::Ok();
    response.content_type(document.content_type);
    response.insert_header((VARY, vary));
    if let Some(file) = document.file {
        let disposition = format!("attachment; filename=\"{file}\"");
        response.insert_header((CONTENT_DISPOSITION, disposition));
    }
    coding.describe(&mut response);
    response.body(body)
}

fn compressed(coding: Coding, text: &str) -> io::Result<Vec<u8>> {
    let mut out = Compressed::new(coding, Vec::new())?;
    out.write_all(text.as_bytes())?;
    out.finish()
}

fn plain(mut response: actix_web::HttpResponseBuilder, sentence: &str) -> HttpResponse {
    response
        .content_type("text/plain; charset=utf-8")
        .body(format!("{sentence}\n"))
}

/// Refuses the name of a set that is not there.
fn must_have(artifacts: &Artifacts, set: &str) -> Result<(), Refusal> {
    let families = artifacts.declarations.families.iter();
    let mut known: Vec<&str> = families
        .flat_map(|family| family.sets().map(|set| set.name))
        .collect();
    known.sort_unstable();
    known.dedup();
    if known.contains(&set) {
        return Ok(());
    }
    let known = match known.as_slice() {
        [] => "there are none".to_owned(),
        known => format!("there are `{}`", known.join("`, `")),
    };
    let sentence = format!("there is no set `{set}`; {known}");
    Err(Refusal::Unknown(sentence))
}

/// The name with `-` for what does not belong into the name of a file, or into a header.
fn file_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let fitted = name.chars().map(|c| if fits(c) { c } else { '-' });
    fitted.collect()
}
