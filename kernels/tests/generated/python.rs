//! Python source: plain functions, and the methods of the Polars namespaces.

use geoplug_kernels::Function;
use geoplug_kernels::catalog::{Arg, Default, Kind};

/// Functions that Python offers.
fn public() -> impl Iterator<Item = &'static Function> {
    crate::public().filter(|f| !f.is_join_condition())
}

const HEADER: &str = "# Generated from the catalog by `make generate`. Do not edit.\n";

fn default(arg: &Arg) -> String {
    match arg.default {
        Default::Required => String::new(),
        Default::Float(v) => format!(" = {v:?}"),
        Default::Integer(v) => format!(" = {v}"),
        Default::Text(v) => format!(" = {v:?}"),
        Default::Boolean(v) => format!(" = {}", if v { "True" } else { "False" }),
        Default::Absent => " = None".to_owned(),
    }
}

fn annotation(arg: &Arg) -> &'static str {
    match (arg.kind, arg.constant) {
        (_, true) => "int",
        (Kind::Geometry, _) => "Geometry",
        (Kind::Float | Kind::Integer, _) => "Number",
        (Kind::Text, _) => "Text",
        (Kind::Boolean, _) => "bool",
        (Kind::Binary, _) => "Binary",
    }
}

fn parameters(args: &[Arg]) -> Vec<String> {
    let or_none = |a: &Arg| if a.default == Default::Absent { " | None" } else { "" };
    args.iter().map(|a| format!("{}: {}{}{}", a.name, annotation(a), or_none(a), default(a))).collect()
}

fn indented(text: &str, by: &str) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!("{by}{line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// A numpy-style docstring; `args` are those that the signature shows.
fn docstring(function: &Function, args: &[Arg], by: &str) -> String {
    let docs = function.docs();
    let mut text = format!("{}\n", wrapped(&docs.summary));
    if !docs.details.is_empty() {
        text += &format!("\n{}\n", docs.details);
    }
    let documented = docs.arguments();
    let shown: Vec<_> = documented.iter().filter(|(name, _)| args.iter().any(|a| a.name == name)).collect();
    if !shown.is_empty() {
        text += "\nParameters\n----------\n";
        for (name, line) in shown {
            text += &format!("{name}\n{}\n", indented(&wrapped(line), "    "));
        }
    }
    text += "\nNotes\n-----\n";
    let notes: Vec<String> = ["Units", "Nulls and empties", "Errors"]
        .iter()
        .filter_map(|heading| docs.section(heading).map(|section| wrapped(&format!("{heading}: {section}"))))
        .collect();
    text += &format!("{}\n", notes.join("\n\n"));
    let examples = docs.examples();
    let example = |language: &str| examples.iter().find(|e| e.language == language).map(|e| e.code.as_str());
    if let Some(code) = example("python") {
        let mut lines = code.trim_end().lines();
        text += &format!("\nExamples\n--------\n>>> {}\n", lines.next().unwrap_or_default());
        for line in lines {
            text += &format!("{}\n", line.strip_prefix("# ").unwrap_or(line));
        }
    }
    if let Some(code) = example("sql") {
        text += &format!("\nIn SQL::\n\n{}\n", indented(code.trim_end(), "    "));
    }
    let raw = if text.contains('\\') { "r" } else { "" };
    format!("{by}{raw}\"\"\"{}\n{by}\"\"\"\n", indented(text.trim_end(), by).trim_start())
}

/// Breaks a paragraph into lines that fit.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().unwrap();
        if !last.is_empty() && last.len() + 1 + word.len() > 100 {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}

/// `def name(parameters) -> result:`, over several lines where one would be too long.
fn signature(name: &str, parameters: &[String], result: &str, by: &str) -> String {
    let line = format!("{by}def {name}({}) -> {result}:\n", parameters.join(", "));
    if line.len() <= 120 {
        return line;
    }
    let rows: String = parameters.iter().map(|p| format!("{by}    {p},\n")).collect();
    format!("{by}def {name}(\n{rows}{by}) -> {result}:\n")
}

fn arguments(args: &[Arg]) -> String {
    let given = |a: &Arg| match a.default {
        Default::Absent => format!(", *given({})", a.name),
        _ => format!(", {}", a.name),
    };
    args.iter().map(given).collect()
}

/// `_functions.py`: plain functions.
pub fn functions() -> String {
    let mut names: Vec<&str> = public().map(|f| f.python).collect();
    names.sort_unstable();
    let list: String = names.iter().map(|n| format!("    \"{n}\",\n")).collect();
    let mut out = format!(
        "{HEADER}\"\"\"Every function of the catalog as a plain function.\n\n\
         Arguments decide where it runs. Polars expressions give an expression, series a series, DataFusion expressions\n\
         an expression of DataFusion; objects with the Arrow PyCapsule interface give an Arrow array. Numbers, text and\n\
         bytes alone give a Polars expression. In Polars and DataFusion a ``str`` names a column, but is text where text\n\
         is wanted.\n\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from typing import Any\n\n\
         from geoplug._dispatch import call\n\
         from geoplug._signatures import given\n\
         from geoplug._types import Binary, Geometry, Number, Text\n\n\
         __all__ = [\n{list}]\n"
    );
    for f in public() {
        out += &format!(
            "\n\n{}{}    return call(\"{}\"{})\n",
            signature(f.python, &parameters(f.args), "Any", ""),
            docstring(f, f.args, "    "),
            f.name,
            arguments(f.args)
        );
    }
    out
}

/// `_namespaces.py`: one class of methods for each family.
pub fn namespaces() -> String {
    let mut families: Vec<&str> = public().map(|f| f.family).collect();
    families.sort_unstable();
    families.dedup();
    let mut out = format!(
        "{HEADER}\"\"\"The methods of the Polars namespaces: each takes its column as the first argument.\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from typing import Any\n\n\
         IMPORTS"
    );
    for family in &families {
        let class = class_name(family);
        out += &format!(
            "\n\nclass {class}:\n    \"\"\"Methods of the ``{family}`` namespace.\"\"\"\n\n    \
             def _call(self, function: str, *args: Any) -> Any:\n        raise NotImplementedError\n"
        );
        for f in public().filter(|f| f.family == *family) {
            let args = f.args.get(1..).unwrap_or_default();
            let mut shown = vec!["self".to_owned()];
            shown.extend(parameters(args));
            out += &format!(
                "\n{}{}        return self._call(\"{}\"{})\n",
                signature(f.python, &shown, "Any", "    "),
                docstring(f, args, "        "),
                f.name,
                arguments(args)
            );
        }
    }
    out += "\n\nNAMESPACES: dict[str, type] = {\n";
    for family in families {
        out += &format!("    \"{family}\": {},\n", class_name(family));
    }
    // Followed as an annotation is, not as a word in a text.
    let is_used = |name: &&str| [",", ")", " =", " |"].iter().any(|end| out.contains(&format!(": {name}{end}")));
    let used = ["Binary", "Geometry", "Number", "Text"].into_iter().filter(is_used);
    let imports = "from geoplug._signatures import given\n".to_owned();
    let imports = imports + &format!("from geoplug._types import {}\n", used.collect::<Vec<_>>().join(", "));
    out.replacen("IMPORTS", &imports, 1) + "}\n"
}

fn class_name(family: &str) -> String {
    let mut letters = family.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default() + "Methods"
}
