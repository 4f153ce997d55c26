//! The soak as a test: one minute of it. `tests/run soak` runs it in its profile, `tests/run --soak` the half hour.

use std::process::Command;

#[test]
fn a_minute_of_mixed_load_and_faults_loses_no_update_and_leaves_nothing_behind() {
    let mut soak = Command::new(env!("CARGO_BIN_EXE_metrics-soak"));
    soak.args([
        "60",
        "--out",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/soak"),
    ]);
    if let Ok(seed) = std::env::var("SOAK_SEED") {
        soak.args(["--seed", &seed]);
    }
    let status = soak.status().expect("the program starts");
    assert!(
        status.success(),
        "what is wrong stands above, with the seed"
    );
}
