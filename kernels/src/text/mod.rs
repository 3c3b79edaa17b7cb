//! Text formats: WKT and GeoJSON, read into WKB and written from borrowed geometries.

mod geojson_reader;
mod geojson_writer;
mod number;
mod scanner;
mod wkt_reader;
mod wkt_writer;

#[cfg(test)]
mod geojson_tests;
#[cfg(test)]
mod wkt_tests;

pub use geojson_reader::read_geojson;
pub use geojson_writer::write_geojson;
pub use wkt_reader::read_wkt;
pub use wkt_writer::write_wkt;

use smallvec::SmallVec;

use crate::geom::{Coords, Dims, WkbWriter, geometry_code};

/// Digits after the point, from an argument of a function; a negative number means none, as in PostGIS.
pub fn decimals(argument: i64) -> u32 {
    u32::try_from(argument.max(0)).unwrap_or(u32::MAX)
}

/// WKB code of a type by its name in any case.
fn type_code(name: &str) -> Option<u32> {
    let upper: SmallVec<[u8; 24]> = name.bytes().map(|b| b.to_ascii_uppercase()).collect();
    geometry_code(std::str::from_utf8(&upper).ok()?)
}

/// The ordinates of an empty point.
fn no_ordinates(out: &mut WkbWriter, dims: Dims) {
    (0..dims.size()).for_each(|_| out.f64(f64::NAN));
}

/// The coordinates that were just written: their count stands at `at`.
fn written(out: &WkbWriter, at: usize, count: usize, dims: Dims) -> Coords<'_> {
    Coords::wkb(&out.bytes()[at + 4..], dims.size() * 8, false, count, dims)
}

/// Writes `len` items between brackets, with commas.
fn bracketed(out: &mut String, [open, close]: [char; 2], len: usize, mut item: impl FnMut(usize, &mut String)) {
    out.push(open);
    for i in 0..len {
        if i > 0 {
            out.push(',');
        }
        item(i, out);
    }
    out.push(close);
}
