//! Every condition with every type of join.

use super::support::{Both, HOWS, bare, rows};

const PREDICATES: [&str; 10] = [
    "st_intersects",
    "st_contains",
    "st_within",
    "st_covers",
    "st_coveredby",
    "st_containsproperly",
    "st_touches",
    "st_crosses",
    "st_overlaps",
    "st_equals",
];

const DISTANCES: [&str; 9] = [
    "st_dwithin(a.geom, b.geom, 1.5)",
    "st_dwithin(b.geom, a.geom, a.reach + 1)",
    "st_dwithin(a.geom, b.geom, abs(b.reach))",
    "st_distance(a.geom, b.geom) < 2",
    "st_distance(b.geom, a.geom) <= 2",
    "1.0 > st_distance(a.geom, b.geom)",
    "a.reach >= st_distance(a.geom, b.geom)",
    "st_distance(a.geom, b.geom) < b.reach",
    "st_distance(a.geom, b.geom) <= -1",
];

/// Queries of every type of join of two tables by a condition on `a` and `b`.
fn queries(a: &str, b: &str, on: &str) -> Vec<String> {
    let mut queries = Vec::new();
    for join in ["INNER", "LEFT", "RIGHT", "FULL"] {
        queries.push(format!("SELECT a.id, b.id FROM {a} a {join} JOIN {b} b ON {on}"));
    }
    for join in ["LEFT SEMI", "LEFT ANTI"] {
        queries.push(format!("SELECT a.id, a.key FROM {a} a {join} JOIN {b} b ON {on}"));
    }
    for join in ["RIGHT SEMI", "RIGHT ANTI"] {
        queries.push(format!("SELECT b.id, b.geom FROM {a} a {join} JOIN {b} b ON {on}"));
    }
    // What decides a row besides the subquery makes it a mark join.
    queries.push(format!("SELECT a.id FROM {a} a WHERE a.id < 3 OR EXISTS (SELECT 1 FROM {b} b WHERE {on})"));
    queries.push(format!("SELECT a.id FROM {a} a WHERE a.id > 5 AND NOT EXISTS (SELECT 1 FROM {b} b WHERE {on})"));
    queries
}

async fn check_all(both: &Both, on: &str) {
    let mut found = 0;
    for (a, b) in [("few", "many"), ("many", "few"), ("many", "many"), ("none", "few"), ("many", "none")] {
        for sql in queries(a, b, on) {
            found += both.check(&sql).await.len();
        }
    }
    assert!(found > 0, "{on}");
}

#[tokio::test]
async fn every_predicate_with_every_type_of_join() {
    let both = Both::new().await;
    for predicate in PREDICATES {
        check_all(&both, &format!("{predicate}(a.geom, b.geom)")).await;
        check_all(&both, &format!("{predicate}(b.geom, a.geom)")).await;
    }
}

#[tokio::test]
async fn every_distance_with_every_type_of_join() {
    let both = Both::new().await;
    for distance in DISTANCES {
        check_all(&both, distance).await;
    }
}

/// To a comparison in SQL, NaN is the greatest number; st_dwithin has nothing within it.
#[tokio::test]
async fn limits_of_nan_and_infinity() {
    let both = Both::new().await;
    for limit in ["'NaN'::DOUBLE", "'Infinity'::DOUBLE", "'-Infinity'::DOUBLE"] {
        for on in [
            "st_distance(a.geom, b.geom) <= CASE WHEN a.key = 1 THEN LIMIT ELSE a.reach END",
            "st_distance(a.geom, b.geom) < CASE WHEN b.key = 1 THEN LIMIT END",
            "st_dwithin(a.geom, b.geom, CASE WHEN a.key = 1 THEN abs(LIMIT) ELSE 1 END)",
        ] {
            let on = on.replace("LIMIT", limit);
            // How far apart two geometries are of which one is nowhere is another question.
            let of = |table| format!("(SELECT * FROM {table} WHERE id < 100)");
            for sql in queries(&of("few"), &of("many"), &on) {
                both.check(&sql).await;
            }
        }
    }
}

#[tokio::test]
async fn further_conditions() {
    let both = Both::new().await;
    for rest in
        ["a.id < b.id", "a.key = 1", "b.reach > a.reach", "a.id + b.id > 20 AND a.key <> b.key", "a.key IS NULL"]
    {
        check_all(&both, &format!("st_intersects(a.geom, b.geom) AND {rest}")).await;
        check_all(&both, &format!("{rest} AND st_dwithin(a.geom, b.geom, 1)")).await;
    }
}

#[tokio::test]
async fn two_spatial_conditions() {
    let both = Both::new().await;
    check_all(&both, "st_intersects(a.geom, b.geom) AND NOT st_touches(a.geom, b.geom)").await;
    check_all(&both, "st_covers(a.geom, b.geom) AND st_distance(a.geom, b.geom) < 1").await;
    check_all(&both, "st_intersects(a.geom, b.geom) AND (st_within(a.geom, b.geom) OR a.id = 3)").await;
}

