//! tests

#[test]
fn show() {
    let text = crate::artifacts::dashboard::dashboard(
        &crate::artifacts::sample::declarations(),
        &crate::artifacts::settings::Settings {
            name: "chatbox".to_owned(),
            ..Default::default()
        },
        None,
    )
    .expect("x");
    std::fs::write(std::env::var("OUT").expect("out"), text).expect("w");
}
