//! What administrators may do: see the sessions, and take one over.

use actix_web::{HttpResponse, web};

use crate::metrics::Chatbox;
use crate::sessions::Sessions;

/// The open sessions, as a list in JSON.
pub(crate) async fn list(sessions: web::Data<Sessions>) -> web::Json<Vec<u64>> {
    web::Json(sessions.ids())
}

/// From now on a person answers in this session.
pub(crate) async fn take_over(sessions: web::Data<Sessions>, id: web::Path<u64>) -> HttpResponse {
    if !sessions.take_over(*id) {
        return HttpResponse::NotFound().body("there is no such session to take over\n");
    }
    Chatbox::global().admin_takeovers.inc();
    HttpResponse::NoContent().finish()
}
