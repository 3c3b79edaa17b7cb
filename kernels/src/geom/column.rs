//! A geometry column of any layout, read in place.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, LargeBinaryArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};

use super::bounds::{Extent, Reach};
use super::native::{Native, NativeColumn};
use super::wkb::{fold_wkb, has_srid, plain_point};
use super::{Coords, Geom, Rect, Role, Xy, parse_wkb};
use crate::error::Cause;

#[derive(Debug)]
pub(super) enum Storage {
    Binary(BinaryArray),
    LargeBinary(LargeBinaryArray),
    BinaryView(BinaryViewArray),
    Native(NativeColumn),
    /// A column of the Null type.
    Null,
}

/// A geometry column.
#[derive(Debug)]
pub struct GeometryColumn {
    pub(super) storage: Storage,
    nulls: Option<NullBuffer>,
    len: usize,
}

impl GeometryColumn {
    /// Whether a column of this type and metadata holds geometry, and if so, in which native encoding (`None`: WKB).
    fn classify(field: &Field) -> Result<Option<Native>, Cause> {
        let extension = field.extension_type_name();
        if let Some(native) = extension.and_then(Native::from_name) {
            return Ok(Some(native));
        }
        match field.data_type() {
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null => Ok(None),
            // An engine may have dropped the metadata; these two layouts speak for themselves.
            DataType::Struct(fields) if fields.find("x").is_some() && fields.find("y").is_some() => {
                Ok(Some(Native::Point))
            }
            DataType::Struct(fields) if fields.find("xmin").is_some() && fields.find("ymax").is_some() => {
                Ok(Some(Native::Box))
            }
            other => Err(format!(
                "expected geometry (WKB in a binary column, or native GeoArrow with its metadata), got {}{}",
                short_name(other),
                hint(other)
            )
            .into()),
        }
    }

    /// Refuses a field that cannot hold geometry, in words that say what is wanted.
    pub fn check(field: &Field) -> Result<(), Cause> {
        Self::classify(field).map(|_| ())
    }

    /// Reads `array`, whose type and metadata are those of `field`.
    pub fn try_new(array: &ArrayRef, field: &Field) -> Result<Self, Cause> {
        let storage = match Self::classify(field)? {
            Some(native) if !array.data_type().is_null() => Storage::Native(NativeColumn::try_new(native, array)?),
            _ => match array.data_type() {
                DataType::Binary => Storage::Binary(array.as_binary::<i32>().clone()),
                DataType::LargeBinary => Storage::LargeBinary(array.as_binary::<i64>().clone()),
                DataType::BinaryView => Storage::BinaryView(array.as_binary_view().clone()),
                DataType::Null => Storage::Null,
                other => return Err(format!("expected a binary column, got {}", short_name(other)).into()),
            },
        };
        let nulls = match &storage {
            Storage::Native(native) => native.nulls.clone(),
            Storage::Null => Some(NullBuffer::new_null(array.len())),
            _ => array.nulls().cloned(),
        };
        Ok(Self { storage, nulls, len: array.len() })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Which rows are null.
    pub fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    /// Whether row `i` is null.
    #[inline]
    pub fn is_null(&self, i: usize) -> bool {
        self.nulls.as_ref().is_some_and(|n| n.is_null(i))
    }

    /// The WKB of row `i` as it is stored; `None` in a native column. The row must not be null.
    #[inline]
    pub fn wkb(&self, i: usize) -> Option<&[u8]> {
        match &self.storage {
            Storage::Binary(a) => Some(a.value(i)),
            Storage::LargeBinary(a) => Some(a.value(i)),
            Storage::BinaryView(a) => Some(a.value(i)),
            Storage::Native(_) | Storage::Null => None,
        }
    }

    /// Whether rows are stored as WKB.
    pub fn has_wkb(&self) -> bool {
        !matches!(self.storage, Storage::Native(_) | Storage::Null)
    }

    /// Row `i`; `None` if null.
    #[inline]
    pub fn get(&self, i: usize) -> Result<Option<Geom<'_>>, Cause> {
        if self.is_null(i) {
            return Ok(None);
        }
        match (&self.storage, self.wkb(i)) {
            (_, Some(bytes)) => parse_wkb(bytes).map(Some),
            (Storage::Native(native), _) => native.row(i).map(Some),
            _ => Ok(None),
        }
    }

    /// The position in row `i` where it is a plain point, read in place without building anything; `None` says only
    /// that it is none: null, empty, another type, or a point in a rarer encoding.
    #[inline]
    pub fn plain_point(&self, i: usize) -> Option<Xy> {
        if self.is_null(i) {
            return None;
        }
        match &self.storage {
            Storage::Native(native) => native.plain_point(i),
            _ => plain_point(self.wkb(i)?),
        }
    }

    /// Folds the coordinate sequences of row `i` into one value; `None` if null.
    #[inline]
    pub fn fold<T: Copy>(&self, i: usize, start: T, f: impl Fn(T, Role, &Coords) -> T) -> Result<Option<T>, Cause> {
        if self.is_null(i) {
            return Ok(None);
        }
        match (&self.storage, self.wkb(i)) {
            (_, Some(bytes)) => fold_wkb(bytes, start, f).map(Some),
            (Storage::Native(native), _) => native.fold(i, start, f).map(Some),
            _ => Ok(None),
        }
    }

    /// `Geom::extent` of row `i`, read in place; `None` says only that the row itself must be looked at: it is null or
    /// malformed, or has an SRID of its own.
    #[inline]
    pub fn extent(&self, i: usize) -> Option<Extent> {
        if self.wkb(i).is_some_and(has_srid) {
            return None;
        }
        let reach = self.fold(i, Reach::NOTHING, Reach::widen).ok()??;
        Some(reach.within(f64::MAX))
    }

    /// The box around row `i`; `None` if null or empty.
    #[inline]
    pub fn bounds(&self, i: usize) -> Result<Option<Rect>, Cause> {
        match self.plain_point(i) {
            Some(p) => Ok(Rect::of_point(p)),
            None => Ok(self.fold(i, Rect::NOTHING, Rect::widen)?.and_then(Rect::some)),
        }
    }
}

/// A type as a person would name it: nested types in full would fill the screen.
pub(crate) fn short_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Struct(fields) => {
            let names: Vec<&str> = fields.iter().map(|f| f.name().as_str()).collect();
            format!("Struct({})", names.join(", "))
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "List".into(),
        other => other.to_string(),
    }
}

fn hint(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            "; text is never read as geometry by itself: wrap it in st_geomfromtext (Polars: .geo.from_wkt())"
        }
        DataType::List(_) => "; a bare List has no geometry type: keep its geoarrow.* extension metadata",
        _ => "",
    }
}

#[cfg(test)]
#[path = "column_tests.rs"]
mod tests;
