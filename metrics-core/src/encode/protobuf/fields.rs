//! The numbers of the fields that are written. Source: `client_model`, `io/prometheus/client/metrics.proto`, whose
//! messages the modules are called after.

pub(super) mod metric_family {
    pub(in crate::encode::protobuf) const NAME: u32 = 1;
    pub(in crate::encode::protobuf) const HELP: u32 = 2;
    pub(in crate::encode::protobuf) const TYPE: u32 = 3;
    pub(in crate::encode::protobuf) const METRIC: u32 = 4;
    pub(in crate::encode::protobuf) const UNIT: u32 = 5;
}

pub(super) mod metric_type {
    pub(in crate::encode::protobuf) const COUNTER: u64 = 0;
    pub(in crate::encode::protobuf) const GAUGE: u64 = 1;
    pub(in crate::encode::protobuf) const SUMMARY: u64 = 2;
    pub(in crate::encode::protobuf) const HISTOGRAM: u64 = 4;
}

pub(super) mod metric {
    pub(in crate::encode::protobuf) const LABEL: u32 = 1;
    pub(in crate::encode::protobuf) const GAUGE: u32 = 2;
    pub(in crate::encode::protobuf) const COUNTER: u32 = 3;
    pub(in crate::encode::protobuf) const SUMMARY: u32 = 4;
    pub(in crate::encode::protobuf) const HISTOGRAM: u32 = 7;
}

pub(super) mod label_pair {
    pub(in crate::encode::protobuf) const NAME: u32 = 1;
    pub(in crate::encode::protobuf) const VALUE: u32 = 2;
}

pub(super) mod gauge {
    pub(in crate::encode::protobuf) const VALUE: u32 = 1;
}

pub(super) mod counter {
    pub(in crate::encode::protobuf) const VALUE: u32 = 1;
    pub(in crate::encode::protobuf) const EXEMPLAR: u32 = 2;
    pub(in crate::encode::protobuf) const CREATED: u32 = 3;
}

pub(super) mod summary {
    pub(in crate::encode::protobuf) const COUNT: u32 = 1;
    pub(in crate::encode::protobuf) const SUM: u32 = 2;
    pub(in crate::encode::protobuf) const QUANTILE: u32 = 3;
    pub(in crate::encode::protobuf) const CREATED: u32 = 4;
}

pub(super) mod quantile {
    pub(in crate::encode::protobuf) const QUANTILE: u32 = 1;
    pub(in crate::encode::protobuf) const VALUE: u32 = 2;
}

pub(super) mod histogram {
    pub(in crate::encode::protobuf) const COUNT: u32 = 1;
    pub(in crate::encode::protobuf) const SUM: u32 = 2;
    pub(in crate::encode::protobuf) const BUCKET: u32 = 3;
    pub(in crate::encode::protobuf) const SCHEMA: u32 = 5;
    pub(in crate::encode::protobuf) const ZERO_THRESHOLD: u32 = 6;
    pub(in crate::encode::protobuf) const ZERO_COUNT: u32 = 7;
    pub(in crate::encode::protobuf) const NEGATIVE_SPAN: u32 = 9;
    pub(in crate::encode::protobuf) const NEGATIVE_DELTA: u32 = 10;
    pub(in crate::encode::protobuf) const POSITIVE_SPAN: u32 = 12;
    pub(in crate::encode::protobuf) const POSITIVE_DELTA: u32 = 13;
    pub(in crate::encode::protobuf) const CREATED: u32 = 15;
    pub(in crate::encode::protobuf) const EXEMPLARS: u32 = 16;
}

pub(super) mod bucket {
    pub(in crate::encode::protobuf) const CUMULATIVE_COUNT: u32 = 1;
    pub(in crate::encode::protobuf) const UPPER_BOUND: u32 = 2;
    pub(in crate::encode::protobuf) const EXEMPLAR: u32 = 3;
}

pub(super) mod span {
    pub(in crate::encode::protobuf) const OFFSET: u32 = 1;
    pub(in crate::encode::protobuf) const LENGTH: u32 = 2;
}

pub(super) mod exemplar {
    pub(in crate::encode::protobuf) const LABEL: u32 = 1;
    pub(in crate::encode::protobuf) const VALUE: u32 = 2;
    pub(in crate::encode::protobuf) const TIMESTAMP: u32 = 3;
}

pub(super) mod timestamp {
    pub(in crate::encode::protobuf) const SECONDS: u32 = 1;
    pub(in crate::encode::protobuf) const NANOS: u32 = 2;
}
