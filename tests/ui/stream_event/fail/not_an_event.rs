use metrics_core::{StreamEvent, listen};

struct Hit {}

fn tell(event: &impl StreamEvent) {
    event.emit();
}

fn main() {
    tell(&Hit {});
    let _listening = listen([<Hit as StreamEvent>::event_type()], std::sync::Arc::new(|_| {}));
}
