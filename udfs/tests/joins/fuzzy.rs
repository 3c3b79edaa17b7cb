//! Joins by texts that are near, against the same query without the rule.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::prelude::SessionContext;

use super::support::{HOWS, How, bare, plan, register, rows};

/// What is hard to compare: nulls, empties, doubles, accents in one and in two scalar values, other planes, long ones.
fn names() -> Vec<Option<String>> {
    let long = "abcdefghij".repeat(8);
    let plain = [
        "",
        "a",
        "ab",
        "ba",
        "abc",
        "Zurich",
        "Zürich",
        "Zürich",
        "Zuerich",
        "Genève",
        "Geneve",
        "Gene\u{300}ve",
        "Bern",
        "Brne",
        "Berne",
        "BERN",
        "Saint Louis",
        "St Louis",
        "Sain tLouis",
        "martha",
        "marhta",
        "dwayne",
        "duane",
        "日本",
        "日木",
        "🇨🇭",
        "🇩🇪🇨🇭",
        "\r\n",
        "aaaaaaaa",
        "aaaabaaa",
        "",
    ];
    let long =
        [long.clone(), long.replacen("ij", "ji", 1), long.replacen('e', "", 2), format!("{long}é"), "x".repeat(90)];
    plain.into_iter().map(str::to_owned).chain(long).map(Some).chain([None, None]).collect()
}

/// A session with the tables `few`, `many` and `none` of ids, keys and names of such a type.
pub fn session(rule: bool, how: How, layout: &DataType) -> SessionContext {
    let ctx = bare(rule, how, Default::default());
    let names = names();
    let some: Vec<_> = names.iter().step_by(3).cloned().collect();
    let twice: Vec<_> = names.iter().chain(&names[5..9]).cloned().collect();
    for (table, names) in [("few", some), ("many", twice), ("none", Vec::new())] {
        let keys: Int64Array = (0..names.len() as i64).map(|i| [None, Some(1), Some(2)][i as usize % 3]).collect();
        let columns: [(&str, ArrayRef); 3] = [
            ("id", Arc::new(Int64Array::from_iter_values(0..names.len() as i64))),
            ("key", Arc::new(keys)),
            ("name", cast(&StringArray::from(names), layout).unwrap()),
        ];
        let columns = columns.map(|(name, column)| (name, column, true));
        register(&ctx, table, RecordBatch::try_from_iter_with_nullable(columns).unwrap(), how);
    }
    ctx
}

/// Both sessions, in every way to run.
struct Both {
    with: Vec<SessionContext>,
    without: SessionContext,
}

impl Both {
    fn new(layout: &DataType) -> Self {
        let with = HOWS.map(|how| session(true, how, layout)).into();
        Self { with, without: session(false, HOWS[1], layout) }
    }

    async fn check(&self, sql: &str) -> usize {
        let wanted = rows(&self.without, sql).await.unwrap();
        for ctx in &self.with {
            let plan = plan(ctx, sql).await.unwrap();
            // The keys of no rows are selective.
            let planned = plan.contains("FuzzyJoinExec") || sql.contains("none") && plan.contains("HashJoinExec");
            assert!(planned && !plan.contains("NestedLoopJoinExec"), "{sql}\n{plan}");
            assert_eq!(rows(ctx, sql).await.unwrap(), wanted, "{sql}\n{plan}");
        }
        wanted.len()
    }

    async fn check_all(&self, on: &str) {
        let mut found = 0;
        for (a, b) in [("few", "many"), ("many", "few"), ("many", "many"), ("none", "few"), ("many", "none")] {
            for sql in queries(a, b, on) {
                found += self.check(&sql).await;
            }
        }
        assert!(found > 0, "{on}");
    }

    async fn check_left_alone(&self, on: &str) {
        let sql = format!("SELECT a.id, b.id FROM few a JOIN many b ON {on}");
        for ctx in &self.with {
            let plan = plan(ctx, &sql).await.unwrap();
            assert!(!plan.contains("FuzzyJoinExec"), "{sql}\n{plan}");
        }
    }
}

