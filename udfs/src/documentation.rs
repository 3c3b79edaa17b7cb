//! A function's documentation as DataFusion shows it.

use datafusion_expr::{DocSection, Documentation};
use geoplug_kernels::Function;

const SECTION: DocSection =
    DocSection { include: true, label: "Geometry Functions", description: Some("Planar geometry, by geoplug.") };

pub(crate) fn of(function: &Function) -> Documentation {
    let docs = function.docs();
    let names: Vec<&str> = function.args.iter().map(|arg| arg.name).collect();
    let mut description = format!("{}\n\n{}", docs.summary, docs.details);
    for heading in ["Units", "Nulls and empties", "Errors"] {
        if let Some(text) = docs.section(heading) {
            description += &format!("\n\n{heading}: {text}");
        }
    }
    let mut builder = Documentation::builder(SECTION, description, format!("{}({})", function.name, names.join(", ")));
    if let Some(example) = docs.examples().into_iter().find(|e| e.language == "sql") {
        builder = builder.with_sql_example(format!("```sql\n{}```", example.code));
    }
    for (name, text) in docs.arguments() {
        builder = builder.with_argument(name, text);
    }
    for alias in function.aliases {
        builder = builder.with_alternative_syntax(format!("{alias}({})", names.join(", ")));
    }
    builder.build()
}
