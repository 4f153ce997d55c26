//! Liveness and readiness, for orchestrators.

use actix_web::{HttpResponse, web};

use crate::exporter::Exporter;
use crate::readiness::Readiness;

/// The process answers, so it is alive.
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// Whether traffic should be sent here: 200, or 503 with the reason.
pub(crate) async fn ready(exporter: web::Data<Exporter>) -> HttpResponse {
    match exporter.readiness().await {
        Readiness::Ready => HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })),
        Readiness::Starting => unavailable("starting"),
        Readiness::Stopping => unavailable("stopping"),
        Readiness::Failed => unavailable("failed"),
        Readiness::Late => unavailable("timeout"),
    }
}

fn unavailable(status: &str) -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(serde_json::json!({ "status": status }))
}
