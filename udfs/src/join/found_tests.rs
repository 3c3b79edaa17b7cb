#![allow(clippy::unwrap_used, reason = "tests")]

use arrow::datatypes::{DataType, Field, Schema};
use datafusion_common::ColumnStatistics;
use datafusion_common::stats::Precision;
use datafusion_physical_expr::expressions::lit;
use datafusion_physical_plan::empty::EmptyExec;
use datafusion_physical_plan::joins::PartitionMode;

use super::*;

/// A hash join by one key; only its statistics matter.
fn hash_join() -> Arc<dyn ExecutionPlan> {
    let schema = Arc::new(Schema::new(vec![Field::new("key", DataType::Int64, true)]));
    let side = || Arc::new(EmptyExec::new(schema.clone()));
    let key = || Arc::new(Column::new("key", 0)) as Arc<dyn PhysicalExpr>;
    let filter = JoinFilter::new(lit(true), vec![], Arc::new(Schema::empty()));
    let (mode, nulls) = (PartitionMode::CollectLeft, NullEquality::NullEqualsNothing);
    let on = vec![(key(), key())];
    let join = HashJoinExec::try_new(side(), side(), on, Some(filter), &JoinType::Inner, None, mode, nulls, false);
    Arc::new(join.unwrap())
}

fn statistics(rows: Option<usize>, distinct: Option<usize>) -> Statistics {
    let precision = |n: Option<usize>| n.map_or(Precision::Absent, Precision::Inexact);
    Statistics {
        num_rows: precision(rows),
        total_byte_size: Precision::Absent,
        column_statistics: vec![ColumnStatistics { distinct_count: precision(distinct), ..Default::default() }],
    }
}

#[test]
fn keys_are_selective_where_they_leave_no_more_pairs_than_rows() {
    let plan = hash_join();
    let join = Found::parse(&plan).unwrap();
    let selective = |left: (usize, Option<usize>), right: (usize, Option<usize>)| {
        join.keys_are_selective(&statistics(Some(left.0), left.1), &statistics(Some(right.0), right.1), false)
    };
    // A foreign key: each row of the one side has one partner.
    assert!(selective((1_000_000, None), (1000, Some(1000))));
    assert!(selective((1000, Some(1000)), (1_000_000, Some(900))));
    // Twenty regions: fifty million pairs.
    assert!(!selective((1_000_000, Some(20)), (1000, Some(20))));
    // Who knows.
    assert!(!selective((1000, None), (1000, None)));
    assert!(!join.keys_are_selective(&statistics(None, Some(5)), &statistics(Some(5), Some(5)), false));
}

#[test]
fn a_search_that_scans_is_worse_than_any_keys_but_very_few() {
    let plan = hash_join();
    let join = Found::parse(&plan).unwrap();
    let selective = |distinct| {
        let side = statistics(Some(1_000_000), distinct);
        join.keys_are_selective(&side, &side, true)
    };
    assert!(selective(Some(50_000)) && selective(Some(500)) && selective(None));
    assert!(!selective(Some(2)));
}

#[test]
fn the_smaller_side_is_that_with_fewer_rows() {
    let sized = |rows, bytes| Statistics { total_byte_size: bytes, ..statistics(rows, None) };
    let (kilo, mega) = (Precision::Exact(1_000), Precision::Inexact(1_000_000));
    assert_eq!(smaller(&sized(Some(10), mega), &sized(Some(20), kilo)), Some(JoinSide::Left));
    assert_eq!(smaller(&sized(Some(20), kilo), &sized(Some(10), mega)), Some(JoinSide::Right));
    assert_eq!(smaller(&sized(None, mega), &sized(Some(20), kilo)), Some(JoinSide::Right));
    assert_eq!(smaller(&sized(Some(20), mega), &sized(Some(20), kilo)), None);
    assert_eq!(smaller(&sized(None, mega), &sized(None, Precision::Absent)), None);
}