#[tokio::test]
async fn geometries_that_are_computed() {
    let both = Both::new().await;
    check_all(&both, "st_intersects(st_envelope(a.geom), b.geom)").await;
    check_all(&both, "st_within(st_envelope(b.geom), st_envelope(a.geom))").await;
    check_all(&both, "st_contains(st_geomfromwkb(st_asbinary(a.geom)), b.geom)").await;
    check_all(&both, "st_distance(st_envelope(a.geom), b.geom) <= a.reach * 2").await;
}

#[tokio::test]
async fn equal_keys_beside_it() {
    let both = Both::new().await;
    check_all(&both, "a.key = b.key AND st_intersects(a.geom, b.geom)").await;
    check_all(&both, "a.key = b.key AND a.id % 2 = b.id % 2 AND st_dwithin(a.geom, b.geom, abs(a.reach))").await;
    check_all(&both, "(a.key IS NOT DISTINCT FROM b.key) AND st_intersects(a.geom, b.geom)").await;
}

#[tokio::test]
async fn subqueries_and_where() {
    let both = Both::new().await;
    let queries = [
        "SELECT a.id, b.id FROM many a, few b WHERE st_intersects(a.geom, b.geom)",
        "SELECT a.id FROM many a WHERE EXISTS (SELECT 1 FROM few b WHERE st_within(a.geom, b.geom) AND b.key = 1)",
        "SELECT a.id FROM many a WHERE NOT EXISTS (SELECT 1 FROM few b WHERE st_within(a.geom, b.geom))",
        "SELECT a.id FROM many a WHERE a.key IN (SELECT b.key FROM few b WHERE st_touches(b.geom, a.geom))",
        "SELECT count(*) FROM many a JOIN few b ON st_intersects(a.geom, b.geom)",
        "SELECT count(*) FROM many a LEFT JOIN few b ON st_equals(a.geom, b.geom)",
        "SELECT a.id, b.id, c.id FROM few a JOIN many b ON st_intersects(a.geom, b.geom) JOIN few c ON st_touches(b.geom, c.geom)",
        "SELECT a.key, count(*), sum(b.id) FROM many a JOIN few b ON st_intersects(a.geom, b.geom) GROUP BY a.key",
        "SELECT b.geom, a.id FROM many a JOIN many b ON st_contains(a.geom, b.geom) ORDER BY a.id, b.id LIMIT 7",
    ];
    for sql in queries {
        both.check(sql).await;
    }
}

#[tokio::test]
async fn pairs_by_hand() {
    let ctx = bare(true, HOWS[1], Default::default());
    ctx.sql(
        "CREATE TABLE a AS SELECT id, st_geomfromtext(wkt) AS geom FROM (VALUES (1, 'POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))'),
         (2, 'POLYGON ((2 0, 4 0, 4 2, 2 2, 2 0))'), (3, NULL)) AS t (id, wkt)",
    )
    .await
    .unwrap();
    ctx.sql(
        "CREATE TABLE b AS SELECT id, st_geomfromtext(wkt) AS geom FROM (VALUES (1, 'POINT (1 1)'), (2, 'POINT (2 1)'),
         (3, 'POINT (5 1)'), (4, 'POINT EMPTY'), (5, 'LINESTRING (1 1, 3 1)')) AS t (id, wkt)",
    )
    .await
    .unwrap();
    let cases: [(&str, &[&str]); 8] = [
        ("JOIN b ON st_intersects(a.geom, b.geom)", &["1 1", "1 2", "1 5", "2 2", "2 5"]),
        ("JOIN b ON st_contains(a.geom, b.geom)", &["1 1"]),
        ("JOIN b ON st_touches(b.geom, a.geom)", &["1 2", "2 2"]),
        ("JOIN b ON st_crosses(a.geom, b.geom)", &["1 5", "2 5"]),
        ("JOIN b ON st_dwithin(a.geom, b.geom, 1)", &["1 1", "1 2", "1 5", "2 1", "2 2", "2 3", "2 5"]),
        ("JOIN b ON st_distance(a.geom, b.geom) < 1", &["1 1", "1 2", "1 5", "2 2", "2 5"]),
        ("LEFT JOIN b ON st_contains(a.geom, b.geom)", &["1 1", "2 NULL", "3 NULL"]),
        (
            "FULL JOIN b ON st_within(b.geom, a.geom)",
            &["1 1", "2 NULL", "3 NULL", "NULL 2", "NULL 3", "NULL 4", "NULL 5"],
        ),
    ];
    for (join, wanted) in cases {
        assert_eq!(rows(&ctx, &format!("SELECT a.id, b.id FROM a {join}")).await.unwrap(), wanted, "{join}");
    }
}
