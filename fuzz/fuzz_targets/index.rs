//! Files of an index: one of them is replaced.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::index(data);
});
