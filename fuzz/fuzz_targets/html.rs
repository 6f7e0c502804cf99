//! Saved pages, from their bytes to the main text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::read("a.html", data);
});
