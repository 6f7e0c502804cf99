//! Plain text in any encoding: byte order marks, UTF-16, GB18030, Big5 and what is none of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    tonggao_fuzz::read("a.txt", data);
});
