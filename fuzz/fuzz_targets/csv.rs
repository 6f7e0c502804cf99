//! Tables with commas; tabs and the other separators are found by the same reader.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::read("a.csv", data);
});
