//! Manifests for Kubernetes and for the Prometheus Operator.

use super::Artifacts;
use super::files::Artifact;
use crate::Error;

/// All of them, below `kubernetes/`.
pub(crate) fn manifests(_artifacts: &Artifacts) -> Result<Vec<Artifact>, Error> {
    Ok(Vec::new())
}
