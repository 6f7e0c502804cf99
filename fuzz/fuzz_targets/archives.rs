//! Packed files and archives: the bytes say which.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::read("a.jsonl", data);
    tonggao_fuzz::read("a.zip", data);
    tonggao_fuzz::read("a.tar", data);
});
