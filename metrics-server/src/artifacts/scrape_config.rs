//! What is to be written in `prometheus.yml` for the service to be scraped.

use metrics_core::Declarations;

use super::settings::Settings;
use crate::Error;

/// A whole `prometheus.yml` with this service as its one job.
pub(crate) fn scrape_config(
    _declarations: &Declarations,
    _settings: &Settings,
) -> Result<String, Error> {
    Ok(String::new())
}
