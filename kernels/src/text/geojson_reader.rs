//! Reading GeoJSON geometry objects (RFC 7946) straight into WKB. The members of an object come in any order, so a
//! first look at it checks that it is JSON and finds them; no tree is built.

use std::borrow::Cow;

use super::scanner::{Parsed, Scanner};
use super::{no_ordinates, type_code, written};
use crate::geom::{Coords, Dims, WkbWriter, check_path, check_ring};

/// Arrays and objects nested deeper than this are refused.
const MAX_NESTING: usize = 128;

/// Reads one geometry object into a column whose CRS is `EPSG:<srid>`, or unknown where that is 0. The object's own
/// CRS, a member of the format before RFC 7946, must not contradict it.
pub fn read_geojson(text: &str, srid: i64, out: &mut WkbWriter) -> Parsed<()> {
    let mut json = Json { scan: Scanner::new(text), has_z: false };
    let object = json.object()?;
    json.scan.expect_end()?;
    if let Some(at) = object.crs {
        match json.epsg_code(at)? {
            Some(own) if srid == 0 => out.set_srid(own),
            Some(own) if i64::from(own) != srid => {
                let cause = format!("the object is in EPSG:{own}, not in EPSG:{srid}: give its srid");
                return json.scan.wrong(at, cause.into());
            }
            _ => {}
        }
    }
    let dims = Dims::new(json.has_z, false);
    json.geometry(object, dims, out)
}

/// Whether a token is a number as JSON writes them.
fn is_number(token: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    is_digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|e| is_digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// Where the values of a geometry object's members begin.
struct Object<'t> {
    start: usize,
    name: Option<Cow<'t, str>>,
    coordinates: Option<usize>,
    geometries: Option<usize>,
    crs: Option<usize>,
}

struct Json<'t> {
    scan: Scanner<'t>,
    /// Whether a position that was looked at has a third ordinate; then all get one, as in PostGIS.
    has_z: bool,
}

