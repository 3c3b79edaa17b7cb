//! Reading WKT and EWKT straight into WKB, in one pass and without a tree between.

use super::scanner::{Parsed, Scanner};
use super::{no_ordinates, type_code, written};
use crate::geom::{Coords, Dims, MAX_DEPTH, WkbWriter, check_path, check_ring};

/// Largest SRID of PostGIS.
const MAX_SRID: i64 = 999_999;

/// Reads one geometry. An `SRID=...;` before it becomes the SRID of the row, unless the call gives one (not 0), which
/// is in the type of the column.
pub fn read_wkt(text: &str, srid: i64, out: &mut WkbWriter) -> Parsed<()> {
    let mut wkt = Wkt(Scanner::new(text));
    let own = wkt.srid()?;
    if srid == 0 {
        out.set_srid(own);
    }
    wkt.geometry(out, 0, None)?;
    wkt.0.expect_end()
}

/// What a type name, or a word of its own after it, says about the ordinates.
fn tag(word: &str) -> Option<Dims> {
    match word.len() {
        1 if word.eq_ignore_ascii_case("Z") => Some(Dims::Xyz),
        1 if word.eq_ignore_ascii_case("M") => Some(Dims::Xym),
        2 if word.eq_ignore_ascii_case("ZM") => Some(Dims::Xyzm),
        _ => None,
    }
}

/// WKB code of a type, and the tag that may be glued to its name: `POINTZ`. No name ends in Z or M itself.
fn tagged_type(word: &str) -> Option<(u32, Option<Dims>)> {
    let name = word.trim_end_matches(['Z', 'z', 'M', 'm']);
    let glued = &word[name.len()..];
    let dims = tag(glued);
    if dims.is_none() && !glued.is_empty() {
        return None;
    }
    type_code(name).map(|code| (code, dims))
}

/// Whether a token is meant as a number: infinity is not one, as in PostGIS, and a plus sign does not begin one.
fn number(token: &str) -> Option<f64> {
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    match unsigned.as_bytes().first()? {
        b'0'..=b'9' | b'.' => token.parse().ok(),
        _ => token.eq_ignore_ascii_case("NaN").then_some(f64::NAN),
    }
}

/// Ordinates of the first coordinate, or of the first tag before it, in the geometry that begins here.
fn dims_ahead(mut scan: Scanner) -> Option<Dims> {
    let mut open = 0_usize;
    loop {
        match scan.peek()? {
            b'(' => open += 1,
            b')' => open = open.checked_sub(1)?,
            b',' => {}
            _ => {
                let token = scan.token();
                if number(token).is_some() {
                    return Some(count_ordinates(scan));
                }
                let dims = tag(token).or_else(|| tagged_type(token)?.1);
                if dims.is_some() || token.is_empty() {
                    return dims;
                }
                // The loop passes one byte more.
                scan.at += token.len() - 1;
            }
        }
        scan.at += 1;
        if open == 0 {
            return None;
        }
    }
}

fn count_ordinates(mut scan: Scanner) -> Dims {
    let mut count = 0;
    while count < 4 && number(scan.token()).is_some() {
        scan.at += scan.token().len();
        count += 1;
    }
    Dims::new(count > 2, count > 3)
}

struct Wkt<'t>(Scanner<'t>);

