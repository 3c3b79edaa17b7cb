//! The doc comment of a function, taken apart: one text serves rustdoc, SQL, Python and the reference.

use crate::catalog::Function;

/// Headings that every function's documentation has, in this order.
pub const HEADINGS: [&str; 5] = ["Arguments", "Units", "Nulls and empties", "Errors", "Examples"];

/// The documentation of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docs {
    /// First paragraph.
    pub summary: String,
    /// Paragraphs between the summary and the first heading.
    pub details: String,
    /// Headings and their texts, in order.
    pub sections: Vec<(String, String)>,
}

/// One fenced block under Examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// `sql` or `python`.
    pub language: String,
    /// Its text.
    pub code: String,
}

impl Function {
    /// The documentation, taken apart.
    pub fn docs(&self) -> Docs {
        let mut docs = Docs { summary: String::new(), details: String::new(), sections: Vec::new() };
        let mut head = String::new();
        for line in self.doc.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
            let heading = line.strip_prefix("# ").filter(|_| !in_fence(&docs));
            match (heading, docs.sections.last_mut()) {
                (Some(heading), _) => docs.sections.push((heading.to_owned(), String::new())),
                (_, Some((_, text))) => push_line(text, line),
                (_, None) => push_line(&mut head, line),
            }
        }
        let (summary, details) = head.trim().split_once("\n\n").unwrap_or((head.trim(), ""));
        docs.summary = summary.replace('\n', " ");
        docs.details = details.trim().to_owned();
        docs.sections.iter_mut().for_each(|(_, text)| *text = text.trim().to_owned());
        docs
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A line that begins with `# ` inside a code block is a comment of Python, no heading.
fn in_fence(docs: &Docs) -> bool {
    docs.sections.last().is_some_and(|(_, text)| text.lines().filter(|l| l.starts_with("```")).count() % 2 == 1)
}

impl Docs {
    /// The text under a heading.
    pub fn section(&self, heading: &str) -> Option<&str> {
        self.sections.iter().find(|(h, _)| h == heading).map(|(_, text)| text.as_str())
    }

    /// Names and texts of the list under Arguments.
    pub fn arguments(&self) -> Vec<(String, String)> {
        let mut arguments: Vec<(String, String)> = Vec::new();
        for line in self.section("Arguments").unwrap_or_default().lines() {
            let item = line.strip_prefix("- `").and_then(|rest| rest.split_once("`: "));
            match (item, arguments.last_mut()) {
                (Some((name, text)), _) => arguments.push((name.to_owned(), text.to_owned())),
                (None, Some((_, text))) if !line.trim().is_empty() => {
                    text.push(' ');
                    text.push_str(line.trim());
                }
                _ => {}
            }
        }
        arguments
    }

    /// The fenced blocks under Examples.
    pub fn examples(&self) -> Vec<Example> {
        let mut examples = Vec::new();
        let mut open: Option<Example> = None;
        for line in self.section("Examples").unwrap_or_default().lines() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => {
                    open = Some(Example { language: language.to_owned(), code: String::new() });
                }
                (Some(_), Some(_)) => examples.extend(open.take()),
                (None, Some(example)) => push_line(&mut example.code, line),
                (None, None) => {}
            }
        }
        examples
    }
}