impl<'t> Json<'t> {
    /// Looks at an object and passes it.
    fn object(&mut self) -> Parsed<Object<'t>> {
        if self.scan.peek() != Some(b'{') {
            return self.scan.fail("a geometry object");
        }
        let mut found = Object { start: self.scan.at, name: None, coordinates: None, geometries: None, crs: None };
        self.members(|me, key| {
            let next = me.scan.peek();
            let at = Some(me.scan.at);
            match key {
                "type" if next == Some(b'"') => {
                    found.name = Some(me.string()?);
                    return Ok(());
                }
                "coordinates" => found.coordinates = at,
                "geometries" => found.geometries = at,
                "crs" => found.crs = at,
                _ => {}
            }
            me.pass(1, is_spatial(key))
        })?;
        Ok(found)
    }

    /// Passes any value, checking that it is JSON; looks for a third ordinate where it is of a geometry.
    fn pass(&mut self, depth: usize, spatial: bool) -> Parsed<()> {
        if depth > MAX_NESTING {
            return self.scan.wrong(self.scan.at, format!("nested more than {MAX_NESTING} deep").into());
        }
        match self.scan.peek() {
            Some(b'{') => self.members(|me, key| me.pass(depth + 1, spatial && is_spatial(key))),
            Some(b'[') => {
                let mut numbers = 0;
                self.items(|me| {
                    numbers += usize::from(matches!(me.scan.peek(), Some(b'-' | b'0'..=b'9')));
                    me.pass(depth + 1, spatial)
                })?;
                self.has_z |= spatial && numbers > 2;
                Ok(())
            }
            Some(b'"') => self.string().map(|_| ()),
            _ => {
                let token = self.scan.token();
                if !(matches!(token, "true" | "false" | "null") || is_number(token)) {
                    return self.scan.fail("a JSON value");
                }
                self.scan.at += token.len();
                Ok(())
            }
        }
    }

    fn members(&mut self, mut member: impl FnMut(&mut Self, &str) -> Parsed<()>) -> Parsed<()> {
        self.scan.expect(b'{')?;
        if self.scan.peek() == Some(b'}') {
            self.scan.at += 1;
            return Ok(());
        }
        loop {
            let key = self.string()?;
            self.scan.expect(b':')?;
            member(self, &key)?;
            if !self.scan.goes_on(b'}')? {
                return Ok(());
            }
        }
    }

    /// Passes an array item by item, and counts them.
    fn items(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<usize> {
        self.scan.expect(b'[')?;
        if self.scan.peek() == Some(b']') {
            self.scan.at += 1;
            return Ok(0);
        }
        let mut count = 1;
        item(self)?;
        while self.scan.goes_on(b']')? {
            item(self)?;
            count += 1;
        }
        Ok(count)
    }

    fn string(&mut self) -> Parsed<Cow<'t, str>> {
        self.scan.expect(b'"')?;
        let start = self.scan.at;
        let (mut escaped, mut escapes) = (false, false);
        let rest = &self.scan.text[start..];
        let Some(len) = rest.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            escapes |= escaped;
            ends || byte < b' '
        }) else {
            return self.scan.wrong(start, "a string does not end".into());
        };
        self.scan.at += len;
        self.scan.expect(b'"')?;
        if !escapes {
            return Ok(Cow::Borrowed(&rest[..len]));
        }
        let quoted = &self.scan.text[start - 1..self.scan.at];
        serde_json::from_str(quoted).map(Cow::Owned).or_else(|e| self.scan.wrong(start, format!("{e}").into()))
    }

    /// EPSG code in the `crs` member at `at`: `EPSG:3857` or `urn:ogc:def:crs:EPSG::3857`.
    fn epsg_code(&mut self, at: usize) -> Parsed<Option<i32>> {
        let mut code = None;
        let mut properties = None;
        self.scan.at = at;
        if self.scan.peek() == Some(b'{') {
            self.members(|me, key| {
                let is_object = me.scan.peek() == Some(b'{');
                if key == "properties" && is_object {
                    properties = Some(me.scan.at);
                }
                me.pass(1, false)
            })?;
        }
        if let Some(at) = properties {
            self.scan.at = at;
            self.members(|me, key| {
                if key != "name" || me.scan.peek() != Some(b'"') {
                    return me.pass(1, false);
                }
                let name = me.string()?;
                code = match name.rsplit(':').next() {
                    Some("CRS84") => Some(4326),
                    last => last.and_then(|code| code.parse().ok()).filter(|code| *code > 0),
                };
                Ok(())
            })?;
        }
        Ok(code)
    }

    /// Writes an object that was looked at; does not come back to its end.
    fn geometry(&mut self, object: Object, dims: Dims, out: &mut WkbWriter) -> Parsed<()> {
        let Some(name) = object.name else {
            return self.scan.wrong(object.start, "expected a geometry object, but it has no \"type\"".into());
        };
        let Some(code) = type_code(&name) else {
            let hint = if name == "Feature" { ": take its \"geometry\" member" } else { "" };
            let cause = format!("expected a geometry object, got type \"{name}\"{hint}");
            return self.scan.wrong(object.start, cause.into());
        };
        let (member, at) =
            if code == 7 { ("geometries", object.geometries) } else { ("coordinates", object.coordinates) };
        let Some(at) = at else {
            return self.scan.wrong(object.start, format!("a {name} needs \"{member}\"").into());
        };
        self.scan.at = at;
        out.header(code, dims);
        match code {
            1 => self.point(dims, out),
            2 => self.sequence(dims, out, check_path),
            3 => self.polygon(dims, out),
            4 => self.list(out, |me, out| {
                out.header(1, dims);
                me.point(dims, out)
            }),
            5 => self.list(out, |me, out| {
                out.header(2, dims);
                me.sequence(dims, out, check_path)
            }),
            6 => self.list(out, |me, out| {
                out.header(3, dims);
                me.polygon(dims, out)
            }),
            _ => self.list(out, |me, out| {
                let object = me.object()?;
                let end = me.scan.at;
                me.geometry(object, dims, out)?;
                me.scan.at = end;
                Ok(())
            }),
        }
    }

    /// Writes a count and as many items.
    fn list(
        &mut self,
        out: &mut WkbWriter,
        mut item: impl FnMut(&mut Self, &mut WkbWriter) -> Parsed<()>,
    ) -> Parsed<()> {
        let at = out.position();
        out.count(0);
        let count = self.items(|me| item(me, out))?;
        out.patch_count(at, count);
        Ok(())
    }

    /// As PostGIS: without a shell there are no holes, and empty holes are left out.
    fn polygon(&mut self, dims: Dims, out: &mut WkbWriter) -> Parsed<()> {
        let at = out.position();
        out.count(0);
        let (mut kept, mut hollow) = (0, false);
        self.items(|me| {
            if me.eat_empty() {
                hollow |= kept == 0;
                Ok(())
            } else if hollow {
                me.pass(1, false)
            } else {
                kept += 1;
                me.sequence(dims, out, check_ring)
            }
        })?;
        out.patch_count(at, kept);
        Ok(())
    }

    fn sequence(&mut self, dims: Dims, out: &mut WkbWriter, check: fn(&Coords) -> Parsed<()>) -> Parsed<()> {
        self.scan.peek();
        let (start, at) = (self.scan.at, out.position());
        let mut count = 0;
        self.list(out, |me, out| {
            count += 1;
            me.position(dims, out)
        })?;
        check(&written(out, at, count, dims)).or_else(|cause| self.scan.wrong(start, cause))
    }

    fn point(&mut self, dims: Dims, out: &mut WkbWriter) -> Parsed<()> {
        if self.eat_empty() {
            no_ordinates(out, dims);
            return Ok(());
        }
        self.position(dims, out)
    }

    /// Passes an empty array, if one comes next.
    fn eat_empty(&mut self) -> bool {
        let mut ahead = self.scan;
        let empty = ahead.expect(b'[').is_ok() && ahead.expect(b']').is_ok();
        if empty {
            self.scan = ahead;
        }
        empty
    }

    /// Ordinates behind the third have no meaning in the format and are dropped; a z that is left out is 0.
    fn position(&mut self, dims: Dims, out: &mut WkbWriter) -> Parsed<()> {
        self.scan.peek();
        let (start, mut count) = (self.scan.at, 0);
        self.items(|me| {
            let token = me.scan.token();
            let value = if is_number(token) { token.parse().ok().filter(|n: &f64| n.is_finite()) } else { None };
            let Some(value) = value else { return me.scan.fail("a number") };
            if count < dims.size() {
                out.f64(value);
            }
            count += 1;
            me.scan.at += token.len();
            Ok(())
        })?;
        if count < 2 {
            return self.scan.wrong(start, format!("a position needs at least 2 numbers, got {count}").into());
        }
        (count..dims.size()).for_each(|_| out.f64(0.0));
        Ok(())
    }
}

/// Whether positions are found under this member.
fn is_spatial(key: &str) -> bool {
    matches!(key, "coordinates" | "geometries")
}
