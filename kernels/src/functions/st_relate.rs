use arrow::array::ArrayRef;

use crate::call::{Call, Reader, Row};
use crate::catalog::{Default, Kernel, Returns, function, geometry, text};
use crate::error::Result;
use crate::relation::{Pairs, Pattern, Relater, Whole};

function! {
    /// The DE-9IM matrix of two geometries, or whether it matches a pattern.
    ///
    /// The matrix is nine characters: the dimension of what the interior, boundary and exterior of `a` (row by row) have
    /// in common with the interior, boundary and exterior of `b`: `0` points, `1` lines, `2` areas, `F` nothing. The
    /// boundary of lines follows the mod-2 rule: ends of an odd number of lines.
    ///
    /// # Arguments
    ///
    /// - `a`: any geometry.
    /// - `b`: any geometry.
    /// - `pattern`: nine characters, one for each cell of the matrix: `T` anything but `F`, `*` anything at all, or the
    ///   very dimension (`0`, `1`, `2`, `F`). Where it is given, the result is true or false.
    ///
    /// # Units
    ///
    /// None: coordinates are compared exactly as stored, without tolerance.
    ///
    /// # Nulls and empties
    ///
    /// Null where an argument is null. The interior and the boundary of an empty geometry have nothing in common with
    /// anything: two empty geometries give `FFFFFFFF2`. A geometry with a coordinate that is no finite number counts as
    /// empty.
    ///
    /// # Errors
    ///
    /// A pattern that is not nine of the characters `012TF*`; malformed WKB; SRIDs, or CRS, that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT st_relate(st_makeenvelope(0, 0, 2, 2), st_makeenvelope(1, 1, 3, 3))
    /// -- 212101212
    /// ```
    ///
    /// ```python
    /// pl.select(geoplug.point(0, 0).geo.relate(geoplug.from_wkt("LINESTRING(0 0, 1 1)"), "F0FFFFTTT")).item()
    /// # True
    /// ```
    st_relate {
        python: "relate",
        args: &[geometry("a"), geometry("b"), text("pattern").or(Default::Absent)],
        returns: Returns::BooleanWith("pattern"),
        kernel: Kernel::Scalar(kernel),
    }
}

fn kernel(call: &Call) -> Result<ArrayRef> {
    let pairs = Pairs::new(call)?;
    let mut relater = Relater::default();
    if call.args() < 3 {
        return call.map_rows(|row| pairs.row(row, |pair| Ok(Some(relater.relate(&Whole, &pair).to_string()))));
    }
    let patterns = call.text(2)?;
    let mut last: Option<(String, Pattern)> = None;
    call.map_rows(|row| {
        let Some(text) = patterns.read(row)? else { return Ok(None) };
        let pattern = match &last {
            Some((known, pattern)) if known == text => *pattern,
            _ => last.insert((text.to_owned(), parse(text)?)).1,
        };
        pairs.row(row, |pair| -> Row<bool> { Ok(Some(relater.relate(&pattern, &pair))) })
    })
}

fn parse(text: &str) -> std::result::Result<Pattern, crate::error::Cause> {
    Pattern::parse(text)
        .ok_or_else(|| format!("pattern must be nine of the characters 0, 1, 2, T, F and *, got '{text}'").into())
}
