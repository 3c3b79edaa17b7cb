//! Replays the corpus of the fuzz target `wkb_predicates`.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

#[path = "../../fuzz/src/wkb_predicates.rs"]
mod wkb_predicates;

#[test]
fn the_corpus_of_the_fuzz_target() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/wkb_predicates");
    let mut replayed = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        println!("{}", path.display());
        wkb_predicates::check(&std::fs::read(&path).unwrap());
        replayed += 1;
    }
    assert!(replayed >= 100, "{replayed} files in {folder}");
}
