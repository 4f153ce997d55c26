//! Queries: taken apart once, refused with a sentence.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};

/// The pairs of a query, in order, keys repeated as they were.
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl FromRequest for Query {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            web::Query::from_query(request.query_string())
                .map(|pairs: web::Query<Vec<_>>| Self(pairs.into_inner()))
                .map_err(|error| {
                    let response = refuse(&format!("the query cannot be read: {error}"));
                    InternalError::from_response(error, response).into()
                }),
        )
    }
}

/// 400 with a sentence that says what would have been right.
pub(crate) fn refuse(message: &str) -> HttpResponse {
    HttpResponse::BadRequest()
        .content_type("text/plain; charset=utf-8")
        .body(format!("{message}\n"))
}
