//! The artefacts over HTTP.

use actix_web::{HttpResponse, web};

use crate::exporter::Exporter;

/// Handles a request for the dashboard.
pub(crate) async fn dashboard(_exporter: web::Data<Exporter>) -> HttpResponse {
    HttpResponse::NotFound().finish()
}

/// Handles a request for the rules.
pub(crate) async fn rules(_exporter: web::Data<Exporter>) -> HttpResponse {
    HttpResponse::NotFound().finish()
}

/// Handles a request for the catalogue.
pub(crate) async fn catalog(_exporter: web::Data<Exporter>) -> HttpResponse {
    HttpResponse::NotFound().finish()
}
