//! The token that a client must show where others than the people at this machine can connect.

use anyhow::{Context, Result, ensure};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use std::sync::Arc;

/// The variable that has the token when no file is named.
const VARIABLE: &str = "TONGGAO_TOKEN";
/// Characters that a token must have.
const LEAST: usize = 16;

/// The token, if one is asked for.
pub(super) type Token = Option<Arc<str>>;

/// The token of a file, or of the environment.
pub(super) fn token(file: Option<&Path>) -> Result<Token> {
    let text = match file {
        Some(file) => {
            Some(std::fs::read_to_string(file).with_context(|| format!("cannot read the token {}", file.display()))?)
        }
        None => std::env::var(VARIABLE).ok(),
    };
    let Some(token) = text.as_deref().map(str::trim) else { return Ok(None) };
    let is_plain = token.chars().all(|c| c.is_ascii_graphic());
    ensure!(is_plain && token.len() >= LEAST, "a token is one word of at least {LEAST} ASCII characters");
    Ok(Some(token.into()))
}

/// Turns away those who do not show the token. Browsers ask their users for it as a password.
pub(super) async fn ask(State(token): State<Token>, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.map(shown_in).unwrap_or_default();
    match token {
        Some(token) if !is_equal(&shown, token.as_bytes()) => {
            let asks = [(header::WWW_AUTHENTICATE, "Bearer"), (header::WWW_AUTHENTICATE, "Basic realm=\"tonggao\"")];
            let say = "Show the token: Authorization: Bearer TOKEN";
            (StatusCode::UNAUTHORIZED, AppendHeaders(asks), say).into_response()
        }
        _ => next.run(request).await,
    }
}

/// The token of a header: of a bearer, or the password of any user.
fn shown_in(header: &str) -> Vec<u8> {
    if let Some(token) = header.strip_prefix("Bearer ") {
        return token.trim().as_bytes().to_vec();
    }
    let basic = header.strip_prefix("Basic ").and_then(|basic| STANDARD.decode(basic.trim()).ok()).unwrap_or_default();
    basic.iter().position(|&byte| byte == b':').map_or_else(Vec::new, |colon| basic[colon + 1..].to_vec())
}

/// Takes as long for any bytes of this length, so that no time tells how many are right.
fn is_equal(shown: &[u8], token: &[u8]) -> bool {
    let differs = shown.iter().zip(token).fold(0, |differs, (x, y)| differs | (x ^ y));
    shown.len() == token.len() && std::hint::black_box(differs) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_token_is_equal() {
        assert!(is_equal(b"secret", b"secret"));
        for other in ["", "secre", "secrets", "Secret", "secreT"] {
            assert!(!is_equal(other.as_bytes(), b"secret"), "{other}");
        }
    }

    #[test]
    fn a_token_is_shown_by_a_bearer_or_as_a_password() {
        for (header, token) in [
            ("Bearer secret", "secret"),
            ("Basic ZWRpdG9yOnNlY3JldA==", "secret"),
            ("Basic OnNlOmNyZXQ=", "se:cret"),
            ("Basic c2VjcmV0", ""),
            ("Basic ???", ""),
            ("secret", ""),
        ] {
            assert_eq!(shown_in(header), token.as_bytes(), "{header}");
        }
    }

    #[test]
    fn a_token_is_one_long_word() {
        let folder = std::env::temp_dir().join(format!("tonggao-token-{}", std::process::id()));
        for (text, is_one) in [("0123456789abcdef\n", true), ("0123456789", false), ("0123456789 abcdefgh", false)] {
            std::fs::write(&folder, text).unwrap();
            assert_eq!(token(Some(&folder)).is_ok(), is_one, "{text}");
        }
        std::fs::remove_file(folder).unwrap();
    }
}
