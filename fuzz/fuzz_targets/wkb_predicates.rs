#![no_main]

#[path = "../src/wkb_predicates.rs"]
mod wkb_predicates;

libfuzzer_sys::fuzz_target!(|data: &[u8]| wkb_predicates::check(data));
