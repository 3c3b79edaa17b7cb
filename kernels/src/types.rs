//! Types at plan time: which arguments a function accepts, and what its result is typed as, CRS included.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use geoarrow_schema::{Crs, Metadata};
use serde_json::Value;

use crate::catalog::{Default, Function, Kind, Returns};
use crate::error::{Cause, Error, Result};
use crate::geom::GeometryColumn;

const NAME: &str = "ARROW:extension:name";
const METADATA: &str = "ARROW:extension:metadata";

/// CRS and edges of a geometry field; the default where it has none.
pub fn metadata(field: &Field) -> std::result::Result<Metadata, Cause> {
    if field.extension_type_metadata().is_none_or(str::is_empty) {
        return Ok(Metadata::default());
    }
    Metadata::try_from(field).map_err(|e| format!("unreadable geometry metadata: {e}").into())
}

/// `EPSG:4326` and the like, where the CRS says so itself.
fn authority(crs: &Crs) -> Option<String> {
    match crs.crs_value()? {
        Value::String(code) => Some(code.to_uppercase()),
        Value::Object(projjson) => {
            let id = projjson.get("id")?;
            let code = match id.get("code")? {
                Value::String(code) => code.clone(),
                code => code.to_string(),
            };
            Some(format!("{}:{code}", id.get("authority")?.as_str()?).to_uppercase())
        }
        _ => None,
    }
}

/// The SRID that a CRS stands for: the number of an EPSG (or any numeric) code; 0 where it is unknown or has none.
pub fn srid(field: &Field) -> i64 {
    let code = metadata(field).ok().and_then(|m| authority(m.crs()));
    match code.as_deref() {
        Some("OGC:CRS84") => 4326,
        Some(code) => code.rsplit(':').next().and_then(|n| n.parse().ok()).unwrap_or(0),
        None => 0,
    }
}

/// How a person would name a CRS.
fn crs_name(crs: &Crs) -> String {
    let projjson_name = || crs.crs_value()?.get("name")?.as_str().map(str::to_owned);
    authority(crs).or_else(projjson_name).unwrap_or_else(|| "an unnamed CRS".into())
}

/// Whether two known CRS are one. Longitude and latitude on WGS 84 come under two codes, and GeoParquet and GeoArrow
/// store x = longitude in both.
fn same_crs(a: &Crs, b: &Crs) -> bool {
    let canonical = |code: String| if code == "OGC:CRS84" { "EPSG:4326".to_owned() } else { code };
    match (authority(a).map(canonical), authority(b).map(canonical)) {
        (Some(a), Some(b)) => a == b,
        _ => a.crs_value() == b.crs_value(),
    }
}

/// A nullable geometry field: BinaryView typed `geoarrow.wkb`.
pub fn geometry_field(name: &str, metadata: &Metadata) -> std::result::Result<Field, Cause> {
    let known = metadata.crs().crs_value().is_some() || metadata.edges().is_some();
    let text = if known { serde_json::to_string(metadata).map_err(|e| e.to_string())? } else { "{}".to_owned() };
    let extension = HashMap::from([(NAME.to_owned(), "geoarrow.wkb".to_owned()), (METADATA.to_owned(), text)]);
    Ok(Field::new(name, DataType::BinaryView, true).with_metadata(extension))
}

