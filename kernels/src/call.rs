//! One call of a function over a batch, and the combinators that kernels are written with. Nulls, constants, error
//! context and output building are handled here and nowhere else.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BinaryViewBuilder, BooleanBuilder, Float64Array, Float64Builder,
    Int64Array, Int64Builder, StringViewArray, StringViewBuilder,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type};

use crate::argument::Argument;
use crate::catalog::{Default, Function, Kernel};
use crate::error::{Cause, Error, Result, guard};
use crate::geom::{BLOCK, Coords, Geom, GeometryColumn, Role, WkbWriter, Xy, each_bit};

impl Function {
    /// Computes the function for `rows` rows. Where every argument is a constant, one value comes back, whatever the
    /// rows (none for none).
    pub fn invoke(&'static self, args: Vec<Argument>, rows: usize) -> Result<ArrayRef> {
        guard(self.name, || {
            let call = Call::new(self, args, rows)?;
            match self.kernel {
                Kernel::Scalar(kernel) => kernel(&call),
                Kernel::Aggregate(_) => call.fail(None, "an aggregate was called as a scalar function"),
                Kernel::JoinCondition => call.fail(
                    None,
                    "a condition of joins has no value for a row: write JOIN ... ON, with geometries of both tables, in \
                     a session with geoplug's rule for spatial joins",
                ),
            }
        })
    }
}

/// A call: the function, its arguments, and how many rows to compute.
#[derive(Debug, Clone)]
pub struct Call {
    function: &'static Function,
    args: Vec<Argument>,
    len: usize,
    lenient: bool,
}

impl Call {
    fn new(function: &'static Function, mut args: Vec<Argument>, rows: usize) -> Result<Self> {
        let all_constant = args.iter().all(|a| a.constant);
        for missing in function.args.iter().skip(args.len()) {
            let value: ArrayRef = match missing.default {
                Default::Float(v) => Arc::new(Float64Array::from(vec![v])),
                Default::Integer(v) => Arc::new(Int64Array::from(vec![v])),
                Default::Text(v) => Arc::new(StringViewArray::from(vec![v])),
                Default::Absent => continue,
                Default::Required => {
                    let cause = format!("argument {} is missing", missing.name).into();
                    return Err(Error { function: function.name, row: None, cause });
                }
            };
            let field = Arc::new(Field::new(missing.name, value.data_type().clone(), true));
            args.push(Argument::constant(value, field));
        }
        let len = if all_constant { rows.min(1) } else { rows };
        Ok(Self { function, args, len, lenient: false })
    }

    /// How many arguments there are: absent ones do not count.
    pub fn args(&self) -> usize {
        self.args.len()
    }

    /// Rows to compute.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nothing to compute.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The same call, in which a row that fails becomes null: the `try_` functions.
    pub fn lenient(&self) -> Self {
        Self { lenient: true, ..self.clone() }
    }

    /// An error of this function.
    pub fn fail<T>(&self, row: Option<usize>, cause: impl Into<Cause>) -> Result<T> {
        Err(Error { function: self.function.name, row, cause: cause.into() })
    }

    /// Type and metadata of argument `i`.
    pub fn field(&self, i: usize) -> &Field {
        &self.args[i].field
    }

    /// Argument `i` as geometry.
    pub fn geometry(&self, i: usize) -> Result<Geometries> {
        let Argument { array, field, constant } = &self.args[i];
        let column = GeometryColumn::try_new(array, field)
            .or_else(|cause| self.fail(None, format!("argument {}: {cause}", self.function.args[i].name)))?;
        Ok(Geometries { column, constant: *constant })
    }

    fn typed(&self, i: usize, wanted: DataType) -> Result<(ArrayRef, bool)> {
        let Argument { array, constant, .. } = &self.args[i];
        let array = cast(array, &wanted)
            .or_else(|e| self.fail(None, format!("argument {}: {e}", self.function.args[i].name)))?;
        Ok((array, *constant))
    }

    /// Argument `i` as numbers.
    pub fn float(&self, i: usize) -> Result<Values<Float64Array>> {
        let (array, constant) = self.typed(i, DataType::Float64)?;
        Ok(Values { array: array.as_primitive::<Float64Type>().clone(), constant })
    }

    /// Argument `i` as whole numbers.
    pub fn integer(&self, i: usize) -> Result<Values<Int64Array>> {
        let (array, constant) = self.typed(i, DataType::Int64)?;
        Ok(Values { array: array.as_primitive::<Int64Type>().clone(), constant })
    }

