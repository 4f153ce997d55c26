use metrics_core::LabelSet;
use std::net::IpAddr;

#[derive(LabelSet)]
struct ByAddress {
    #[label(open, max = 10)]
    address: IpAddr,
}

fn main() {}
