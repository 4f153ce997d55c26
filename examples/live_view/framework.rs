//! What all pages share.

use std::sync::Arc;

use actix_web::web;

use crate::application::Application;
use crate::component::Surroundings;
use crate::database::Database;
use crate::plugin::Plugins;
use crate::presence::Presence;
use crate::pubsub::Bus;

pub(crate) struct Framework {
    pub(crate) around: Surroundings,
    pub(crate) presence: Presence,
    pub(crate) plugins: web::Data<Plugins>,
    pub(crate) application: Application,
}

impl Framework {
    pub(crate) fn new(
        database: Database,
        application: Application,
        plugins: web::Data<Plugins>,
    ) -> Self {
        let bus = Bus::new();
        Self {
            presence: Presence::new(bus.clone()),
            around: Surroundings {
                database: Arc::new(database),
                bus,
            },
            plugins,
            application,
        }
    }
}