    /// Argument `i` as text.
    pub fn text(&self, i: usize) -> Result<Values<StringViewArray>> {
        let (array, constant) = self.typed(i, DataType::Utf8View)?;
        Ok(Values { array: array.as_string_view().clone(), constant })
    }

    /// Which of these names argument `i` gives, an option of the whole call.
    pub fn option(&self, i: usize, names: &[&str]) -> Result<usize> {
        let given = self.text(i)?;
        let one = (given.array.len() == 1 && given.array.is_valid(0)).then(|| given.array.value(0));
        let at = one.and_then(|given| names.iter().position(|name| *name == given));
        at.map_or_else(
            || {
                let got = one.map_or_else(String::new, |given| format!(", got '{given}'"));
                let cause = format!(
                    "argument {} is one of '{}' for all rows{got}",
                    self.function.args[i].name,
                    names.join("', '")
                );
                self.fail(None, cause)
            },
            Ok,
        )
    }

    /// Argument `i` as bytes.
    pub fn binary(&self, i: usize) -> Result<Values<BinaryViewArray>> {
        let (array, constant) = self.typed(i, DataType::BinaryView)?;
        Ok(Values { array: array.as_binary_view().clone(), constant })
    }

    /// A plain value for each row without a null argument.
    pub fn map<'a, R: Reader<'a>, C: Cell<Value: Output>>(
        &self,
        input: &'a R,
        mut f: impl FnMut(R::Item) -> C,
    ) -> Result<ArrayRef> {
        self.map_rows(|row| match input.read(row)? {
            Some(item) => {
                R::srid(&item)?;
                f(item).cell()
            }
            None => Ok(None),
        })
    }

    /// A plain value for each row that is not null: its coordinate sequences folded into one.
    pub fn fold<T: Output + Copy>(
        &self,
        geometries: &Geometries,
        start: T,
        f: impl Fn(T, Role, &Coords) -> T,
    ) -> Result<ArrayRef> {
        self.map_rows(|row| geometries.column.fold(geometries.at(row), start, &f))
    }

    /// A number for each point, null for an empty one; anything but a point is an error.
    pub fn map_points(&self, points: &Geometries, pick: impl Fn(Xy) -> f64) -> Result<ArrayRef> {
        let general = |row| match points.read(row)? {
            Some(geom) => Ok(geom.expect_point()?.map(&pick)),
            None => Ok(None),
        };
        if points.column.len() != self.len {
            return self.map_rows(general);
        }
        let mut values = Vec::with_capacity(self.len);
        let mut validity = Vec::with_capacity(self.len.div_ceil(BLOCK));
        points.column.each_block(0..points.column.len(), |from, valid, block| {
            let rows = BLOCK.min(self.len - from);
            let numbers: [f64; BLOCK] = std::array::from_fn(|i| pick(block.xy(i)));
            values.extend_from_slice(&numbers[..rows]);
            let mut known = block.plain;
            // Empty points, and what is no plain point, one by one.
            let rest = if block.may_hold_nan() { valid } else { valid & !known };
            for i in each_bit(rest) {
                let number = match general(from + i) {
                    Ok(number) => number,
                    Err(_) if self.lenient => None,
                    Err(cause) => return self.fail(Some(from + i), cause),
                };
                values[from + i] = number.unwrap_or_default();
                known = known & !(1 << i) | u64::from(number.is_some()) << i;
            }
            validity.push(known);
            Ok(())
        })?;
        let validity = BooleanBuffer::new(Buffer::from_vec(validity), 0, self.len);
        Ok(Arc::new(Float64Array::new(
            values.into(),
            Some(validity.into()).filter(|n: &NullBuffer| n.null_count() > 0),
        )))
    }

    /// A number for each row: what `quick` gives, and where it gives none, what `f` does. Rows of the quick kind do not
    /// go through memory as a `Row`.
    pub fn map_numbers(
        &self,
        quick: impl Fn(usize) -> Option<f64>,
        mut f: impl FnMut(usize) -> Row<f64>,
    ) -> Result<ArrayRef> {
        let mut out = Float64Builder::with_capacity(self.len);
        for row in 0..self.len {
            if let Some(number) = quick(row) {
                out.append_value(number);
                continue;
            }
            match f(row) {
                Ok(number) => out.append_option(number),
                Err(_) if self.lenient => out.append_null(),
                Err(cause) => return self.fail(Some(row), cause),
            }
        }
        Ok(Arc::new(out.finish()))
    }

