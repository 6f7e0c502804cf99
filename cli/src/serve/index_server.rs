//! An index over HTTP: questions about pages, sets by number, events. It reads only; what others add is seen by the next
//! question.

use super::guard;
use super::server::{Answer, listen, respond};
use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query as Asked, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tonggao::Index;

/// The largest page that is looked up, in bytes.
const LARGEST: usize = 8 << 20;
/// Questions that are answered at the same time; more are turned away.
const MOST: usize = 64;
/// Events of one answer.
const EVENTS: usize = 10_000;

/// The index as of its latest commit, opened anew when there is a later one.
struct Latest {
    folder: PathBuf,
    index: RwLock<Arc<Index>>,
    answering: AtomicUsize,
}

impl Latest {
    fn index(&self) -> tonggao::Result<Arc<Index>> {
        let held = Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner));
        if held.is_latest()? {
            return Ok(held);
        }
        let opened = Arc::new(Index::open(&self.folder)?);
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&opened);
        Ok(opened)
    }
}

/// Serves an index until it is interrupted. `ready` receives the address once the server listens there.
pub(super) fn serve(folder: PathBuf, address: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let index = RwLock::new(Arc::new(Index::open(&folder)?));
    let latest = Latest { folder, index, answering: AtomicUsize::new(0) };
    listen(address, routes(Arc::new(latest)), ready)
}

fn routes(latest: Arc<Latest>) -> Router {
    Router::new()
        .route("/", get(about))
        .route("/api/query", post(query))
        .route("/api/clusters/{number}", get(cluster))
        .route("/api/events", get(events))
        .with_state(latest)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(guard::guard))
}

/// What the index has.
#[derive(Serialize)]
struct About {
    commit: u64,
    documents: usize,
    clusters: usize,
}

async fn about(State(latest): State<Arc<Latest>>) -> Response {
    answer(latest, |index| {
        Ok(Some(About { commit: index.commit(), documents: index.len(), clusters: index.clusters()?.len() }))
    })
    .await
}

/// The answer about the page in the body: a record as a line of JSON Lines has it, or plain text.
async fn query(State(latest): State<Arc<Latest>>, body: Bytes) -> Response {
    let Ok(page) = String::from_utf8(body.to_vec()) else {
        return (StatusCode::BAD_REQUEST, "the page is not UTF-8").into_response();
    };
    answer(latest, move |index| index.query(index.page(&page)?).map(Some)).await
}

async fn cluster(State(latest): State<Arc<Latest>>, Path(number): Path<u32>) -> Response {
    answer(latest, move |index| index.cluster(number)).await
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn events(State(latest): State<Arc<Latest>>, Asked(Since { since }): Asked<Since>) -> Response {
    answer(latest, move |index| {
        let mut events = index.events(since)?;
        events.truncate(EVENTS);
        Ok(Some(events))
    })
    .await
}

/// Reads on a thread of its own, so that one long answer does not delay the others.
async fn answer<T: Serialize>(
    latest: Arc<Latest>,
    read: impl FnOnce(&Index) -> tonggao::Result<Option<T>> + Send + 'static,
) -> Response {
    if latest.answering.fetch_add(1, Ordering::Relaxed) >= MOST {
        latest.answering.fetch_sub(1, Ordering::Relaxed);
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let asked = Arc::clone(&latest);
    let json = move || -> Answer {
        let found = read(&*asked.index()?)?;
        // Numbers, texts and lists of them always serialise.
        Ok(found.map(|found| serde_json::to_vec(&found).unwrap_or_default()))
    };
    let done = tokio::task::spawn_blocking(json).await;
    latest.answering.fetch_sub(1, Ordering::Relaxed);
    match done {
        Ok(Err(error @ tonggao::Error::Setting { .. })) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        done => respond(done),
    }
}
