//! Web archives of responses and of texts (WET).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::read("a.warc", data);
});
