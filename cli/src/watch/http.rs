//! Plain HTTP to one address: notices are posted, feeds are fetched.

use anyhow::{Context, Result, anyhow, bail};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::http::request::Builder;
use hyper::{HeaderMap, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long an exchange may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const LARGEST: usize = 16 << 20;
/// How often an answer may name another address.
const REDIRECTS: usize = 5;
const AGENT: &str = concat!("tonggao/", env!("CARGO_PKG_VERSION"));

/// An address of plain HTTP.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub url: String,
    host: String,
    path: String,
}

impl Address {
    /// Reads an address, which must be of plain HTTP.
    pub(super) fn parse(url: &str) -> std::result::Result<Self, String> {
        let hint = "for https, post with --exec 'curl …', and let a downloader put feeds into a folder";
        let rest = url.strip_prefix("http://").ok_or_else(|| format!("only http:// is spoken; {hint}"))?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || !is_plain(rest) || host.contains('@') {
            return Err("it is not an address such as http://127.0.0.1:9000/notices".to_owned());
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Address { url: url.to_owned(), host: host.to_owned(), path })
    }

    /// Posts JSON. Answers other than those of success are errors.
    pub(super) fn post(&self, json: &str) -> Result<()> {
        let request = self.request("POST").header(header::CONTENT_TYPE, "application/json");
        let answer = exchange(self, request, json.to_owned())?;
        if answer.status().is_success() { Ok(()) } else { bail!("the answer is {}", answer.status()) }
    }

    /// Gets what is there; none when it is what `known` says.
    pub(super) fn get(&self, known: &Validators) -> Result<Option<(Bytes, Validators)>> {
        let mut address = self.clone();
        for _ in 0..=REDIRECTS {
            let answer = exchange(&address, known.ask(address.request("GET")), String::new())?;
            let status = answer.status();
            match status {
                StatusCode::NOT_MODIFIED => return Ok(None),
                StatusCode::OK => {
                    let validators = Validators::of(answer.headers());
                    return Ok(Some((answer.into_body(), validators)));
                }
                status if status.is_redirection() => address = address.moved(answer.headers())?,
                _ => bail!("the answer is {status}"),
            }
        }
        bail!("it names one address after another")
    }

    fn request(&self, method: &str) -> Builder {
        let request = Request::builder().method(method).uri(&self.path);
        request.header(header::HOST, &self.host).header(header::USER_AGENT, AGENT)
    }

    /// Where an answer leads.
    fn moved(&self, headers: &HeaderMap) -> Result<Address> {
        let place = headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
        let place = place.context("the answer leads nowhere")?;
        let url = if place.starts_with('/') { format!("http://{}{place}", self.host) } else { place.to_owned() };
        Address::parse(&url).map_err(|reason| anyhow!("the answer leads to {url}: {reason}"))
    }
}

/// By what a server knows which version of a text somebody has.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Validators {
    etag: Option<String>,
    modified: Option<String>,
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        let value = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
        Validators { etag: value(header::ETAG), modified: value(header::LAST_MODIFIED) }
    }

    fn ask(&self, request: Builder) -> Builder {
        let with = |request: Builder, name, value: &Option<String>| match value {
            Some(value) => request.header(name, value),
            None => request,
        };
        let request = with(request, header::IF_NONE_MATCH, &self.etag);
        with(request, header::IF_MODIFIED_SINCE, &self.modified)
    }
}

/// Sends a request and waits for the whole answer.
fn exchange(address: &Address, request: Builder, body: String) -> Result<Response<Bytes>> {
    let request = request.body(Full::new(Bytes::from(body)))?;
    let has_port = address.host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let place = if has_port { address.host.clone() } else { format!("{}:80", address.host) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = async {
        let stream = TcpStream::connect(place).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(|error| anyhow!("{error}"))?.to_bytes();
        connection.abort();
        Ok(Response::from_parts(head, body))
    };
    runtime.block_on(async { tokio::time::timeout(PATIENCE, answered).await.context("no answer came in time")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_plain_http() {
        let address = Address::parse("http://127.0.0.1:9000/a?b#c").unwrap();
        assert_eq!((address.host.as_str(), address.path.as_str()), ("127.0.0.1:9000", "/a?b"));
        assert_eq!(Address::parse("http://desk.example").unwrap().path, "/");
        assert_eq!(Address::parse("http://desk.example?a").unwrap().path, "/?a");
        for wrong in ["https://desk.example/", "desk", "http://", "http:///a", "http://a\r\nb", "http://a@b/"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_leads_to_another_place_of_the_host_or_to_another_host() {
        let address = Address::parse("http://desk.example:81/a").unwrap();
        let moved = |place: &'static str| {
            let headers = HeaderMap::from_iter([(header::LOCATION, header::HeaderValue::from_static(place))]);
            address.moved(&headers).map(|address| (address.host, address.path))
        };
        assert_eq!(moved("/b").unwrap(), ("desk.example:81".to_owned(), "/b".to_owned()));
        assert_eq!(moved("http://other.example/b").unwrap(), ("other.example".to_owned(), "/b".to_owned()));
        assert!(moved("https://desk.example/b").unwrap_err().to_string().contains("only http://"));
        assert!(address.moved(&HeaderMap::new()).is_err());
    }
}
