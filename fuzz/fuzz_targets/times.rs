//! Times in fields and on pages.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::times(data);
});