/// Whether a column holds text, dictionary-encoded or not.
fn is_text(t: &DataType) -> bool {
    match t {
        DataType::Dictionary(_, values) => is_text(values),
        t => matches!(t, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

fn check(kind: Kind, field: &Field) -> std::result::Result<(), Cause> {
    let t = field.data_type();
    let (fits, wanted) = match kind {
        Kind::Geometry => return GeometryColumn::check(field),
        Kind::Float => (t.is_numeric(), "a number"),
        Kind::Integer => (t.is_integer(), "a whole number"),
        Kind::Text => (is_text(t), "text"),
        Kind::Boolean => (t == &DataType::Boolean, "true or false"),
        Kind::Binary => (matches!(t, DataType::Binary | DataType::LargeBinary | DataType::BinaryView), "binary (WKB)"),
    };
    if fits || t.is_null() {
        return Ok(());
    }
    Err(format!("expected {wanted}, got {}", crate::geom::short_name(t)).into())
}

impl Function {
    fn fail<T>(&self, cause: impl Into<Cause>) -> Result<T> {
        Err(Error { function: self.name, row: None, cause: cause.into() })
    }

    /// Checks a call against the declaration and types its result. `constants` holds the one value of each argument
    /// that the planner knows already.
    pub fn return_field(&self, fields: &[FieldRef], constants: &[Option<ArrayRef>]) -> Result<Field> {
        if fields.len() < self.required() || fields.len() > self.args.len() {
            let (least, most) = (self.required(), self.args.len());
            let range = if least == most { most.to_string() } else { format!("{least} to {most}") };
            return self.fail(format!("takes {range} arguments, got {}", fields.len()));
        }
        let mut shared: Option<(Metadata, &str)> = None;
        for (arg, field) in self.args.iter().zip(fields) {
            let numbered = |cause| format!("argument {}: {cause}", arg.name);
            // FALSE for a distance is none, as another engine's st_knn has it; the planner looks at the value.
            let unlimited =
                self.is_join_condition() && arg.kind == Kind::Float && field.data_type() == &DataType::Boolean;
            if unlimited {
                continue;
            }
            check(arg.kind, field).or_else(|cause| self.fail(numbered(cause)))?;
            if arg.kind != Kind::Geometry {
                continue;
            }
            let own = metadata(field).or_else(|cause| self.fail(numbered(cause)))?;
            match &shared {
                _ if own.crs().crs_value().is_none() => {}
                Some((first, name)) if !same_crs(first.crs(), own.crs()) => {
                    return self.fail(format!(
                        "different CRS: {} is in {}, {} in {}; bring them into one CRS first, or declare one with st_setsrid",
                        name,
                        crs_name(first.crs()),
                        arg.name,
                        crs_name(own.crs())
                    ));
                }
                Some(_) => {}
                None => shared = Some((own, arg.name)),
            }
        }
        let out = match self.returns {
            Returns::Geometry => geometry_field(self.name, &shared.map(|s| s.0).unwrap_or_default()),
            Returns::GeometryInSrid(name) => {
                let srid = self.constant_integer(name, fields, constants)?;
                let crs = if srid == 0 { Crs::default() } else { Crs::from_authority_code(format!("EPSG:{srid}")) };
                geometry_field(self.name, &Metadata::new(crs, None))
            }
            Returns::BooleanWith(name) if self.args.iter().take(fields.len()).any(|arg| arg.name == name) => {
                Ok(Field::new(self.name, DataType::Boolean, true))
            }
            plain => Ok(Field::new(self.name, plain.data_type(), true)),
        };
        out.or_else(|cause| self.fail(cause))
    }

    fn constant_integer(&self, name: &str, fields: &[FieldRef], constants: &[Option<ArrayRef>]) -> Result<i64> {
        let at = self.args.iter().position(|a| a.name == name).unwrap_or(self.args.len());
        if at >= fields.len() {
            return Ok(match self.args.get(at).map(|arg| arg.default) {
                Some(Default::Integer(srid)) => srid,
                _ => 0,
            });
        }
        let Some(value) = constants.get(at).and_then(Option::as_ref) else {
            return self.fail(format!("argument {name} decides the type of the result: it must be a literal"));
        };
        let value = arrow::compute::cast(value, &DataType::Int64).or_else(|e| self.fail(e))?;
        if value.len() != 1 || value.is_null(0) {
            return Ok(0);
        }
        let srid = value.as_primitive::<Int64Type>().value(0);
        match srid {
            0..=999_999 => Ok(srid),
            _ => self.fail(format!("{name} {srid} is not an EPSG code (0 to 999999)")),
        }
    }
}

#[cfg(test)]
#[path = "types_tests.rs"]
mod tests;
