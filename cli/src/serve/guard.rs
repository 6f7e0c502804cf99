//! Who is answered, and what every answer forbids.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;
use tonggao::output::report_policy;

/// Forbids scripts but ours, frames, other sites' reading along, and keeping copies.
static FORBID: LazyLock<[(HeaderName, String); 7]> = LazyLock::new(|| {
    [
        (header::CONTENT_SECURITY_POLICY, report_policy() + "; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::X_FRAME_OPTIONS, "DENY".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
});

/// Answers those who ask for an address or for localhost. A site that has its own name point at this machine
/// (DNS rebinding) asks for that name, and is refused.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = if !asks_for_address(request.headers()) {
        (StatusCode::FORBIDDEN, "Ask for an address or for localhost.").into_response()
    } else if !comes_from_here(request.headers()) {
        (StatusCode::FORBIDDEN, "Pages of other sites are not answered.").into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in FORBID.iter() {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name.clone(), value);
        }
    }
    response
}

fn asks_for_address(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) => is_address(host),
        _ => false,
    }
}

/// False for requests that a browser makes for the page of another site.
fn comes_from_here(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let mut origins = headers.get_all(header::ORIGIN).iter();
    origins.all(|origin| origin.to_str().is_ok_and(|origin| origin.strip_prefix("http://") == host))
}

/// True for `127.0.0.1`, `[::1]` and `localhost`, with or without a port.
fn is_address(host: &str) -> bool {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_other_sites_are_refused() {
        let from = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8017"));
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            comes_from_here(&headers)
        };
        assert!(comes_from_here(&HeaderMap::new()) && from("http://127.0.0.1:8017"));
        for origin in ["null", "http://evil.example", "http://127.0.0.1:80", "https://127.0.0.1:8017"] {
            assert!(!from(origin), "{origin}");
        }
    }

    #[test]
    fn addresses_are_answered_and_names_are_not() {
        for host in ["127.0.0.1:8080", "127.0.0.1", "localhost:9", "LOCALHOST", "[::1]:80", "[::1]", "192.168.0.7:1"] {
            assert!(is_address(host), "{host}");
        }
        for host in ["", "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "[x]"]
        {
            assert!(!is_address(host), "{host}");
        }
    }
}