    /// A plain value for each row, read by the closure itself: for kernels that look at columns before geometries.
    pub fn map_rows<T: Output>(&self, mut f: impl FnMut(usize) -> Row<T>) -> Result<ArrayRef> {
        let mut out = T::builder(self.len);
        self.fill(&mut out, |row, _| f(row), T::push)?;
        Ok(T::finish(out))
    }

    /// A geometry for each row without a null argument: `f` writes it, or says that there is none.
    pub fn build<'a, R: Reader<'a>, C: Cell<Value = ()>>(
        &self,
        input: &'a R,
        mut f: impl FnMut(R::Item, &mut WkbWriter) -> C,
    ) -> Result<ArrayRef> {
        let values = BinaryViewBuilder::with_capacity(self.len).with_fixed_block_size(OUTPUT_BLOCK);
        let mut out = (values, WkbWriter::default());
        let write = |row, (_, writer): &mut (_, WkbWriter)| match input.read(row)? {
            Some(item) => {
                writer.restart(R::srid(&item)?);
                f(item, writer).cell()
            }
            None => Ok(None),
        };
        self.fill(&mut out, write, |(values, writer), written| match written {
            Some(()) => values.append_value(writer.bytes()),
            None => values.append_null(),
        })?;
        Ok(Arc::new(out.0.finish()))
    }

    /// Text for each row without a null argument: `f` writes it into a buffer that is reused from row to row, or says
    /// that there is none.
    pub fn build_text<'a, R: Reader<'a>, C: Cell<Value = ()>>(
        &self,
        input: &'a R,
        mut f: impl FnMut(R::Item, &mut String) -> C,
    ) -> Result<ArrayRef> {
        let values = StringViewBuilder::with_capacity(self.len).with_fixed_block_size(OUTPUT_BLOCK);
        let mut out = (values, String::new());
        let write = |row, (_, text): &mut (_, String)| match input.read(row)? {
            Some(item) => {
                R::srid(&item)?;
                text.clear();
                f(item, text).cell()
            }
            None => Ok(None),
        };
        self.fill(&mut out, write, |(values, text), written| match written {
            Some(()) => values.append_value(&text),
            None => values.append_null(),
        })?;
        Ok(Arc::new(out.0.finish()))
    }

    /// Runs `f` on each row, which may write into a buffer of `out`; `push` then takes what it gives, or null, over.
    fn fill<O, T>(
        &self,
        out: &mut O,
        mut f: impl FnMut(usize, &mut O) -> Row<T>,
        push: impl Fn(&mut O, Option<T>),
    ) -> Result<()> {
        for row in 0..self.len {
            match f(row, out) {
                Ok(value) => push(out, value),
                Err(_) if self.lenient => push(out, None),
                Err(cause) => return self.fail(Some(row), cause),
            }
        }
        Ok(())
    }
}

/// Large enough that a batch of points takes one block.
const OUTPUT_BLOCK: u32 = 512 * 1024;

/// A row: a value, null, or why there is neither.
pub type Row<T> = std::result::Result<Option<T>, Cause>;

/// Something to read a row from; `None` is null. Tuples read all of theirs, and are null where one is.
pub trait Reader<'a> {
    /// What a row gives.
    type Item;
    /// Reads a row.
    fn read(&'a self, row: usize) -> Row<Self::Item>;
    /// The SRID that the geometries of a row share, 0 where none has one; an error where two differ.
    fn srid(_item: &Self::Item) -> std::result::Result<i32, Cause> {
        Ok(0)
    }
}

/// A geometry argument.
#[derive(Debug)]
pub struct Geometries {
    /// Its values.
    pub column: GeometryColumn,
    /// Whether the one value stands for every row.
    pub constant: bool,
}

impl Geometries {
    /// Where the value of `row` is stored.
    #[inline]
    pub fn at(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    /// Whether the value of `row` is null.
    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.column.is_null(self.at(row))
    }
}

impl<'a> Reader<'a> for Geometries {
    type Item = Geom<'a>;

