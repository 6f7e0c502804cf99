//! An index over HTTP: its report, questions about pages, sets by number, events, and new pages. What other processes add is
//! seen by the next question. `openapi.json` describes it; tests compare the answers with it.

use super::adds::{Adds, State as AddState};
use super::guard;
use super::server::{self, Answer, JSON, LATER, Reports, listen, respond};
use super::token::{self, Token};
use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query as Asked, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tonggao::Index;
use tonggao::indexed::IndexReport;
use tonggao::output::{Language, Report};

/// The largest page that is looked up, in bytes.
const LARGEST: usize = 8 << 20;
/// The most bytes that one request may add.
const LARGEST_ADD: usize = 64 << 20;
/// Questions that are answered at the same time; more are turned away.
const MOST: usize = 64;
/// Events of one answer.
const EVENTS: usize = 10_000;
/// The longest that a request may take, its body included.
const LONGEST: Duration = Duration::from_secs(120);
/// The longest that an answer about new pages waits for them, in seconds.
const LONGEST_WAIT: u64 = 60;
/// How long it waits when nothing is asked for.
const WAIT: u64 = 30;
/// The index as of its latest commit, opened anew when there is a later one.
struct Latest {
    folder: PathBuf,
    index: RwLock<Arc<Index>>,
    opening: Mutex<()>,
    /// The report of the commit that was last looked at.
    report: Mutex<Option<Arc<IndexReport>>>,
    lang: Option<Language>,
    answering: AtomicUsize,
    adds: Arc<Adds>,
}

impl Latest {
    fn index(&self) -> tonggao::Result<Arc<Index>> {
        let current = || Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner));
        let held = current();
        if held.is_latest()? {
            return Ok(held);
        }
        // One question opens it, and the others wait for that.
        let _opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let held = current();
        if held.is_latest()? {
            return Ok(held);
        }
        let opened = Arc::new(Index::open(&self.folder)?);
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&opened);
        Ok(opened)
    }
}

impl Reports for Latest {
    fn place(self: Arc<Self>) -> Option<Box<dyn Any + Send>> {
        Some(Box::new(Answering::begin(&self)?))
    }

    /// Made when it is first asked for, and anew after a commit; the others wait for that.
    fn report(&self) -> tonggao::Result<Arc<dyn Report>> {
        let index = self.index()?;
        let mut made = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some(report) if report.commit() >= index.commit() => Ok(Arc::clone(report) as Arc<dyn Report>),
            _ => {
                let report = made.insert(Arc::new(IndexReport::new(index, self.lang)?));
                Ok(Arc::clone(report) as Arc<dyn Report>)
            }
        }
    }
}

/// Serves an index until it is interrupted. `ready` receives the address once the server listens there.
pub(super) fn serve(
    folder: PathBuf,
    token: Token,
    lang: Option<Language>,
    address: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let index = RwLock::new(Arc::new(Index::open(&folder)?));
    let adds = Adds::start(folder.clone(), EVENTS)?;
    let (opening, report, answering) = Default::default();
    let latest = Latest { folder, index, opening, report, lang, answering, adds };
    listen(address, routes(Arc::new(latest), token), ready)
}

fn routes(latest: Arc<Latest>, token: Token) -> Router {
    Router::new()
        .route("/api/index", get(about))
        .route("/api/openapi.json", get(description))
        .route("/api/query", post(query).layer(DefaultBodyLimit::max(LARGEST)))
        .route("/api/add", post(add).layer(DefaultBodyLimit::max(LARGEST_ADD)))
        .route("/api/adds/{number}", get(added))
        .route("/api/clusters/{number}", get(cluster))
        .route("/api/events", get(events))
        .with_state(Arc::clone(&latest))
        .merge(server::routes(latest))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn_with_state(token, token::ask))
        .layer(middleware::from_fn(guard::guard))
}

/// Gives up requests that take too long.
async fn in_time(request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(LONGEST, next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

async fn description() -> Response {
    ([(header::CONTENT_TYPE, JSON)], include_str!("openapi.json")).into_response()
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
    let Ok(page) = String::from_utf8(body.into()) else { return not_utf8() };
    answer(latest, move |index| index.query(index.page(&page)?).map(Some)).await
}

fn not_utf8() -> Response {
    (StatusCode::BAD_REQUEST, "the body is not UTF-8").into_response()
}

#[derive(Deserialize)]
struct Wait {
    wait: Option<u64>,
}

/// Adds the records in the body, a line of JSON each. The answer waits for them, but not for ever.
async fn add(State(latest): State<Arc<Latest>>, Asked(Wait { wait }): Asked<Wait>, body: Bytes) -> Response {
    let Ok(records) = String::from_utf8(body.into()) else { return not_utf8() };
    let asked = Arc::clone(&latest);
    let count = move || (asked.index().and_then(|index| index.count_records(&records)), records);
    let Ok((counted, records)) = tokio::task::spawn_blocking(count).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match counted {
        Ok(0) => (StatusCode::BAD_REQUEST, "the body has no record").into_response(),
        Ok(pages) => match latest.adds.take(records, pages) {
            Some(number) => progress(&latest, number, wait.unwrap_or(WAIT)).await,
            None => (StatusCode::SERVICE_UNAVAILABLE, LATER).into_response(),
        },
        Err(error) => failed(error),
    }
}

/// How far a request to add pages is.
async fn added(
    State(latest): State<Arc<Latest>>,
    Path(number): Path<u64>,
    Asked(Wait { wait }): Asked<Wait>,
) -> Response {
    progress(&latest, number, wait.unwrap_or(0)).await
}

async fn progress(latest: &Latest, number: u64, wait: u64) -> Response {
    let Some(add) = latest.adds.wait(number, Duration::from_secs(wait.min(LONGEST_WAIT))).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let status = match add.state() {
        AddState::Done => StatusCode::OK,
        AddState::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        AddState::Waiting | AddState::Working => StatusCode::ACCEPTED,
    };
    let head = [(header::LOCATION, format!("/api/adds/{}", add.number())), (header::CONTENT_TYPE, JSON.to_owned())];
    // Numbers, texts and lists of them always serialise.
    (status, head, serde_json::to_vec(&add).unwrap_or_default()).into_response()
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
    let Some(answering) = Answering::begin(&latest) else {
        return (StatusCode::SERVICE_UNAVAILABLE, LATER).into_response();
    };
    let json = move || -> Answer {
        let found = read(&*answering.0.index()?)?;
        // Numbers, texts and lists of them always serialise.
        Ok(found.map(|found| serde_json::to_vec(&found).unwrap_or_default()))
    };
    match tokio::task::spawn_blocking(json).await {
        Ok(Err(error)) => failed(error),
        done => respond(done),
    }
}

/// A question that is being answered, until its thread has ended: a client that hangs up does not make room for others.
struct Answering(Arc<Latest>);

impl Answering {
    fn begin(latest: &Arc<Latest>) -> Option<Self> {
        let begun = Answering(Arc::clone(latest));
        (latest.answering.fetch_add(1, Ordering::Relaxed) < MOST).then_some(begun)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

fn failed(error: tonggao::Error) -> Response {
    let status = match error {
        tonggao::Error::Setting { .. } => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, error.to_string()).into_response()
}
