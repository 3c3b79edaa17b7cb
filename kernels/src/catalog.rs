//! What a function is: one value, declared once. Everything that an engine, Python or the reference knows about a
//! function is read from here.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use crate::aggregate::Aggregate;
use crate::call::Call;
use crate::error::Result;

/// What an argument accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// WKB, EWKB or native GeoArrow.
    Geometry,
    /// Any number, read as a double.
    Float,
    /// A whole number.
    Integer,
    /// Text.
    Text,
    /// Bytes that are not yet known to be geometry.
    Binary,
}

impl Kind {
    /// Name, as the reference and Python know it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Geometry => "geometry",
            Kind::Float => "float",
            Kind::Integer => "integer",
            Kind::Text => "text",
            Kind::Binary => "binary",
        }
    }
}

/// Value of an argument that the caller leaves out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Default {
    /// It cannot be left out.
    Required,
    /// None: the function asks whether it was given. Only the last argument can be so.
    Absent,
    /// A number.
    Float(f64),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(&'static str),
}

/// One argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arg {
    /// Name, as in documentation and Python signatures.
    pub name: &'static str,
    /// What it accepts.
    pub kind: Kind,
    /// What it is when left out.
    pub default: Default,
    /// Whether it decides the type of the result, so that it must be one value known when the query is planned.
    pub constant: bool,
}

impl Arg {
    /// The same argument, which may be left out.
    pub const fn or(mut self, default: Default) -> Self {
        self.default = default;
        self
    }

    /// The same argument, one value for the whole query.
    pub const fn constant(mut self) -> Self {
        self.constant = true;
        self
    }
}

const fn arg(name: &'static str, kind: Kind) -> Arg {
    Arg { name, kind, default: Default::Required, constant: false }
}

/// A geometry argument.
pub const fn geometry(name: &'static str) -> Arg {
    arg(name, Kind::Geometry)
}

/// A number.
pub const fn float(name: &'static str) -> Arg {
    arg(name, Kind::Float)
}

/// A whole number.
pub const fn integer(name: &'static str) -> Arg {
    arg(name, Kind::Integer)
}

/// Text.
pub const fn text(name: &'static str) -> Arg {
    arg(name, Kind::Text)
}

/// Bytes.
pub const fn binary(name: &'static str) -> Arg {
    arg(name, Kind::Binary)
}

/// Type of the result. A geometry is always a BinaryView typed `geoarrow.wkb`; the variants say whose CRS it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// Double.
    Float64,
    /// Whole number.
    Int64,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// Text; true or false where the argument of this name, which may be absent, is given.
    BooleanWith(&'static str),
    /// Bytes.
    Binary,
    /// Geometry in the CRS that the geometry arguments share.
    Geometry,
    /// Geometry in the CRS `EPSG:<srid>`, from the constant argument of this name; unknown where that is 0.
    GeometryInSrid(&'static str),
}

impl Returns {
    /// Whether the result is a geometry.
    pub fn is_geometry(self) -> bool {
        matches!(self, Returns::Geometry | Returns::GeometryInSrid(_))
    }

    /// Arrow type of the result.
    pub fn data_type(self) -> DataType {
        match self {
            Returns::Float64 => DataType::Float64,
            Returns::Int64 => DataType::Int64,
            Returns::Boolean => DataType::Boolean,
            Returns::Text | Returns::BooleanWith(_) => DataType::Utf8View,
            Returns::Binary | Returns::Geometry | Returns::GeometryInSrid(_) => DataType::BinaryView,
        }
    }
}

/// What computes it.
#[derive(Debug, Clone, Copy)]
pub enum Kernel {
    /// One result for each row.
    Scalar(fn(&Call) -> Result<ArrayRef>),
    /// One result for each group of rows.
    Aggregate(fn() -> Box<dyn Aggregate>),
    /// None for a row: it relates each row of a table to those of another. SQL only, as the condition of a join.
    JoinCondition,
}

/// A function.
#[derive(Debug)]
pub struct Function {
    /// SQL name.
    pub name: &'static str,
    /// Other SQL names.
    pub aliases: &'static [&'static str],
    /// Family: the name of the Polars namespace.
    pub family: &'static str,
    /// Name in Python: a method of the namespace and a plain function.
    pub python: &'static str,
    /// Arguments, in SQL order.
    pub args: &'static [Arg],
    /// Type of the result.
    pub returns: Returns,
    /// The documentation: a summary and the headings that `docs::HEADINGS` names.
    pub doc: &'static str,
    /// What computes it.
    pub kernel: Kernel,
}

impl Function {
    /// Fewest arguments of a call.
    pub fn required(&self) -> usize {
        self.args.iter().filter(|a| a.default == Default::Required).count()
    }

    /// Whether it folds many rows into one.
    pub fn is_aggregate(&self) -> bool {
        matches!(self.kernel, Kernel::Aggregate(_))
    }

    /// Whether it has a meaning only as the condition of a join, and so in SQL alone.
    pub fn is_join_condition(&self) -> bool {
        matches!(self.kernel, Kernel::JoinCondition)
    }
}

/// What is given, or the fallback at the end of the list.
pub(crate) const fn first<T: Copy>(given: &[T]) -> T {
    given[0]
}

/// Declares a function: its doc comment is its documentation everywhere. The kernel is ordinary code outside.
macro_rules! function {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            $(family: $family:literal,)?
            $(aliases: $aliases:expr,)?
            python: $python:literal,
            args: $args:expr,
            returns: $returns:expr,
            kernel: $kernel:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[allow(non_upper_case_globals, reason = "named as in SQL")]
        pub static $name: $crate::catalog::Function = $crate::catalog::Function {
            name: stringify!($name),
            aliases: $crate::catalog::first(&[$($aliases,)? &[]]),
            family: $crate::catalog::first(&[$($family,)? "geo"]),
            python: $python,
            args: $args,
            returns: $returns,
            doc: concat!($($doc, "\n"),*),
            kernel: $kernel,
        };
    };
}
pub(crate) use function;
