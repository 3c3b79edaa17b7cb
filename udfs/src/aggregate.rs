//! A catalog aggregate as a UDAF. With many groups or one, the same accumulator works: a single group is number 0.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, Signature};
use geoplug_kernels::aggregate::{Aggregate, Emit, Feed, Groups};
use geoplug_kernels::catalog::Kernel;
use geoplug_kernels::guard;

use crate::declared::Declared;
use crate::{execution_error, plan_error};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CatalogUdaf(pub(crate) Declared);

impl CatalogUdaf {
    fn folding(&self, args: &AccumulatorArgs) -> Result<Folding> {
        if args.is_distinct {
            return datafusion_common::not_impl_err!("{}(DISTINCT ...)", self.0.function.name);
        }
        let Kernel::Aggregate(make) = self.0.function.kernel else {
            return internal_err!("{} is no aggregate", self.0.function.name);
        };
        let Some(field) = args.expr_fields.first() else {
            return internal_err!("{} without an argument", self.0.function.name);
        };
        Ok(Folding {
            name: self.0.function.name,
            make,
            groups: Groups::new(self.0.function.name, make),
            input: field.clone(),
            state: Field::new(self.0.function.name, DataType::BinaryView, true).into(),
        })
    }
}

impl AggregateUDFImpl for CatalogUdaf {
    fn name(&self) -> &str {
        self.0.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.0.function.returns.data_type())
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        let field = guard(self.0.function.name, || self.0.function.return_field(fields, &[]));
        Ok(field.map_err(plan_error)?.into())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(vec![Field::new(format!("{}[state]", args.name), DataType::BinaryView, true).into()])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(self.folding(&args)?))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.folding(&args)?))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.0.documentation)
    }
}

#[derive(Debug)]
struct Folding {
    name: &'static str,
    make: fn() -> Box<dyn Aggregate>,
    groups: Groups,
    input: FieldRef,
    state: FieldRef,
}

/// The only column that a one-argument aggregate, or its state, has.
fn only(values: &[ArrayRef]) -> Result<&ArrayRef> {
    match values {
        [one] => Ok(one),
        _ => internal_err!("expected 1 column, got {}", values.len()),
    }
}

fn kept(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|f| f.is_valid(row) && f.value(row))
}

fn first(emit_to: EmitTo) -> Option<usize> {
    match emit_to {
        EmitTo::All => None,
        EmitTo::First(n) => Some(n),
    }
}

impl GroupsAccumulator for Folding {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        let groups = groups.iter().enumerate().map(|(row, group)| kept(filter, row).then_some(*group));
        self.groups.feed(Feed::Rows, only(values)?, &self.input, groups, total).map_err(execution_error)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        let groups = groups.iter().map(|group| Some(*group));
        self.groups.feed(Feed::States, only(values)?, &self.state, groups, total).map_err(execution_error)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.groups.emit(Emit::Answer, first(emit_to)).map_err(execution_error)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.groups.emit(Emit::State, first(emit_to)).map_err(execution_error)?])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = only(values)?;
        let mut each = Groups::new(self.name, self.make);
        let rows = (0..values.len()).map(|row| kept(filter, row).then_some(row));
        each.feed(Feed::Rows, values, &self.input, rows, values.len()).map_err(execution_error)?;
        Ok(vec![each.emit(Emit::State, None).map_err(execution_error)?])
    }

    fn size(&self) -> usize {
        self.groups.size()
    }
}

impl Accumulator for Folding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = only(values)?;
        let groups = std::iter::repeat_n(Some(0), values.len());
        self.groups.feed(Feed::Rows, values, &self.input, groups, 1).map_err(execution_error)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let states = only(states)?;
        let groups = std::iter::repeat_n(Some(0), states.len());
        self.groups.feed(Feed::States, states, &self.state, groups, 1).map_err(execution_error)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.one(Emit::Answer)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.one(Emit::State)?])
    }

    fn size(&self) -> usize {
        self.groups.size()
    }
}

impl Folding {
    /// What the one group comes to; null where it never saw a row. A window asks again while it grows, so the group
    /// stays.
    fn one(&mut self, emit: Emit) -> Result<ScalarValue> {
        let out = self.groups.peek(emit).map_err(execution_error)?;
        if out.is_empty() { Ok(ScalarValue::BinaryView(None)) } else { ScalarValue::try_from_array(&out, 0) }
    }
}
