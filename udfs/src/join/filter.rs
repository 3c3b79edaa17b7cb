//! The rest of a join's filter, beside the condition that the index answers: evaluated on the pairs that it finds.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema};
use datafusion_common::tree_node::{Transformed, TreeNode};
use datafusion_common::{JoinSide, NullEquality, Result};
use datafusion_expr::Operator;
use datafusion_physical_expr::PhysicalExpr;
use datafusion_physical_expr::expressions::{BinaryExpr, Column};
use datafusion_physical_expr::utils::{collect_columns, conjunction_opt};
use datafusion_physical_plan::joins::JoinOnRef;
use datafusion_physical_plan::joins::utils::ColumnIndex;
use datafusion_physical_plan::joins::utils::JoinFilter;

/// Gathers conjuncts over columns of both sides.
pub(super) struct Rest {
    columns: Vec<ColumnIndex>,
    fields: Vec<FieldRef>,
    conjuncts: Vec<Arc<dyn PhysicalExpr>>,
}

impl Rest {
    /// Those of `conjuncts`, which are over the columns of `filter`.
    pub(super) fn new(filter: &JoinFilter, conjuncts: Vec<Arc<dyn PhysicalExpr>>) -> Self {
        let fields = filter.schema().fields().iter().cloned().collect();
        Self { columns: filter.column_indices().to_vec(), fields, conjuncts }
    }

    /// Adds the equalities of a hash join, which are over the columns of either side.
    pub(super) fn add_keys(
        &mut self,
        on: JoinOnRef,
        equality: NullEquality,
        left: &Schema,
        right: &Schema,
    ) -> Result<()> {
        let op = match equality {
            NullEquality::NullEqualsNothing => Operator::Eq,
            NullEquality::NullEqualsNull => Operator::IsNotDistinctFrom,
        };
        for (a, b) in on {
            let a = self.of_side(a, JoinSide::Left, left)?;
            let b = self.of_side(b, JoinSide::Right, right)?;
            self.conjuncts.push(Arc::new(BinaryExpr::new(a, op, b)));
        }
        Ok(())
    }

    fn of_side(
        &mut self,
        expr: &Arc<dyn PhysicalExpr>,
        side: JoinSide,
        schema: &Schema,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let moved = expr.clone().transform_up(|e| {
            let Some(column) = e.downcast_ref::<Column>() else { return Ok(Transformed::no(e)) };
            self.columns.push(ColumnIndex { index: column.index(), side });
            self.fields.push(schema.fields()[column.index()].clone());
            Ok(Transformed::yes(Arc::new(Column::new(column.name(), self.columns.len() - 1))))
        });
        Ok(moved?.data)
    }

    /// The filter that they make together, over the columns that they need and no more; `None` if there is none.
    pub(super) fn into_filter(self) -> Result<Option<JoinFilter>> {
        let Some(expr) = conjunction_opt(self.conjuncts) else { return Ok(None) };
        let used: BTreeSet<usize> = collect_columns(&expr).iter().map(Column::index).collect();
        let used: Vec<usize> = used.into_iter().collect();
        let expr = expr.transform_up(|e| {
            let Some(column) = e.downcast_ref::<Column>() else { return Ok(Transformed::no(e)) };
            let index = used.binary_search(&column.index()).unwrap_or_default();
            Ok(Transformed::yes(Arc::new(Column::new(column.name(), index))))
        })?;
        let columns = used.iter().map(|i| self.columns[*i].clone()).collect();
        let fields: Vec<FieldRef> = used.iter().map(|i| self.fields[*i].clone()).collect();
        Ok(Some(JoinFilter::new(expr.data, columns, Arc::new(Schema::new(fields)))))
    }
}
