//! HTTP: notices are posted, feeds and pages are fetched.

use anyhow::{Result, anyhow, bail, ensure};
use std::sync::LazyLock;
use std::time::Duration;
use ureq::http::{HeaderMap, Response, StatusCode, Uri, header};
#[cfg(feature = "https")]
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, RequestBuilder, ResponseExt};

/// How long an exchange may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const LARGEST: u64 = 16 << 20;
/// How often an answer may name another address.
pub(super) const REDIRECTS: u32 = 5;
const NAME: &str = concat!("tonggao/", env!("CARGO_PKG_VERSION"));

static AGENT: LazyLock<Agent> = LazyLock::new(|| {
    let config = Agent::config_builder().user_agent(NAME).timeout_global(Some(PATIENCE)).max_redirects(REDIRECTS);
    // A server may have closed a connection that was kept since the last exchange, which is long ago.
    let config = config.max_idle_connections(0);
    // Certificates are those that the system trusts, as behind the proxy of a company.
    #[cfg(feature = "https")]
    let config = config.tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build());
    Agent::new_with_config(config.http_status_as_error(false).build())
});

/// An address of HTTP, or of HTTPS where the program is built with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address(Uri);

impl Address {
    /// Reads an address.
    pub(super) fn parse(url: &str) -> std::result::Result<Self, String> {
        let is_of_host = |uri: &Uri| {
            uri.authority().is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
        };
        let uri = url.parse::<Uri>().ok().filter(is_of_host);
        let uri = uri.ok_or("it is not an address such as http://127.0.0.1:9000/notices")?;
        match uri.scheme_str() {
            Some("http") => Ok(Address(uri)),
            Some("https") if cfg!(feature = "https") => Ok(Address(uri)),
            Some("https") => Err("this program was built without https; build it with `--features https`".to_owned()),
            _ => Err("only http:// and https:// are spoken".to_owned()),
        }
    }

    /// Its site: scheme, host and port.
    pub(super) fn site(&self) -> String {
        let authority = self.0.authority().map(|authority| authority.as_str().to_ascii_lowercase());
        format!("{}://{}", self.0.scheme_str().unwrap_or_default(), authority.unwrap_or_default())
    }

    /// The place on its site: path and query.
    pub(super) fn place(&self) -> &str {
        self.0.path_and_query().map_or("/", |place| place.as_str())
    }

    /// Posts JSON. Answers other than those of success are errors.
    pub(super) fn post(&self, json: &str) -> Result<()> {
        let status = AGENT.post(&self.0).header(header::CONTENT_TYPE, "application/json").send(json)?.status();
        ensure!(status.is_success(), "the answer is {status}");
        Ok(())
    }

    /// Gets what is there; none when it is what `known` says. Other answers than these two are errors.
    pub(super) fn get(&self, known: &Validators) -> Result<Option<Answer>> {
        let answer = known.ask(AGENT.get(&self.0)).call()?;
        match answer.status() {
            StatusCode::OK => Answer::read(answer).map(Some),
            StatusCode::NOT_MODIFIED => Ok(None),
            status => bail!(Refused(status)),
        }
    }

    /// Gets what is at this very address, or the address that it names instead. Other answers are errors.
    pub(super) fn get_here(&self) -> Result<Found> {
        let answer = AGENT.get(&self.0).config().max_redirects(0).build().call()?;
        let status = answer.status();
        match value(answer.headers(), header::LOCATION) {
            _ if status == StatusCode::OK => Answer::read(answer).map(Found::Page),
            Some(other) if status.is_redirection() => Ok(Found::Elsewhere(self.joined(&other)?)),
            _ => bail!(Refused(status)),
        }
    }

    /// The address that a reference of what is here leads to: of RFC 3986, without steps upwards.
    fn joined(&self, reference: &str) -> Result<Self> {
        let (site, place) = (self.site(), self.place().split('?').next().unwrap_or_default());
        let folder = &place[..place.rfind('/').map_or(0, |at| at + 1)];
        let has_scheme = |text: &str| text.find([':', '/', '?', '#']).is_some_and(|at| text[at..].starts_with("://"));
        let url = match reference {
            whole if has_scheme(whole) => whole.to_owned(),
            host if host.starts_with("//") => format!("{}:{host}", self.0.scheme_str().unwrap_or_default()),
            place if place.starts_with('/') => format!("{site}{place}"),
            query if query.starts_with('?') => format!("{site}{place}{query}"),
            name => format!("{site}{folder}{name}"),
        };
        Address::parse(&url).map_err(|reason| anyhow!("it leads to {reference}: {reason}"))
    }
}

/// What is found at an address.
pub(super) enum Found {
    Page(Answer),
    /// Another address, where it is.
    Elsewhere(Address),
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An answer that is not the text that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the answer is {0}")]
pub(super) struct Refused(pub StatusCode);

/// What is at an address.
pub(super) struct Answer {
    /// Where it is, after redirects.
    pub url: String,
    /// Empty if it is not stated.
    pub content_type: String,
    pub validators: Validators,
    pub body: Vec<u8>,
}

impl Answer {
    fn read(mut answer: Response<Body>) -> Result<Self> {
        let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec()?;
        let content_type = value(answer.headers(), header::CONTENT_TYPE).unwrap_or_default();
        let validators = Validators::of(answer.headers());
        Ok(Answer { url: answer.get_uri().to_string(), content_type, validators, body })
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
        Validators { etag: value(headers, header::ETAG), modified: value(headers, header::LAST_MODIFIED) }
    }

    fn ask<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        let with = |request: RequestBuilder<B>, name, value: &Option<String>| match value {
            Some(value) => request.header(name, value),
            None => request,
        };
        let request = with(request, header::IF_NONE_MATCH, &self.etag);
        with(request, header::IF_MODIFIED_SINCE, &self.modified)
    }
}

fn value(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_site_and_a_place() {
        let address = Address::parse("http://Desk.example:9000/a?b#c").unwrap();
        assert_eq!((address.site().as_str(), address.place()), ("http://desk.example:9000", "/a?b"));
        assert_eq!(Address::parse("http://desk.example").unwrap().place(), "/");
        assert_eq!(Address::parse("http://desk.example/河湾").unwrap().place(), "/河湾");
        for wrong in ["ftp://desk.example/", "desk", "/desk", "http://", "http:///a", "http://a\r\nb", "http://a@b/"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Address::parse("https://desk.example/").is_ok(), cfg!(feature = "https"));
    }

    #[test]
    fn references_lead_on_from_their_address() {
        let address = Address::parse("http://desk.example:9000/a/b.html?c=/d").unwrap();
        for (reference, expected) in [
            ("http://other.example/x", "http://other.example/x"),
            ("//other.example/x", "http://other.example/x"),
            ("/x?y=http://other.example/", "http://desk.example:9000/x?y=http://other.example/"),
            ("x", "http://desk.example:9000/a/x"),
            ("?y", "http://desk.example:9000/a/b.html?y"),
        ] {
            assert_eq!(address.joined(reference).unwrap().to_string(), expected);
        }
        assert_eq!(Address::parse("http://desk.example").unwrap().joined("x").unwrap().place(), "/x");
        assert!(address.joined("ftp://desk.example/x").is_err());
    }
}
