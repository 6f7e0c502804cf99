//! Requests that are refused before their body was read.
//!
//! A server that closes a connection on which a client still sends resets it, and the client loses the answer that says why
//! (RFC 9112, section 9.6). So the rest of the body is read and thrown away first, within bounds.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// The most that is thrown away of one request, in bytes.
const MOST: u64 = 128 << 20;
/// The longest that it may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Answers, and reads what the answer left of the body.
pub(super) async fn drain(request: Request, next: Next) -> Response {
    // A client that asks before it sends gets its answer instead.
    if request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let mut body = Shared(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(head, Body::new(body.clone()))).await;
    _ = tokio::time::timeout(LONGEST, body.discard()).await;
    response
}

/// A body of which a second reader reads what the first one leaves.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    async fn discard(&mut self) {
        let mut left = MOST;
        while let Some(Ok(frame)) = poll_fn(|context| HttpBody::poll_frame(Pin::new(&mut *self), context)).await {
            let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
            let Some(rest) = left.checked_sub(bytes) else { return };
            left = rest;
        }
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        HttpBody::poll_frame(Pin::new(&mut *body), context)
    }
}