    #[inline]
    fn read(&'a self, row: usize) -> Row<Geom<'a>> {
        self.column.get(self.at(row))
    }

    fn srid(item: &Geom<'a>) -> std::result::Result<i32, Cause> {
        Ok(item.srid)
    }
}

/// A plain argument.
#[derive(Debug)]
pub struct Values<A> {
    array: A,
    constant: bool,
}

impl<A: Array> Values<A> {
    /// The values of so many rows as they are stored; `None` where one value stands for many.
    pub fn column(&self, rows: usize) -> Option<&A> {
        (self.array.len() == rows).then_some(&self.array)
    }
}

macro_rules! reader_of_values {
    ($array:ty => $item:ty) => {
        impl<'a> Reader<'a> for Values<$array> {
            type Item = $item;

            #[inline]
            fn read(&'a self, row: usize) -> Row<$item> {
                let row = if self.constant { 0 } else { row };
                Ok(self.array.is_valid(row).then(|| self.array.value(row)))
            }
        }
    };
}
reader_of_values!(Float64Array => f64);
reader_of_values!(Int64Array => i64);
reader_of_values!(StringViewArray => &'a str);
reader_of_values!(BinaryViewArray => &'a [u8]);

/// One SRID of two; 0 agrees with any.
pub fn common_srid(a: i32, b: i32) -> std::result::Result<i32, Cause> {
    match (a, b) {
        (0, b) => Ok(b),
        (a, 0) => Ok(a),
        (a, b) if a == b => Ok(a),
        (a, b) => Err(format!("mixed SRIDs {a} and {b}").into()),
    }
}

macro_rules! reader_of_tuple {
    ($($reader:ident . $at:tt),+) => {
        impl<'a, $($reader: Reader<'a>),+> Reader<'a> for ($($reader,)+) {
            type Item = ($($reader::Item,)+);

            #[inline]
            fn read(&'a self, row: usize) -> Row<Self::Item> {
                Ok(Some(($(match self.$at.read(row)? {
                    Some(item) => item,
                    None => return Ok(None),
                },)+)))
            }

            fn srid(item: &Self::Item) -> std::result::Result<i32, Cause> {
                let mut srid = 0;
                $(srid = common_srid(srid, $reader::srid(&item.$at)?)?;)+
                Ok(srid)
            }
        }
    };
}
reader_of_tuple!(A.0, B.1);
reader_of_tuple!(A.0, B.1, C.2);
reader_of_tuple!(A.0, B.1, C.2, D.3, E.4);

/// What a kernel's closure may return for a row: a value, maybe a value, or a cause why there is none.
pub trait Cell {
    /// The value.
    type Value;
    /// As a row.
    fn cell(self) -> Row<Self::Value>;
}

impl<T: Output> Cell for T {
    type Value = T;
    #[inline]
    fn cell(self) -> Row<T> {
        Ok(Some(self))
    }
}

impl Cell for () {
    type Value = ();
    #[inline]
    fn cell(self) -> Row<()> {
        Ok(Some(()))
    }
}

impl<T> Cell for Option<T> {
    type Value = T;
    #[inline]
    fn cell(self) -> Row<T> {
        Ok(self)
    }
}

impl<C: Cell> Cell for std::result::Result<C, Cause> {
    type Value = C::Value;
    #[inline]
    fn cell(self) -> Row<C::Value> {
        self.and_then(Cell::cell)
    }
}

/// A type that a result column can be made of.
pub trait Output: Sized {
    /// Collects the column.
    type Builder;
    /// For so many rows.
    fn builder(rows: usize) -> Self::Builder;
    /// Adds a row.
    fn push(builder: &mut Self::Builder, value: Option<Self>);
    /// The column.
    fn finish(builder: Self::Builder) -> ArrayRef;
}

macro_rules! output {
    ($value:ty, $builder:ty) => {
        impl Output for $value {
            type Builder = $builder;

            fn builder(rows: usize) -> $builder {
                <$builder>::with_capacity(rows)
            }

            #[inline]
            fn push(builder: &mut $builder, value: Option<Self>) {
                builder.append_option(value);
            }

            fn finish(mut builder: $builder) -> ArrayRef {
                Arc::new(builder.finish())
            }
        }
    };
}
output!(f64, Float64Builder);
output!(i64, Int64Builder);
output!(bool, BooleanBuilder);
output!(String, StringViewBuilder);
output!(&str, StringViewBuilder);
output!(&[u8], BinaryViewBuilder);

#[cfg(test)]
#[path = "call_tests.rs"]
mod tests;
