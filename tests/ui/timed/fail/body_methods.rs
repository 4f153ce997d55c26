//! Methods, fields and patterns that are not there, in the body.

use metrics_core::timed;

#[timed]
fn method(items: Vec<u32>) -> usize {
    items.length()
}

#[timed]
fn inferred() -> usize {
    let items = Vec::new();
    items.len()
}

#[timed]
fn arms(n: u32) -> u32 {
    match n {
        0 => 1,
        _ => "many",
    }
}

#[timed]
fn not_all(n: Option<u32>) -> u32 {
    match n {
        Some(n) => n,
    }
}

#[timed]
fn field(point: (u32, u32)) -> u32 {
    point.x
}

mod asynchronous {
    use metrics_core::timed;

    #[timed]
    async fn method(items: Vec<u32>) -> usize {
        items.length()
    }

    #[timed]
    async fn inferred() -> usize {
        let items = Vec::new();
        items.len()
    }

    #[timed]
    async fn arms(n: u32) -> u32 {
        match n {
            0 => 1,
            _ => "many",
        }
    }

    #[timed]
    async fn not_all(n: Option<u32>) -> u32 {
        match n {
            Some(n) => n,
        }
    }

    #[timed]
    async fn field(point: (u32, u32)) -> u32 {
        point.x
    }
}

fn main() {}
