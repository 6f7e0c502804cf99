//! What a page states: every value was read from words of the page.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::attribute(data);
});
