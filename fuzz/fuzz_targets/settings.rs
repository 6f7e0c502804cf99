//! Files that settings name: verdicts and a furniture model.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::settings(data);
});
