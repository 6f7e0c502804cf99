//! Units of damaged text: they are in order, within the text, and at the borders of characters.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::clean(data);
});
