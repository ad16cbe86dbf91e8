//! The HTTP server. Whoever reaches it may send anything: what one can take up is bounded.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::Ask;

/// Clients at once; more wait to be accepted.
const MOST_CLIENTS: usize = 8;
/// How long a client may take, from the connection to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait where no connection can be accepted, as when there are no descriptors left.
const REST: Duration = Duration::from_millis(100);
/// The longest head of a request, in bytes; the least that hyper allows.
const LONGEST_HEAD: usize = 8192;

/// Prometheus' text format.
const METRICS: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// Serves whoever connects.
pub(super) async fn serve(listener: TcpListener, asks: mpsc::Sender<Ask>) {
    let room = Arc::new(Semaphore::new(MOST_CLIENTS));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let asks = asks.clone();
                tokio::spawn(async move {
                    // Of what a client does wrong nobody needs to hear.
                    let _ = timeout(PATIENCE, client(stream, asks)).await;
                    drop(place);
                });
            }
            Err(_) => sleep(REST).await,
        }
    }
}

/// Answers one request of a client.
async fn client(stream: TcpStream, asks: mpsc::Sender<Ask>) -> hyper::Result<()> {
    let service = service_fn(|request| {
        let asks = asks.clone();
        async move { Ok::<_, Infallible>(answer(&request, &asks).await) }
    });
    http1::Builder::new()
        // A client that keeps its connection keeps its place.
        .keep_alive(false)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

async fn answer(request: &Request<Incoming>, asks: &mpsc::Sender<Ask>) -> Response<Full<Bytes>> {
    let say =
        |status, text: &'static str| response(status, PLAIN, Bytes::from_static(text.as_bytes()));
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = say(StatusCode::METHOD_NOT_ALLOWED, "GET or HEAD\n");
        let methods = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, methods);
        return response;
    }
    match request.uri().path() {
        "/metrics" => {
            let (ask, told) = oneshot::channel();
            let is_asked = asks.send(ask).await.is_ok();
            match told.await {
                Ok(text) if is_asked => response(StatusCode::OK, METRICS, text),
                _ => say(StatusCode::SERVICE_UNAVAILABLE, "the capture is over\n"),
            }
        }
        "/" => say(
            StatusCode::OK,
            "sipwhy: metrics for Prometheus are at /metrics\n",
        ),
        _ => say(StatusCode::NOT_FOUND, "metrics are at /metrics\n"),
    }
}

fn response(status: StatusCode, kind: HeaderValue, text: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
