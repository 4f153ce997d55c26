use metrics_core::LabelSet;
use std::net::IpAddr;

#[derive(LabelSet)]
struct ByAddress {
    #[label(display)]
    address: IpAddr,
}

fn main() {}
