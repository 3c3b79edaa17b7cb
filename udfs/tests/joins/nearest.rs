//! Joins by st_knn.

use super::support::{HOWS, bare, plan, rows, session};

/// The nearest by brute force: ranks over all pairs.
fn ranked(k: usize, within: &str, candidates: &str) -> String {
    format!(
        "SELECT a, b FROM (SELECT a.id AS a, b.id AS b, rank() OVER (PARTITION BY a.id ORDER BY \
         st_distance(a.geom, b.geom)) AS place, st_distance(a.geom, b.geom) AS apart FROM many a CROSS JOIN {candidates} b \
         WHERE st_distance(a.geom, b.geom) < 1e300) WHERE place <= {k} {within}"
    )
}

/// How many rows there are, and how far apart each is, whichever of those at the same distance was taken.
fn distances(pairs: &str) -> String {
    format!(
        "SELECT a.id, st_distance(a.geom, b.geom) FROM ({pairs}) AS p JOIN many a ON a.id = p.a JOIN few b ON b.id = p.b"
    )
}

#[tokio::test]
async fn the_nearest_are_those_of_brute_force() {
    let without = session(false, HOWS[0]).await;
    for how in HOWS {
        let ctx = session(true, how).await;
        for k in [1, 3, 100] {
            let sql = format!("SELECT a.id AS a, b.id AS b FROM many a JOIN few b ON st_knn(a.geom, b.geom, {k})");
            assert!(plan(&ctx, &sql).await.unwrap().contains("SpatialJoinExec"));
            // Ranks have all that tie for the last place, of which k take part.
            let found = rows(&ctx, &sql).await.unwrap();
            let allowed = rows(&without, &ranked(k, "", "few")).await.unwrap();
            assert!(found.iter().all(|pair| allowed.contains(pair)), "k = {k}: {found:?}");
            let counts = "SELECT a, least(count(*), K) FROM (PAIRS) GROUP BY a";
            let counts = counts.replace('K', &k.to_string()).replace("PAIRS", &ranked(k, "", "few"));
            let counted = rows(&ctx, &format!("SELECT a, count(*) FROM ({sql}) GROUP BY a")).await.unwrap();
            assert_eq!(counted, rows(&without, &counts).await.unwrap(), "k = {k}");
            let smallest = format!(
                "SELECT a.id, apart FROM (SELECT a.id, st_distance(a.geom, b.geom) AS apart, row_number() OVER \
                (PARTITION BY a.id ORDER BY st_distance(a.geom, b.geom)) AS place FROM many a CROSS JOIN few b \
                WHERE st_distance(a.geom, b.geom) < 1e300) a WHERE place <= {k}"
            );
            assert_eq!(
                rows(&ctx, &distances(&sql)).await.unwrap(),
                rows(&without, &smallest).await.unwrap(),
                "k = {k}"
            );
        }
    }
}