/// Queries of every type of join of two tables by a condition on `a` and `b`.
fn queries(a: &str, b: &str, on: &str) -> Vec<String> {
    let join = |columns: &str, join: &str| format!("SELECT {columns} FROM {a} a {join} JOIN {b} b ON {on}");
    let mut queries: Vec<String> = ["INNER", "LEFT", "RIGHT", "FULL"].map(|kind| join("a.id, b.id", kind)).into();
    queries.extend(["LEFT SEMI", "LEFT ANTI"].map(|kind| join("a.id, a.name", kind)));
    queries.extend(["RIGHT SEMI", "RIGHT ANTI"].map(|kind| join("b.id, b.name", kind)));
    // What decides a row besides the subquery makes it a mark join.
    queries.push(format!("SELECT a.id FROM {a} a WHERE a.id < 3 OR EXISTS (SELECT 1 FROM {b} b WHERE {on})"));
    queries.push(format!("SELECT a.id FROM {a} a WHERE a.id > 5 AND NOT EXISTS (SELECT 1 FROM {b} b WHERE {on})"));
    queries
}

const CONDITIONS: [&str; 20] = [
    "damerau_levenshtein(a.name, b.name) <= 2",
    "damerau_levenshtein(b.name, a.name) <= 6",
    "levenshtein(b.name, a.name) < 2",
    "2 > levenshtein(a.name, b.name)",
    "levenshtein(a.name, b.name) <= 1.5",
    "levenshtein(a.name, b.name, 'char') <= 1",
    "levenshtein(a.name, b.name) <= 1000",
    "editdist3(a.name, b.name) <= 3",
    "levenshtein_less_equal(a.name, b.name, 2) <= 2",
    "levenshtein_less_equal(b.name, a.name, 4) < 2",
    "3 >= osa_distance(a.name, b.name)",
    "osa_distance(a.name, b.name) <= 0",
    "NOT osa_distance(a.name, b.name) > 1",
    "jaro_winkler_similarity(a.name, b.name) >= 0.9",
    "jaro_winkler_similarity(b.name, a.name) > 0.7",
    "0.8 < jaro_winkler_similarity(a.name, b.name, 'char', false)",
    "jaro_winkler_similarity(a.name, b.name) >= 1",
    "jaro_winkler_similarity(a.name, b.name) >= 0",
    "damerau_levenshtein(lower(a.name), upper(b.name)) <= 3",
    "jaro_winkler_similarity(concat(a.name, 'x'), b.name) >= 0.85",
];

#[tokio::test]
async fn every_condition_with_every_type_of_join() {
    let both = Both::new(&DataType::Utf8);
    for on in CONDITIONS {
        both.check_all(on).await;
    }
}

#[tokio::test]
async fn every_layout_of_text() {
    let dictionary = |keys, values| DataType::Dictionary(Box::new(keys), Box::new(values));
    for layout in [
        DataType::LargeUtf8,
        DataType::Utf8View,
        dictionary(DataType::Int32, DataType::Utf8),
        dictionary(DataType::UInt8, DataType::LargeUtf8),
    ] {
        let both = Both::new(&layout);
        for on in ["damerau_levenshtein(a.name, b.name) <= 2", "jaro_winkler_similarity(a.name, b.name) >= 0.9"] {
            for sql in queries("few", "many", on).iter().chain(&queries("many", "none", on)) {
                both.check(sql).await;
            }
        }
    }
}

#[tokio::test]
async fn further_conditions_and_keys() {
    let both = Both::new(&DataType::Utf8View);
    for on in [
        "damerau_levenshtein(a.name, b.name) <= 2 AND a.id < b.id",
        "a.key IS NULL AND jaro_winkler_similarity(a.name, b.name) >= 0.8 AND a.id + b.id > 20",
        "a.key = b.key AND osa_distance(a.name, b.name) <= 2",
        "(a.key IS NOT DISTINCT FROM b.key) AND a.id % 2 = b.id % 2 AND levenshtein(a.name, b.name) <= 2",
        "jaro_winkler_similarity(a.name, b.name) >= 0.8 AND levenshtein(a.name, b.name) <= 2",
        "levenshtein(a.name, b.name) <= 2 AND (jaro_winkler_similarity(a.name, b.name) >= 0.9 OR a.id = 3)",
    ] {
        both.check_all(on).await;
    }
    let sql = "SELECT 1 FROM few a JOIN many b ON jaro_winkler_similarity(a.name, b.name) > 0.8 \
               AND levenshtein(a.name, b.name) <= 2";
    assert!(plan(&both.with[0], sql).await.unwrap().contains("on=levenshtein(name, name) <= 2"));
    // A search by similarity looks at all pairs: keys are looked up first.
    both.check_left_alone("a.key = b.key AND jaro_winkler_similarity(a.name, b.name) >= 0.8").await;
}

