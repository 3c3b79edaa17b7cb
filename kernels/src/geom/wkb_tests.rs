#![allow(clippy::unwrap_used, reason = "tests")]

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;
use crate::geom::WkbWriter;
use crate::text::write_wkt;

/// How a value is written: everything that readers must cope with.
#[derive(Debug, Clone, Copy)]
struct Flavour {
    big_endian: bool,
    dims: Dims,
    /// Flag bits for z and m rather than ISO codes.
    flags: bool,
    srid: Option<u32>,
}

fn flavours() -> Vec<Flavour> {
    let mut all = Vec::new();
    for big_endian in [false, true] {
        for dims in [Dims::Xy, Dims::Xyz, Dims::Xym, Dims::Xyzm] {
            for (flags, srid) in [(false, None), (true, None), (true, Some(4326))] {
                all.push(Flavour { big_endian, dims, flags, srid });
            }
        }
    }
    all
}

impl Flavour {
    fn u32(self, out: &mut Vec<u8>, value: u32) {
        out.extend(if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    fn header(self, out: &mut Vec<u8>, code: u32) {
        let (z, m) = (u32::from(self.dims.has_z()), u32::from(self.dims.has_m()));
        out.push(u8::from(!self.big_endian));
        if self.flags {
            let srid = u32::from(self.srid.is_some());
            self.u32(out, code | z << 31 | m << 30 | srid << 29);
            self.srid.into_iter().for_each(|srid| self.u32(out, srid));
        } else {
            self.u32(out, code + 1000 * z + 2000 * m);
        }
    }

    fn coords(self, out: &mut Vec<u8>, coords: &[(f64, f64)]) {
        for (x, y) in coords {
            for value in [*x, *y, 7.0, 8.0].into_iter().take(self.dims.size()) {
                out.extend(if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() });
            }
        }
    }

    fn sequence(self, out: &mut Vec<u8>, coords: &[(f64, f64)]) {
        self.u32(out, coords.len() as u32);
        self.coords(out, coords);
    }

    /// A geometry of each type; those of several parts have two.
    fn value(self, code: u32) -> Vec<u8> {
        let mut out = Vec::new();
        self.header(&mut out, code);
        let member = Flavour { srid: None, ..self };
        let members: &[u32] = match code {
            4 => &[1, 1],
            5 => &[2, 2],
            6 => &[3, 3],
            7 => &[1, 6],
            _ => &[],
        };
        match code {
            1 => self.coords(&mut out, &[(1.0, 2.0)]),
            2 => self.sequence(&mut out, &[(0.0, 0.0), (3.0, 4.0)]),
            3 => {
                self.u32(&mut out, 2);
                self.sequence(&mut out, &[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]);
                self.sequence(&mut out, &[(2.0, 1.0), (3.0, 1.0), (3.0, 2.0), (2.0, 1.0)]);
            }
            _ => {
                self.u32(&mut out, members.len() as u32);
                members.iter().for_each(|code| out.extend(member.value(*code)));
            }
        }
        out
    }
}

fn wkt(geom: &Geom) -> String {
    let mut text = String::new();
    write_wkt(geom, 15, &mut text);
    text
}

fn cause(bytes: &[u8]) -> String {
    use_it(bytes);
    parse_wkb(bytes).map(|geom| wkt(&geom)).unwrap_err().to_string()
}

/// A header of little-endian XY.
fn plain(code: u32, rest: &[u32]) -> Vec<u8> {
    let flavour = Flavour { big_endian: false, dims: Dims::Xy, flags: false, srid: None };
    let mut out = Vec::new();
    flavour.header(&mut out, code);
    rest.iter().for_each(|value| flavour.u32(&mut out, *value));
    out
}

#[test]
fn reads_each_type_in_each_flavour_and_refuses_it_cut_off_anywhere() {
    for flavour in flavours() {
        for code in 1..=7 {
            let bytes = flavour.value(code);
            use_it(&bytes);
            let geom = parse_wkb(&bytes).unwrap();
            assert_eq!(geom.dims, flavour.dims, "{flavour:?} {code}");
            assert_eq!(geom.srid, flavour.srid.map_or(0, |s| s as i32), "{flavour:?} {code}");
            for len in 0..bytes.len() {
                assert!(parse_wkb(&bytes[..len]).is_err(), "{flavour:?} {code} cut at {len}");
                use_it(&bytes[..len]);
            }
            let mut writer = WkbWriter::default();
            writer.restart(geom.srid);
            writer.geom(&geom);
            assert_eq!(is_as_written(&bytes).unwrap(), writer.bytes() == bytes && geom.srid == 0, "{flavour:?} {code}");
            let again = parse_wkb(writer.bytes()).unwrap();
            assert_eq!((wkt(&again), again.srid), (wkt(&geom), geom.srid), "{flavour:?} {code}");
        }
    }
}

/// What the values above are, in the words of the standard.
#[test]
fn reads_what_is_there() {
    let xy = Flavour { big_endian: true, dims: Dims::Xy, flags: false, srid: None };
    let xyzm = Flavour { dims: Dims::Xyzm, ..xy };
    let polygon = "((0 0,9 0,9 9,0 0),(2 1,3 1,3 2,2 1))";
    assert_eq!(wkt(&parse_wkb(&xyzm.value(1)).unwrap()), "POINT ZM (1 2 7 8)");
    assert_eq!(wkt(&parse_wkb(&xy.value(2)).unwrap()), "LINESTRING(0 0,3 4)");
    assert_eq!(wkt(&parse_wkb(&xy.value(3)).unwrap()), format!("POLYGON{polygon}"));
    assert_eq!(wkt(&parse_wkb(&xy.value(4)).unwrap()), "MULTIPOINT((1 2),(1 2))");
    assert_eq!(wkt(&parse_wkb(&xy.value(5)).unwrap()), "MULTILINESTRING((0 0,3 4),(0 0,3 4))");
    assert_eq!(
        wkt(&parse_wkb(&xy.value(7)).unwrap()),
        format!("GEOMETRYCOLLECTION(POINT(1 2),MULTIPOLYGON({polygon},{polygon}))")
    );
}

#[test]
fn says_what_is_wrong() {
    assert_eq!(cause(&[]), "WKB ends too soon: 1 bytes missing after byte 0");
    assert_eq!(cause(&[1, 1]), "WKB ends too soon: 3 bytes missing after byte 2");
    assert_eq!(cause(&[2, 1, 0, 0, 0]), "not WKB: byte order mark 2 at byte 0, expected 0 or 1");
    assert_eq!(cause(&plain(99, &[0])), "unknown WKB geometry type 99");
    assert_eq!(cause(&plain(4001, &[0])), "unknown WKB geometry type 4001");
    assert!(cause(&plain(8, &[0])).starts_with("geometry type CIRCULARSTRING is not supported"));
    assert_eq!(
        cause(&[plain(4, &[1]), plain(2, &[0, 0, 0, 0])].concat()),
        "member of WKB type 2 in a multi-geometry of type 4"
    );
    let mut z = plain(4, &[1]);
    z.extend(Flavour { big_endian: false, dims: Dims::Xyz, flags: false, srid: None }.value(1));
    assert_eq!(cause(&z), "member with other dimensions than its multi-geometry");
}

#[test]
fn refuses_paths_and_rings_that_are_none() {
    let flavour = Flavour { big_endian: false, dims: Dims::Xy, flags: false, srid: None };
    let ring = |coords: &[(f64, f64)]| {
        let mut out = plain(3, &[1]);
        flavour.sequence(&mut out, coords);
        cause(&out)
    };
    let mut line = plain(2, &[]);
    flavour.sequence(&mut line, &[(0.0, 0.0)]);
    assert_eq!(cause(&line), "a line string has only 1 point: it needs none or at least 2");
    assert_eq!(
        ring(&[(0.0, 0.0), (1.0, 0.0), (0.0, 0.0)]),
        "a polygon ring has only 3 points: it needs none or at least 4"
    );
    assert_eq!(
        ring(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]),
        "a polygon ring is not closed: it begins at (0 0) and ends at (0 1)"
    );
}

