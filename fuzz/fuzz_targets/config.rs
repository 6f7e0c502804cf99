//! Settings by name, as a file or another language gives them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::config(data);
});
