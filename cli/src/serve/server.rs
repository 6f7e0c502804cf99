//! A report over HTTP, of an output folder or of an index.
//!
//! It reads only, from one folder, by numbers and ids and never by paths; it answers only those who ask for this
//! machine (see `guard.rs`), and sends the policy that lets nothing of a page run.

use super::{drain, guard};
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Path, Query as Asked, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tonggao::output::{LiveReport, Query, Report};

/// Serves the report of a folder until it is interrupted. `ready` receives the address once the server listens there.
pub(super) fn serve(report: LiveReport, address: SocketAddr, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let routes = routes(Arc::new(OfFolder(Arc::new(report)))).layer(middleware::from_fn(guard::guard));
    listen(address, routes, ready)
}

/// Where a report comes from.
pub(super) trait Reports: Send + Sync + 'static {
    /// A place among those who are answered, until it is dropped; `None` when there is no more room.
    fn place(self: Arc<Self>) -> Option<Box<dyn Any + Send>>;

    /// The report as it is now.
    fn report(&self) -> tonggao::Result<Arc<dyn Report>>;
}

/// The report of a folder, which stays as it is.
struct OfFolder(Arc<LiveReport>);

impl Reports for OfFolder {
    fn place(self: Arc<Self>) -> Option<Box<dyn Any + Send>> {
        Some(Box::new(()))
    }

    fn report(&self) -> tonggao::Result<Arc<dyn Report>> {
        Ok(Arc::clone(&self.0) as Arc<dyn Report>)
    }
}

/// Connections at the same time; more wait to be accepted.
const CONNECTIONS: usize = 512;
/// How long a client may take to say what it wants, and be silent between two requests.
const SILENCE: Duration = Duration::from_secs(30);

/// Answers by these routes until the program is interrupted.
pub(super) fn listen(address: SocketAddr, routes: Router, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    runtime.block_on(async {
        let listening = TcpListener::bind(address).await;
        let listener = listening
            .with_context(|| format!("cannot listen on {address}. Choose another --port, or --port 0 for any"))?;
        ready(listener.local_addr()?);
        // A signal ends the program (see `signals`), whatever connections are open.
        accept(listener, routes).await
    })
}

/// Answers every connection on a task of its own.
async fn accept(listener: TcpListener, routes: Router) -> Result<()> {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let service = TowerToHyperService::new(routes.layer(middleware::from_fn(drain::drain)));
    loop {
        let place = Arc::clone(&room).acquire_owned().await.context("the server stopped")?;
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, or the client has gone: others may have better luck.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let mut connection = http1::Builder::new();
        connection.timer(TokioTimer::new()).header_read_timeout(SILENCE);
        let answering = connection.serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            // A client that hangs up is its own concern.
            _ = answering.await;
            drop(place);
        });
    }
}

/// The page of a report, and what it asks for.
pub(super) fn routes(reports: Arc<dyn Reports>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/report/overview", get(overview))
        .route("/report/sets", get(sets))
        .route("/report/set/{number}", get(set))
        .route("/report/texts", get(texts))
        .route("/report/point/{number}", get(point))
        .with_state(reports)
}

type Source = State<Arc<dyn Reports>>;

async fn page(State(reports): Source) -> Response {
    let answered = answer(reports, |report| Ok(Some(report.page()))).await;
    let is_page = answered.status().is_success();
    if is_page { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], answered).into_response() } else { answered }
}

async fn overview(State(reports): Source) -> Response {
    answer(reports, |report| report.overview().map(Some)).await
}

async fn sets(State(reports): Source, Asked(query): Asked<Query>) -> Response {
    answer(reports, move |report| report.sets(query).map(Some)).await
}

async fn set(State(reports): Source, Path(number): Path<u32>) -> Response {
    answer(reports, move |report| report.set(number)).await
}

/// The pages named by `id`, each once: two for reading side by side.
async fn texts(State(reports): Source, Asked(asked): Asked<Vec<(String, String)>>) -> Response {
    answer(reports, move |report| {
        let ids: Vec<&str> = asked.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.as_str()).take(2).collect();
        report.texts(&ids).map(Some)
    })
    .await
}

async fn point(State(reports): Source, Path(number): Path<u32>) -> Response {
    answer(reports, move |report| report.point(number)).await
}

/// The type of all answers that are data.
pub(super) const JSON: &str = "application/json";

/// JSON, or `None` for what does not exist.
pub(super) type Answer = tonggao::Result<Option<Vec<u8>>>;

/// When those who are turned away should ask again, in seconds.
pub(super) const LATER: [(header::HeaderName, &str); 1] = [(header::RETRY_AFTER, "1")];

/// Reads on a thread of its own, so that one long answer does not delay the others. A client that hangs up does not make
/// room for others before that thread has ended.
async fn answer(reports: Arc<dyn Reports>, read: impl FnOnce(&dyn Report) -> Answer + Send + 'static) -> Response {
    let Some(place) = Arc::clone(&reports).place() else {
        return (StatusCode::SERVICE_UNAVAILABLE, LATER).into_response();
    };
    let read = move || {
        let _place = place;
        read(&*reports.report()?)
    };
    respond(tokio::task::spawn_blocking(read).await)
}

/// The response for what a thread of its own has read.
pub(super) fn respond(read: std::result::Result<Answer, JoinError>) -> Response {
    match read {
        Ok(Ok(Some(json))) => ([(header::CONTENT_TYPE, JSON)], json).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
