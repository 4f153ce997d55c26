//! Plug-ins: loaded and unloaded while the framework runs, each with metrics of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use metrics_core::Registry;

use crate::component::Event;
use crate::metrics::{ByPluginEvent, LiveView, PluginEvent};
use crate::reactions::Reactions;

pub(crate) trait Plugin: Send + Sync {
    /// Takes note of what a visitor has done.
    fn handle(&self, event: &Event);

    /// Takes its metrics out of `registry`, where loading put them.
    fn unload(&self, registry: &Registry);
}

type Load = fn(&Registry) -> Result<Arc<dyn Plugin>, metrics_core::Error>;

/// The plug-ins that there are.
const KNOWN: [(&str, Load); 1] = [("reactions", Reactions::load)];

/// The plug-ins that are loaded.
#[derive(Default)]
pub(crate) struct Plugins(Mutex<BTreeMap<&'static str, Arc<dyn Plugin>>>);

impl Plugins {
    pub(crate) fn load(&self, name: &str) -> Result<(), PluginError> {
        let known = KNOWN.iter().find(|(known, _)| *known == name);
        let (name, load) = known.ok_or(PluginError::Unknown)?;
        let mut loaded = self.loaded();
        if loaded.contains_key(name) {
            return Err(PluginError::Loaded);
        }
        loaded.insert(name, load(Registry::global())?);
        count(PluginEvent::Loaded);
        Ok(())
    }

    pub(crate) fn unload(&self, name: &str) -> Result<(), PluginError> {
        let plugin = self.loaded().remove(name);
        let plugin = plugin.ok_or(PluginError::NotLoaded)?;
        plugin.unload(Registry::global());
        count(PluginEvent::Unloaded);
        Ok(())
    }

    pub(crate) fn handle(&self, event: &Event) {
        for plugin in self.loaded().values() {
            plugin.handle(event);
            count(PluginEvent::Handled);
        }
    }

    fn loaded(&self) -> MutexGuard<'_, BTreeMap<&'static str, Arc<dyn Plugin>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(event: PluginEvent) {
    let events = &LiveView::global().plugin_events;
    events.with(ByPluginEvent { event }).inc();
}

/// Why a plug-in was not loaded, or not unloaded.
#[derive(Debug)]
pub(crate) enum PluginError {
    Unknown,
    Loaded,
    NotLoaded,
    /// Its metrics have names that others have already.
    Clash(metrics_core::Error),
}

impl From<metrics_core::Error> for PluginError {
    fn from(error: metrics_core::Error) -> Self {
        Self::Clash(error)
    }
}

impl fmt::Display for PluginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such plug-in"),
            Self::Loaded => f.write_str("the plug-in is loaded already"),
            Self::NotLoaded => f.write_str("no such plug-in is loaded"),
            Self::Clash(error) => write!(f, "the plug-in cannot be loaded: {error}"),
        }
    }
}

impl std::error::Error for PluginError {}

impl ResponseError for PluginError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unknown | Self::NotLoaded => StatusCode::NOT_FOUND,
            Self::Loaded | Self::Clash(_) => StatusCode::CONFLICT,
        }
    }
}

/// `POST /plugins/{name}`
pub(crate) async fn load(
    plugins: web::Data<Plugins>,
    name: web::Path<String>,
) -> Result<HttpResponse, PluginError> {
    plugins.load(&name)?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /plugins/{name}`
pub(crate) async fn unload(
    plugins: web::Data<Plugins>,
    name: web::Path<String>,
) -> Result<HttpResponse, PluginError> {
    plugins.unload(&name)?;
    Ok(HttpResponse::NoContent().finish())
}