#[tokio::test]
async fn pairs_by_hand() {
    let ctx = bare(true, HOWS[0], Default::default());
    ctx.sql(
        "CREATE TABLE a AS SELECT id, st_point(x, 0) AS geom FROM (VALUES (1, 0), (2, 10), (3, NULL)) AS t (id, x)",
    )
    .await
    .unwrap();
    ctx.sql(
        "CREATE TABLE b AS SELECT id, kind, st_point(x, 0) AS geom FROM (VALUES (1, 'cafe', 1), (2, 'bar', 2), (3, 'cafe', 8),
         (4, 'bar', 30)) AS t (id, kind, x)",
    )
    .await
    .unwrap();
    let cases: [(&str, &[&str]); 12] = [
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 1)", &["1 1", "2 3"]),
        ("SELECT a.id, b.id FROM b JOIN a ON st_knn(a.geom, b.geom, 1)", &["1 1", "2 3"]),
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(b.geom, a.geom, 1)", &["1 1", "1 2", "2 3", "2 4"]),
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 2)", &["1 1", "1 2", "2 2", "2 3"]),
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 2, FALSE)", &["1 1", "1 2", "2 2", "2 3"]),
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 2, 2)", &["1 1", "1 2", "2 3"]),
        ("SELECT a.id, b.id FROM a LEFT JOIN b ON st_knn(a.geom, b.geom, 1, 1)", &["1 1", "2 NULL", "3 NULL"]),
        // Candidates are the bars; which of the found is a bar; both.
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 1) AND b.kind = 'bar'", &["1 2", "2 2"]),
        ("SELECT a.id, b.id FROM a JOIN b ON st_knn(a.geom, b.geom, 1) AND a.id + b.id < 4", &["1 1"]),
        ("SELECT a.id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE st_knn(a.geom, b.geom, 1, 1))", &["1"]),
        ("SELECT a.id FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE st_knn(a.geom, b.geom, 1, 1))", &["2", "3"]),
        ("SELECT b.id FROM b WHERE EXISTS (SELECT 1 FROM a WHERE st_knn(a.geom, b.geom, 1))", &["1", "3"]),
    ];
    for (sql, wanted) in cases {
        let plan = plan(&ctx, sql).await.unwrap();
        assert!(plan.contains("SpatialJoinExec"), "{sql}\n{plan}");
        assert_eq!(rows(&ctx, sql).await.unwrap(), wanted, "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn what_cannot_be_planned_is_said() {
    let ctx = session(true, HOWS[1]).await;
    let cases = [
        ("few a FULL JOIN many b ON st_knn(a.geom, b.geom, 1)", "must keep the side of its first geometry"),
        ("few a RIGHT JOIN many b ON st_knn(a.geom, b.geom, 1)", "must keep the side of its first geometry"),
        ("few a LEFT JOIN many b ON st_knn(b.geom, a.geom, 1)", "must keep the side of its first geometry"),
        ("few a JOIN many b ON st_knn(a.geom, b.geom, 0)", "k must be a constant of at least 1"),
        ("few a JOIN many b ON st_knn(a.geom, b.geom, a.id)", "k must be a constant of at least 1"),
        ("few a JOIN many b ON st_knn(a.geom, b.geom, 2, a.reach)", "max_distance must be a constant"),
        ("few a JOIN many b ON st_knn(a.geom, b.geom, 2, TRUE)", "planar"),
        ("few a JOIN many b ON st_knn(a.geom, b.geom, 1) OR a.id = b.id", "cannot stand under OR"),
        ("few a JOIN many b ON st_knn(a.geom, b.geom, 1) AND st_knn(b.geom, a.geom, 1)", "only once"),
        (
            "few a JOIN many b ON st_intersects(a.geom, b.geom) AND NOT st_knn(a.geom, b.geom, 1)",
            "cannot stand under OR, NOT",
        ),
        ("few a WHERE st_knn(a.geom, st_point(0, 0), 1)", "a condition of joins has no value for a row"),
    ];
    for (from, cause) in cases {
        let error = rows(&ctx, &format!("SELECT * FROM {from}")).await.unwrap_err().to_string();
        assert!(error.contains("st_knn") && error.contains(cause), "{from}: {error}");
    }
    let without = session(false, HOWS[0]).await;
    let error = rows(&without, "SELECT * FROM few a JOIN many b ON st_knn(a.geom, b.geom, 1)").await.unwrap_err();
    assert!(error.to_string().contains("in a session with geoplug's rule for spatial joins"), "{error}");
}

/// What is measured by the search is not measured again, and is the same to the last bit.
#[tokio::test]
async fn distances_come_from_the_search() {
    let without = session(false, HOWS[0]).await;
    for how in HOWS {
        let ctx = session(true, how).await;
        for (kind, rest) in
            [("JOIN", ""), ("LEFT JOIN", ""), ("LEFT JOIN", ", 2.5"), ("JOIN", ", 9) AND (a.id % 2 = b.id % 3")]
        {
            let join = format!("FROM many a {kind} few b ON (st_knn(a.geom, b.geom, 3{rest}))");
            let sql = format!("SELECT a.id AS a, b.id AS b, st_distance(a.geom, b.geom) * 2 AS apart {join}");
            let shown = plan(&ctx, &sql).await.unwrap();
            assert!(shown.contains("distance@") && !shown.contains("st_distance"), "{shown}");
            let pairs = rows(&ctx, &format!("SELECT a.id AS a, b.id AS b {join}")).await.unwrap();
            let values: Vec<String> = pairs.iter().map(|pair| format!("({})", pair.replace(' ', ", "))).collect();
            let again = format!(
                "SELECT p.a, p.b, st_distance(a.geom, b.geom) * 2 FROM (VALUES {}) AS p (a, b) LEFT JOIN many a ON a.id = p.a \
                 LEFT JOIN few b ON b.id = p.b",
                values.join(", ")
            );
            assert_eq!(rows(&ctx, &sql).await.unwrap(), rows(&without, &again).await.unwrap(), "{sql}");
        }
        // Another question than that of the search.
        for other in ["st_distance(b.geom, a.geom)", "st_distance(a.geom, a.geom)"] {
            let sql = format!("SELECT {other} FROM many a JOIN few b ON st_knn(a.geom, b.geom, 3)");
            assert!(plan(&ctx, &sql).await.unwrap().contains("st_distance"), "{other}");
        }
    }
}
