//! What the plan above may rely on: order, partitions, and when rows come.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion_common::{JoinSide, JoinType, Result, project_schema};
use datafusion_physical_expr::Partitioning;
use datafusion_physical_expr::equivalence::{ProjectionMapping, join_equivalence_properties};
use datafusion_physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion_physical_plan::joins::utils::adjust_right_output_partitioning;
use datafusion_physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};

use super::exec::Join;

/// Whether the rows of one side come out in its order and its partitions: where no other rows are put out.
pub(super) fn follows(join_type: JoinType, side: JoinSide) -> bool {
    use JoinType::{Inner, Left, LeftAnti, LeftMark, LeftSemi, Right, RightAnti, RightMark, RightSemi};
    match join_type {
        Inner => true,
        Left | LeftSemi | LeftAnti | LeftMark => side == JoinSide::Left,
        Right | RightSemi | RightAnti | RightMark => side == JoinSide::Right,
        JoinType::Full => false,
    }
}

/// What the plan above may know of the rows that are put out.
pub(super) fn properties(
    left: &Arc<dyn ExecutionPlan>,
    right: &Arc<dyn ExecutionPlan>,
    join: &Join,
    schema: &SchemaRef,
) -> Result<PlanProperties> {
    let probe_side = join.build.negate();
    let probe = if probe_side == JoinSide::Left { left } else { right };
    let same = !join.pieces && probe.output_partitioning().partition_count() == join.partitions;
    let follows = same && follows(join.join_type, probe_side);
    let ordered = follows && join.ordered;
    let keeps_order = [ordered && probe_side == JoinSide::Left, ordered && probe_side == JoinSide::Right];
    let mut equivalences = join_equivalence_properties(
        left.equivalence_properties().clone(),
        right.equivalence_properties().clone(),
        &join.join_type,
        schema.clone(),
        &keeps_order,
        None,
        &join.keys,
    )?;
    let mut partitioning = match join.join_type {
        _ if !follows => Partitioning::UnknownPartitioning(join.partitions),
        JoinType::Inner | JoinType::Right if probe_side == JoinSide::Right => {
            adjust_right_output_partitioning(probe.output_partitioning(), left.schema().fields().len())?
        }
        _ => probe.output_partitioning().clone(),
    };
    if let Some(projection) = join.projection.as_deref() {
        let mapping = ProjectionMapping::from_indices(projection, schema)?;
        partitioning = partitioning.project(&mapping, &equivalences);
        equivalences = equivalences.project(&mapping, project_schema(schema, Some(&projection))?);
    }
    let emission = match probe.pipeline_behavior() {
        EmissionType::Incremental if follows => EmissionType::Incremental,
        EmissionType::Incremental => EmissionType::Both,
        other => other,
    };
    let boundedness = match left.boundedness() {
        Boundedness::Bounded => right.boundedness(),
        unbounded => unbounded,
    };
    Ok(PlanProperties::new(equivalences, partitioning, emission, boundedness))
}