#[tokio::test]
async fn conditions_without_an_index_are_left_alone() {
    let both = Both::new(&DataType::Utf8);
    for on in [
        "levenshtein(a.name, b.name) <= 2 OR a.id = 1",
        "NOT levenshtein(a.name, b.name) <= 2",
        "levenshtein(a.name, b.name) > 2",
        "levenshtein(a.name, b.name) = 2",
        "levenshtein(a.name, b.name) <= a.key",
        "levenshtein(a.name, b.name) <= -1",
        "levenshtein(a.name, b.name, 'grapheme') <= 2",
        "levenshtein(a.name, b.name, by => 'grapheme') <= 2",
        "levenshtein_less_equal(a.name, b.name, 2) <= 3",
        "levenshtein_less_equal(a.name, b.name, a.id) <= 2",
        "damerau_levenshtein(concat(a.name, b.name), b.name) <= 2",
        "damerau_levenshtein_normalized(a.name, b.name) <= 0.2",
        "jaro_winkler_similarity(a.name, b.name) <= 0.9",
        "jaro_winkler_similarity(a.name, b.name, 'grapheme') >= 0.9",
        "jaro_winkler_similarity(a.name, b.name, 'char', true) >= 0.9",
        "CAST(jaro_winkler_similarity(a.name, b.name) AS BIGINT) >= 1",
        "jaro_similarity(a.name, b.name) >= 0.9",
        "levenshtein(a.name, 'Bern') <= 2 AND a.id < b.id",
    ] {
        both.check_left_alone(on).await;
    }
}

#[tokio::test]
async fn a_place_comes_before_a_name() {
    let ctx = session(true, HOWS[0], &DataType::Utf8);
    let of = |table| format!("(SELECT *, st_point(id, 0) AS geom FROM {table})");
    let sql = format!(
        "SELECT a.id, b.id FROM {} a JOIN {} b ON levenshtein(a.name, b.name) <= 2 AND st_dwithin(a.geom, b.geom, 5)",
        of("few"),
        of("many")
    );
    assert!(plan(&ctx, &sql).await.unwrap().contains("SpatialJoinExec"));
}

#[tokio::test]
async fn distances_come_from_the_search() {
    let both = Both::new(&DataType::Utf8);
    for (on, measure) in [
        ("damerau_levenshtein(a.name, b.name) <= 2", "damerau_levenshtein(a.name, b.name)"),
        ("levenshtein(a.name, b.name) < 6", "levenshtein(a.name, b.name)"),
        ("levenshtein(a.name, b.name) <= 2", "levenshtein_less_equal(a.name, b.name, 3)"),
        ("levenshtein_less_equal(a.name, b.name, 2) <= 2", "levenshtein(a.name, b.name)"),
        ("jaro_winkler_similarity(a.name, b.name) >= 0.8", "jaro_winkler_similarity(a.name, b.name)"),
    ] {
        let function = measure.split('(').next().unwrap();
        for join in ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"] {
            let sql = format!("SELECT a.id, b.id, {measure} AS near FROM few a {join} many b ON {on} AND a.id <> 4");
            both.check(&sql).await;
            let shown = plan(&both.with[1], &sql).await.unwrap();
            assert!(!shown.contains(&format!("{function}(name@")), "{shown}");
        }
    }
    // Another measure, or another limit, is another thing.
    for measure in ["osa_distance(a.name, b.name)", "levenshtein_less_equal(a.name, b.name, 1)"] {
        let sql =
            format!("SELECT a.id, b.id, {measure} AS near FROM few a JOIN many b ON levenshtein(a.name, b.name) <= 2");
        both.check(&sql).await;
    }
}
