//! A snapshot as JSON, put together by hand by the rules of the stream's protocol.

use metrics_core::{Number, Snapshot, ValueSnapshot};
use serde_json::{Value, json};

/// The snapshot as a document; quantiles, which are estimates, and native buckets are as it has them.
pub(crate) fn document(shown: &Snapshot) -> Value {
    let families = shown.families.iter().map(|family| {
        let series = family.series.iter().map(|series| {
            let mut told = match &series.value {
                ValueSnapshot::Number(number) => json!({"value": told(*number)}),
                value => serde_json::to_value(value).expect("a value"),
            };
            if let ValueSnapshot::Histogram {
                bounds,
                cumulative,
                count,
                sum,
                ..
            } = &series.value
            {
                let bounds = bounds.iter().copied().chain([f64::INFINITY]);
                let counts = cumulative.iter().chain([count]);
                let buckets = bounds.zip(counts);
                let buckets = buckets.map(|(le, n)| json!({"le": told_float(le), "count": n}));
                told["buckets"] = buckets.collect();
                told["count"] = json!(count);
                told["sum"] = told_float(*sum);
            }
            let labels = series.labels.iter().map(|(n, v)| (n.clone(), json!(v)));
            told["labels"] = Value::Object(labels.collect());
            if !series.exemplars.is_empty() {
                let exemplars = series.exemplars.iter().map(|exemplar| {
                    let labels = exemplar.labels.iter().map(|(n, v)| (n.clone(), json!(v)));
                    json!({
                        "labels": Value::Object(labels.collect()),
                        "value": told_float(exemplar.value),
                        "ts": exemplar.millis,
                    })
                });
                told["exemplars"] = exemplars.collect();
            }
            told
        });
        json!({
            "name": family.name,
            "type": family.kind.as_str(),
            "unit": family.unit,
            "help": family.help,
            "series": series.collect::<Vec<_>>(),
        })
    });
    json!({"families": families.collect::<Vec<_>>()})
}

/// A number, as a string where JSON or a double cannot hold it.
pub(crate) fn told(number: Number) -> Value {
    const EXACT: i128 = 1 << 53;
    let whole = match number {
        Number::Unsigned(n) => i128::from(n),
        Number::Signed(n) => n.into(),
        Number::Float(n) => return told_float(n),
    };
    if whole.abs() > EXACT {
        return json!(whole.to_string());
    }
    match number {
        Number::Unsigned(n) => json!(n),
        _ => json!(whole as i64),
    }
}

pub(crate) fn told_float(n: f64) -> Value {
    match n {
        n if n.is_nan() => json!("NaN"),
        f64::INFINITY => json!("+Inf"),
        f64::NEG_INFINITY => json!("-Inf"),
        n => json!(n),
    }
}