impl Wkt<'_> {
    /// Passes a word, if it comes next.
    fn eat(&mut self, word: &str) -> bool {
        let token = self.0.token();
        let found = token.eq_ignore_ascii_case(word);
        if found {
            self.0.at += token.len();
        }
        found
    }

    /// The SRID of EWKT, 0 where there is none; a negative one means unknown, as in PostGIS.
    fn srid(&mut self) -> Parsed<i32> {
        if !self.eat("SRID") {
            return Ok(0);
        }
        self.0.expect(b'=')?;
        let token = self.0.token();
        let Some(srid) = token.parse::<i64>().ok().filter(|srid| *srid <= MAX_SRID) else {
            return self.0.fail(&format!("an SRID of at most {MAX_SRID}"));
        };
        self.0.at += token.len();
        self.0.expect(b';')?;
        Ok(srid.max(0) as i32)
    }

    /// A geometry with its name. `parent` has the ordinates of the collection it is in.
    fn geometry(&mut self, out: &mut WkbWriter, depth: usize, parent: Option<Dims>) -> Parsed<()> {
        let token = self.0.token();
        let start = self.0.at;
        if depth > MAX_DEPTH {
            return self.0.wrong(start, format!("collections are nested more than {MAX_DEPTH} deep").into());
        }
        let Some((code, glued)) = tagged_type(token) else {
            return self.0.fail("a geometry type such as POINT");
        };
        self.0.at += token.len();
        let dims = self.dims(code, glued, parent);
        if parent.is_some_and(|parent| parent != dims) {
            return self.0.wrong(start, "a collection cannot mix XY, Z, M and ZM".into());
        }
        out.header(code, dims);
        match code {
            1 => self.point(out, dims),
            2 => self.path(out, dims),
            3 => self.rings(out, dims),
            4 => self.list(out, |me, out| me.multi_point_member(out, dims)),
            5 => self.list(out, |me, out| {
                out.header(2, dims);
                me.path(out, dims)
            }),
            6 => self.list(out, |me, out| {
                out.header(3, dims);
                me.rings(out, dims)
            }),
            _ => self.list(out, |me, out| me.geometry(out, depth + 1, Some(dims))),
        }
    }

    /// Ordinates of a geometry: as tagged, or as its first coordinate has them, or as in the collection around it. A
    /// collection in another asks that one first, so that no text is looked through once for each level.
    fn dims(&mut self, code: u32, glued: Option<Dims>, parent: Option<Dims>) -> Dims {
        if let Some(dims) = glued {
            return dims;
        }
        let token = self.0.token();
        if let Some(dims) = tag(token) {
            self.0.at += token.len();
            return dims;
        }
        let nested = if code == 7 { parent } else { None };
        nested.or_else(|| dims_ahead(self.0)).or(parent).unwrap_or_default()
    }

    /// Writes a count and as many items; none for `EMPTY`.
    fn list(
        &mut self,
        out: &mut WkbWriter,
        mut item: impl FnMut(&mut Self, &mut WkbWriter) -> Parsed<()>,
    ) -> Parsed<()> {
        let at = out.position();
        out.count(0);
        if self.eat("EMPTY") {
            return Ok(());
        }
        let mut count = 1;
        self.0.expect(b'(')?;
        item(self, out)?;
        while self.0.goes_on(b')')? {
            item(self, out)?;
            count += 1;
        }
        out.patch_count(at, count);
        Ok(())
    }

    fn rings(&mut self, out: &mut WkbWriter, dims: Dims) -> Parsed<()> {
        self.list(out, |me, out| me.sequence(out, dims, check_ring))
    }

    fn path(&mut self, out: &mut WkbWriter, dims: Dims) -> Parsed<()> {
        self.sequence(out, dims, check_path)
    }

    fn sequence(&mut self, out: &mut WkbWriter, dims: Dims, check: fn(&Coords) -> Parsed<()>) -> Parsed<()> {
        self.0.peek();
        let (start, at) = (self.0.at, out.position());
        let mut count = 0;
        self.list(out, |me, out| {
            count += 1;
            me.coordinate(out, dims)
        })?;
        check(&written(out, at, count, dims)).or_else(|cause| self.0.wrong(start, cause))
    }

    /// The body of a point.
    fn point(&mut self, out: &mut WkbWriter, dims: Dims) -> Parsed<()> {
        if self.eat("EMPTY") {
            no_ordinates(out, dims);
            return Ok(());
        }
        self.0.expect(b'(')?;
        self.coordinate(out, dims)?;
        self.0.expect(b')')
    }

    /// A point in a multipoint may leave out its parentheses.
    fn multi_point_member(&mut self, out: &mut WkbWriter, dims: Dims) -> Parsed<()> {
        out.header(1, dims);
        match self.0.peek() {
            Some(b'(' | b'E' | b'e') => self.point(out, dims),
            _ => self.coordinate(out, dims),
        }
    }

    fn coordinate(&mut self, out: &mut WkbWriter, dims: Dims) -> Parsed<()> {
        for _ in 0..dims.size() {
            let token = self.0.token();
            let Some(value) = number(token) else { return self.0.fail("a number") };
            self.0.at += token.len();
            out.f64(value);
        }
        Ok(())
    }
}
