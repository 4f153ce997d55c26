use metrics_core::timed;

#[timed]
trait Work {
    fn work(&self);
}

fn main() {}