/// Counts that the bytes cannot hold fail before anything is allocated for them.
#[test]
fn refuses_counts_that_cannot_be() {
    for code in 2..=7 {
        let bytes = plain(code, &[1 << 31, 0, 0, 0]);
        assert_eq!(bytes.len(), 21);
        let cause = cause(&bytes);
        assert!(cause.starts_with("WKB claims 2147483648 ") && cause.ends_with("only 12 bytes follow"), "{cause}");
    }
}

#[test]
fn bounds_the_nesting() {
    let nested = |depth: usize| [plain(7, &[1]).repeat(depth), plain(2, &[0])].concat();
    use_it(&nested(MAX_DEPTH));
    assert!(parse_wkb(&nested(MAX_DEPTH)).is_ok());
    for depth in [MAX_DEPTH + 1, 10_000] {
        assert_eq!(cause(&nested(depth)), "collections are nested more than 200 deep");
    }
}

#[test]
fn bytes_behind_the_geometry_are_ignored() {
    let bytes = [plain(2, &[0]), vec![0xff; 9]].concat();
    assert_eq!(wkt(&parse_wkb(&bytes).unwrap()), "LINESTRING EMPTY");
    assert!(!is_as_written(&bytes).unwrap());
}

/// Coordinate sequences one behind the other, in text.
fn sequences(bytes: &[u8]) -> Parsed<String> {
    let text = RefCell::new(String::new());
    fold_wkb(bytes, (), |(), role, coords| text.borrow_mut().push_str(&sequence(role, coords)))?;
    Ok(text.into_inner())
}

fn sequence(role: Role, coords: &Coords) -> String {
    format!("{role:?}{:?}", coords.iter().collect::<Vec<_>>())
}

/// Everything that kernels do with a value that was accepted; one that is refused is refused in the same words by both
/// readers.
fn use_it(bytes: &[u8]) {
    let folded = sequences(bytes);
    let geom = match parse_wkb(bytes) {
        Ok(geom) => geom,
        Err(cause) => {
            assert_eq!(is_as_written(bytes).unwrap_err(), cause);
            return assert_eq!(folded.unwrap_err(), cause);
        }
    };
    let mut listed = String::new();
    geom.each_sequence(&mut |role, coords| listed.push_str(&sequence(role, coords)));
    assert_eq!(folded.unwrap(), listed);
    let _ = (geom.bounds(), geom.is_empty(), geom.dimension(), geom.is_finite());
    let mut writer = WkbWriter::default();
    writer.restart(geom.srid);
    writer.geom(&geom);
    assert!(!is_as_written(bytes).unwrap() || writer.bytes() == bytes);
    assert_eq!(wkt(&parse_wkb(writer.bytes()).unwrap()), wkt(&geom));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        use_it(&bytes);
    }

    #[test]
    fn damaged_values_never_panic(
        flavour in prop::sample::select(flavours()),
        code in 1_u32..=7,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = flavour.value(code);
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        use_it(&bytes);
    }
}
