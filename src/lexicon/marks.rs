//! The marks that end sentences.

/// True for a mark that ends a sentence.
pub(crate) fn is_sentence_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '…' | '!' | '?' | '｡')
}

/// True for a quotation mark that closes, which a sentence may end with.
pub(crate) fn is_closing_quote(c: char) -> bool {
    matches!(c, '”' | '"' | '」')
}
