//! `tonggao serve`: the report of a folder too big for one file, for the people at this machine.
//!
//! It reads only, from one folder, by numbers and ids and never by paths; it answers only those who ask for this
//! machine (see `guard.rs`), and sends the policy that lets nothing of a page run.

mod guard;

use crate::error::{Error, Result};
use crate::output_folder::OutFolder;
use crate::view::{FromFolder, Index, Lang, Query, Shell};
use axum::Router;
use axum::extract::{Path, Query as Asked, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Rows that one answer holds at most.
const ROWS: usize = 5_000;

/// Where a folder is served, and how it opens.
#[derive(Clone, Copy, Debug)]
pub struct Serving {
    /// The address to listen at; loopback unless the user asks for more.
    pub bind: IpAddr,
    /// The port; 0 for one that is free.
    pub port: u16,
    /// The language the report opens in; the reader's own by default.
    pub lang: Option<Lang>,
}

/// What all answers come from.
struct Desk {
    index: Index,
    page: Vec<u8>,
}

/// Serves a folder until it is interrupted. Reads the tables once to know where their lines stand (see [`Index`] for
/// what that holds in memory), then single lines. `ready` is told the address when questions can be asked.
pub fn serve(out: OutFolder, serving: &Serving, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let run = out.run_json()?;
    let mut page = Vec::new();
    // Memory takes whatever is written to it.
    let _ = Shell::of_server(serving.lang.map(Lang::code), &run).write(&mut page);
    let desk = Arc::new(Desk { index: Index::build(out)?, page });
    let failed = |source| Error::Listen { address: SocketAddr::new(serving.bind, serving.port), source };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build().map_err(failed)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((serving.bind, serving.port)).await.map_err(failed)?;
        ready(listener.local_addr().map_err(failed)?);
        // Without a way to hear of an interruption it runs until it is ended.
        let interrupted = async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        axum::serve(listener, routes(desk)).with_graceful_shutdown(interrupted).await.map_err(failed)
    })
}

fn routes(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/api/overview", get(overview))
        .route("/api/sets", get(sets))
        .route("/api/set/{number}", get(set))
        .route("/api/texts", get(texts))
        .route("/api/point/{number}", get(point))
        .with_state(desk)
        .layer(middleware::from_fn(guard::guard))
}

async fn page(State(desk): State<Arc<Desk>>) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], desk.page.clone()).into_response()
}

async fn overview(State(desk): State<Arc<Desk>>) -> Response {
    answer(desk, |desk| some(desk.index.overview())).await
}

async fn sets(State(desk): State<Arc<Desk>>, Asked(mut query): Asked<Query>) -> Response {
    query.take = query.take.min(ROWS);
    answer(desk, move |desk| some(desk.index.search(&query))).await
}

async fn set(State(desk): State<Arc<Desk>>, Path(number): Path<u32>) -> Response {
    answer(desk, move |desk| value(desk.index.set(number))).await
}

/// The pages named by `id`, each once: two for reading side by side.
async fn texts(State(desk): State<Arc<Desk>>, Asked(asked): Asked<Vec<(String, String)>>) -> Response {
    answer(desk, move |desk| {
        let ids: Vec<&str> = asked.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.as_str()).take(2).collect();
        some(desk.index.page_texts(&ids, &FromFolder(desk.index.out())))
    })
    .await
}

async fn point(State(desk): State<Arc<Desk>>, Path(number): Path<u32>) -> Response {
    answer(desk, move |desk| {
        value(
            desk.index
                .points(number..number.saturating_add(1), &FromFolder(desk.index.out()))
                .map(|mut found| found.pop()),
        )
    })
    .await
}

/// JSON, or nothing there.
type Told = Result<Option<Vec<u8>>>;

fn some(value: Result<impl Serialize>) -> Told {
    // Plain values always serialise.
    Ok(Some(serde_json::to_vec(&value?).unwrap_or_default()))
}

fn value(value: Result<Option<impl Serialize>>) -> Told {
    Ok(value?.map(|value| serde_json::to_vec(&value).unwrap_or_default()))
}

/// Reads on a thread of its own, so that one long answer does not hold up the others.
async fn answer(desk: Arc<Desk>, read: impl FnOnce(&Desk) -> Told + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(move || read(&desk)).await {
        Ok(Ok(Some(json))) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
