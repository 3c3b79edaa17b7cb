//! The function reference, one page.

use geoplug_kernels::Function;
use geoplug_kernels::catalog::{Default, Returns};

use crate::public;

fn syntax(f: &Function) -> String {
    let args = f.args.iter().map(|a| match a.default {
        Default::Required => a.name.to_owned(),
        Default::Float(v) => format!("{} = {v}", a.name),
        Default::Integer(v) => format!("{} = {v}", a.name),
        Default::Text(v) => format!("{} = '{v}'", a.name),
        Default::Boolean(v) => format!("{} = {v}", a.name),
        Default::Absent => format!("[{}]", a.name),
    });
    format!("{}({})", f.name, args.collect::<Vec<_>>().join(", "))
}

fn result(returns: Returns) -> &'static str {
    match returns {
        Returns::Float64 => "Float64",
        Returns::Int64 => "Int64",
        Returns::Boolean => "Boolean",
        Returns::Text => "text (Utf8View)",
        Returns::BooleanWith("pattern") => "text (Utf8View); Boolean where `pattern` is given",
        Returns::BooleanWith(_) => "text (Utf8View) or Boolean",
        Returns::Binary => "binary (BinaryView)",
        Returns::Geometry => "geometry (`geoarrow.wkb`), in the CRS of its arguments",
        Returns::GeometryInSrid(_) => "geometry (`geoarrow.wkb`), in the CRS that `srid` names",
    }
}

/// `docs/functions.md`.
pub fn page() -> String {
    let mut out = String::from(
        "<!-- Generated from the catalog by `make generate`. Do not edit. -->\n\
         # Functions\n\n\
         Every function in SQL, in Polars (`.geo.<name>` and `.fuzzy.<name>` on expressions and series) and as\n\
         `geoplug.<name>`. Null in any argument gives null in that row, unless a function says otherwise.\n\n\
         | SQL | Python | Result | |\n|---|---|---|---|\n",
    );
    for f in public() {
        let docs = f.docs();
        out += &format!(
            "| [`{name}`](#{name}) | {} | {} | {} |\n",
            if f.is_join_condition() { String::new() } else { format!("`{}`", f.python) },
            if f.returns.is_geometry() { "geometry" } else { result(f.returns) },
            docs.summary,
            name = f.name
        );
    }
    for f in public() {
        let docs = f.docs();
        out += &format!("\n## {}\n\n", f.name);
        out += &format!("    {}\n\n", syntax(f));
        out += &format!("{}\n\n", docs.summary);
        if !docs.details.is_empty() {
            out += &format!("{}\n\n", docs.details);
        }
        let kind = if f.is_aggregate() { "aggregate" } else { "scalar" };
        if f.is_join_condition() {
            out += "- A condition of joins, in SQL only\n";
        } else {
            out += &format!("- Python: `geoplug.{0}`, `.{1}.{0}`; a {kind} function\n", f.python, f.family);
        }
        out += &format!("- Result: {}\n", result(f.returns));
        if !f.aliases.is_empty() {
            out += &format!("- Also: `{}`\n", f.aliases.join("`, `"));
        }
        for (heading, text) in &docs.sections {
            out += &format!("\n**{heading}**\n\n{text}\n");
        }
    }
    out
}
