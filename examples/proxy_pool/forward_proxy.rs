//! Forward proxies that run here: each is asked for pages of any server, by their whole URLs (RFC 9112, section 3.2.2), and
//! gets them in its own manner.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};

use crate::proxies::Proxy;

/// How a proxy behaves.
struct Manner {
    /// Milliseconds on the way to the origin and back, at least and at most.
    millis: (u64, u64),
    /// Of a hundred requests, how many take so long that nobody waits.
    stuck: u8,
    /// Of twenty requests, how many are refused, one after the other.
    refused: u64,
}

fn manner(proxy: Proxy) -> Manner {
    let (millis, stuck, refused) = match proxy {
        Proxy::Near => ((1, 6), 0, 0),
        Proxy::Far => ((20, 60), 0, 0),
        Proxy::Slow => ((120, 400), 5, 0),
        Proxy::Flaky => ((5, 30), 0, 6),
    };
    Manner {
        millis,
        stuck,
        refused,
    }
}

const STUCK: Duration = Duration::from_secs(10);
const BOUT: u64 = 20;

/// Starts all of them, on free ports; they end with the process.
pub(crate) fn start() -> io::Result<[SocketAddr; Proxy::ALL.len()]> {
    let [near, far, slow, flaky] = Proxy::ALL.map(serve);
    Ok([near?, far?, slow?, flaky?])
}

fn serve(proxy: Proxy) -> io::Result<SocketAddr> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new((manner(proxy), AtomicU64::new(0))))
            .app_data(web::Data::new(awc::Client::default()))
            .default_service(web::get().to(forward))
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    rt::spawn(server.run());
    Ok(address)
}

async fn forward(
    request: HttpRequest,
    proxy: web::Data<(Manner, AtomicU64)>,
    client: web::Data<awc::Client>,
) -> HttpResponse {
    let (manner, asked) = &**proxy;
    if request.uri().authority().is_none() {
        return HttpResponse::BadRequest().body("this is a proxy: ask it for a whole URL\n");
    }
    // the first requests go well
    if asked.fetch_add(1, Relaxed) % BOUT >= BOUT - manner.refused {
        return HttpResponse::BadGateway().finish();
    }
    let (least, most) = manner.millis;
    rt::time::sleep(Duration::from_millis(fastrand::u64(least..most))).await;
    if fastrand::u8(..100) < manner.stuck {
        rt::time::sleep(STUCK).await;
    }
    match client.get(request.uri()).send().await {
        Ok(answer) => {
            let text = HeaderValue::from_static("text/plain");
            let content_type = answer.headers().get(CONTENT_TYPE).unwrap_or(&text);
            HttpResponse::build(answer.status())
                .content_type(content_type)
                .insert_header(("via", "1.1 proxy_pool"))
                .streaming(answer)
        }
        Err(_) => HttpResponse::BadGateway().finish(),
    }
}
