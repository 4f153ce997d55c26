//! Native buckets worked out by logarithms, of observations that are eighths.

use std::collections::BTreeMap;

use metrics_core::NativeSnapshot;

use super::case::Native;

/// The buckets of these observations at a schema, which must be the first, or so coarse as their number asks for.
pub(crate) fn native(
    options: &Native,
    observed: &[f64],
    schema: i32,
) -> Result<NativeSnapshot, String> {
    let side = |sign: f64, schema: i32| {
        let mut counts = BTreeMap::new();
        let values = observed.iter().map(|value| value * sign);
        for value in values.filter(|value| *value > options.zero_threshold) {
            // eighths are powers of two, or far from every bound
            let index = (value.log2() * 2_f64.powi(schema)).ceil();
            *counts.entry(index as i32).or_insert(0) += 1;
        }
        counts.into_iter().collect::<Vec<(i32, u64)>>()
    };
    let used = |schema| side(1.0, schema).len() + side(-1.0, schema).len();
    let (most, first) = (options.max_buckets as usize, options.schema);
    let is_sound = if used(first) <= most {
        schema == first
    } else {
        schema == -4 || (schema < first && used(schema) <= most)
    };
    if !is_sound {
        let used = used(schema);
        return Err(format!("{used} buckets of schema {schema}, of {options:?}"));
    }
    let is_zero = |value: &&f64| value.abs() <= options.zero_threshold;
    Ok(NativeSnapshot {
        schema,
        zero_threshold: options.zero_threshold,
        zero_count: observed.iter().filter(is_zero).count() as u64,
        positive: side(1.0, schema),
        negative: side(-1.0, schema),
    })
}
