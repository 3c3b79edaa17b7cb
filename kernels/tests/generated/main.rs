//! What is generated from the catalog as source, and committed: Python functions and methods, and the reference.
//! The test checks that the files are fresh; with `GEOPLUG_WRITE=1` it writes them.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod python;
mod reference;

use std::path::Path;

use geoplug_kernels::Function;
use geoplug_kernels::docs::HEADINGS;
use geoplug_kernels::functions::CATALOG;

/// Functions that users see: not those that exist for tests only.
fn public() -> impl Iterator<Item = &'static Function> {
    CATALOG.iter().copied().filter(|f| f.family != "test")
}

#[test]
fn generated_files_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = [
        ("python/geoplug/_functions.py", python::functions()),
        ("python/geoplug/_namespaces.py", python::namespaces()),
        ("docs/functions.md", reference::page()),
    ];
    let write = std::env::var_os("GEOPLUG_WRITE").is_some();
    let mut stale = Vec::new();
    for (path, wanted) in files {
        let file = root.join(path);
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        if found == wanted {
            continue;
        }
        if write {
            std::fs::write(&file, wanted).unwrap();
        } else {
            let line = found.lines().zip(wanted.lines()).position(|(a, b)| a != b);
            let line = line.unwrap_or_else(|| found.lines().count().min(wanted.lines().count()));
            stale.push(format!(
                "{path} differs from line {}:\n  - {}\n  + {}",
                line + 1,
                found.lines().nth(line).unwrap_or("(end)"),
                wanted.lines().nth(line).unwrap_or("(end)")
            ));
        }
    }
    assert!(stale.is_empty(), "stale generated files; run `make generate`\n{}", stale.join("\n"));
}

#[test]
fn every_function_is_documented_under_every_heading() {
    for function in public() {
        let docs = function.docs();
        let headings: Vec<&str> = docs.sections.iter().map(|(h, _)| h.as_str()).collect();
        assert_eq!(headings, HEADINGS, "{}", function.name);
        assert!(docs.sections.iter().all(|(_, text)| !text.is_empty()), "{}: an empty section", function.name);
        assert!(docs.summary.ends_with('.'), "{}: the summary is a sentence", function.name);
        let documented: Vec<String> = docs.arguments().into_iter().map(|(name, _)| name).collect();
        let declared: Vec<&str> = function.args.iter().map(|a| a.name).collect();
        assert_eq!(documented, declared, "{}: arguments", function.name);
        let languages: Vec<String> = docs.examples().into_iter().map(|e| e.language).collect();
        let wanted: &[&str] = if function.is_join_condition() { &["sql"] } else { &["sql", "python"] };
        assert_eq!(languages, wanted, "{}: examples", function.name);
    }
}

#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = CATALOG.iter().flat_map(|f| f.aliases.iter().copied().chain([f.name])).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a name stands for two functions");
    let mut names: Vec<(&str, &str)> = CATALOG.iter().map(|f| (f.family, f.python)).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a Python name stands for two functions");
}
