//! JSON Lines, and JSON that is a list or has its records in a field.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::read("a.jsonl", data);
});
