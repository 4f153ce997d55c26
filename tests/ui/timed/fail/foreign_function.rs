use metrics_core::timed;

unsafe extern "C" {
    #[timed]
    fn getpid() -> i32;
}

fn main() {}
