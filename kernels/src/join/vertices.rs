//! The vertices of all build rows, one after the other: what is nearest to a point is told from them, whatever their
//! layout in the column.

use std::ops::Range;

use super::index::Shapes;
use crate::geom::{Geom, GeometryColumn, Rect, Shape, Xy};
use crate::planar::nearest::{LANES, Nearest, squared_between, squared_distances};
use crate::planar::segment::{larger, on_segment, smaller};
use crate::planar::stripes::{Crossings, Location};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Points: each vertex is a segment of no length.
    Points,
    /// Paths.
    Lines,
    /// Rings of one polygon or multipolygon.
    Area,
    /// A collection, or with an empty member: asked as a whole only.
    Other,
}

/// Segments that follow each other, each named by the number of its first vertex.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Run {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Run {
    #[inline]
    pub(super) fn len(self) -> usize {
        (self.to - self.from) as usize
    }
}

/// Runs of up to so many segments are looked at without a glance at their boxes.
const SHORT: usize = 3 * LANES;

/// The paths of all rows. Of a column of points there is nothing to be kept: row and vertex are one.
#[derive(Debug, Default)]
pub(super) struct Paths {
    vertices: Vec<Xy>,
    /// The boxes around vertices `LANES * i` to `LANES * (i + 1)`, that one included; those around `LANES` of these, and
    /// so on.
    boxes: Vec<Vec<Rect>>,
    /// Row by row, as rows are in the tree of boxes: what is near is near in memory.
    runs: Vec<Run>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    kind: Kind,
    /// Where its runs are.
    from: u32,
    to: u32,
}

impl Paths {
    /// The paths of these rows, those that have a box; `None` if that would take more than so many bytes.
    pub(super) fn new(shapes: &Shapes, column: &GeometryColumn, rows: &[u32], most: usize) -> Option<Self> {
        let Shapes::Any(rects, ..) = shapes else { return Some(Self::default()) };
        let mut paths = Self::default();
        let bytes: usize = rows.iter().filter_map(|row| column.wkb(*row as usize)).map(<[u8]>::len).sum();
        paths.vertices.reserve(bytes.min(most) / size_of::<Xy>());
        paths.rows.resize(rects.len(), Row { kind: Kind::Other, from: 0, to: 0 });
        for row in rows {
            // An error is left to who asks the row itself.
            let geom = column.get(*row as usize).ok().flatten();
            let Some(geom) = geom.filter(|geom| kind(geom) != Kind::Other) else { continue };
            let kind = kind(&geom);
            let first = paths.runs.len();
            geom.each_sequence(&mut |_, c| {
                let from = paths.vertices.len();
                c.each(|x, y| paths.vertices.push(Xy { x, y }));
                let to = paths.vertices.len() - usize::from(kind != Kind::Points && from < paths.vertices.len());
                if from < to {
                    paths.runs.push(Run { from: from as u32, to: to as u32 });
                }
            });
            paths.rows[*row as usize] = Row { kind, from: first as u32, to: paths.runs.len() as u32 };
            if paths.size() > most || paths.vertices.len() > u32::MAX as usize {
                return None;
            }
        }
        paths.vertices.shrink_to_fit();
        paths.runs.shrink_to_fit();
        let some = |from: usize| &paths.vertices[from..paths.vertices.len().min(from + LANES + 1)];
        let around = |some: &[Xy]| some.iter().map(|p| Rect::at(*p)).reduce(united);
        let mut level: Vec<Rect> = (0..paths.vertices.len()).step_by(LANES).filter_map(|i| around(some(i))).collect();
        while level.len() > 1 {
            let above = level.chunks(LANES).filter_map(|some| some.iter().copied().reduce(united)).collect();
            paths.boxes.push(std::mem::replace(&mut level, above));
        }
        Some(paths)
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.vertices.capacity() * size_of::<Xy>()
            + self.boxes.iter().map(Vec::capacity).sum::<usize>() * size_of::<Rect>()
            + self.runs.capacity() * size_of::<Run>()
            + self.rows.capacity() * size_of::<Row>()
    }
}

/// The box around two of numbers.
fn united(a: Rect, b: Rect) -> Rect {
    Rect {
        xmin: smaller(a.xmin, b.xmin),
        ymin: smaller(a.ymin, b.ymin),
        xmax: larger(a.xmax, b.xmax),
        ymax: larger(a.ymax, b.ymax),
    }
}

fn kind(geom: &Geom) -> Kind {
    match &geom.shape {
        _ if geom.has_empty() => Kind::Other,
        Shape::Point(_) | Shape::MultiPoint(_) => Kind::Points,
        Shape::LineString(_) | Shape::MultiLineString(_) => Kind::Lines,
        Shape::Polygon(_) | Shape::MultiPolygon(_) => Kind::Area,
        Shape::GeometryCollection(_) => Kind::Other,
    }
}

/// The vertices of a build side, to be looked at.
#[derive(Clone, Copy)]
pub(super) struct Vertices<'a> {
    vertices: &'a [Xy],
    /// `None` of a column of points.
    paths: Option<&'a Paths>,
}

/// Gives `f` what of a range may matter to a search from `at`, by boxes of several levels.
fn within(
    boxes: &[Vec<Rect>],
    range: Range<usize>,
    at: &Rect,
    search: &mut Nearest,
    f: &mut impl FnMut(Range<usize>, &mut Nearest),
) {
    let Some((level, below)) = boxes.split_last() else { return f(range, search) };
    let under = LANES.pow(boxes.len() as u32);
    for (number, rect) in level[..range.end.div_ceil(under)].iter().enumerate().skip(range.start / under) {
        if search.reaches(squared_between(rect, at)) {
            let part = range.start.max(number * under)..range.end.min((number + 1) * under);
            within(below, part, at, search, f);
        }
    }
}

/// Some segments of a run.
pub(super) struct Segments<'a> {
    /// The number of the first.
    pub(super) number: u32,
    pub(super) starts: &'a [Xy],
    pub(super) ends: &'a [Xy],
}

impl Segments<'_> {
    /// Their squared distances from a position.
    #[inline]
    pub(super) fn squared(&self, p: Xy) -> [f64; LANES] {
        squared_distances(p, self.starts, self.ends)
    }
}

impl<'a> Vertices<'a> {
    pub(super) fn new(shapes: &'a Shapes, paths: &'a Paths) -> Self {
        match shapes {
            Shapes::Points(positions) => Self { vertices: positions, paths: None },
            Shapes::Any(..) => Self { vertices: &paths.vertices, paths: Some(paths) },
        }
    }

    /// One coordinate of a vertex.
    #[inline]
    pub(super) fn x(&self, vertex: u32) -> f64 {
        self.vertices.get(vertex as usize).map_or(0.0, |p| p.x)
    }

    #[inline]
    pub(super) fn kind(&self, row: u32) -> Kind {
        self.paths.map_or(Kind::Points, |paths| paths.rows[row as usize].kind)
    }

    /// The runs of a row; `own` is memory for that of a point.
    #[inline]
    pub(super) fn runs<'r>(&'r self, row: u32, own: &'r mut Run) -> &'r [Run] {
        match self.paths {
            Some(paths) => {
                let Row { from, to, .. } = paths.rows[row as usize];
                &paths.runs[from as usize..to as usize]
            }
            None => {
                *own = Run { from: row, to: row + 1 };
                std::slice::from_ref(own)
            }
        }
    }

    /// Gives `f` the segments of a run, some at a time, without some that are sure not to matter to a search from `p`.
    #[inline]
    pub(super) fn each_near(
        &self,
        kind: Kind,
        run: Run,
        p: Xy,
        search: &mut Nearest,
        mut f: impl FnMut(Segments<'a>, &mut Nearest),
    ) {
        let step = usize::from(kind != Kind::Points);
        let (vertices, range) = (self.vertices, run.from as usize..run.to as usize);
        let mut each = |Range { start, end }: Range<usize>, search: &mut Nearest| {
            let (starts, ends) = (&vertices[start..end], &vertices[start + step..end + step]);
            f(Segments { number: start as u32, starts, ends }, search);
        };
        match self.paths.filter(|_| run.len() > SHORT) {
            None => range.clone().step_by(LANES).for_each(|start| each(start..range.end.min(start + LANES), search)),
            Some(paths) => {
                let tall = run.len().ilog2() / LANES.ilog2();
                let level = (tall as usize).min(paths.boxes.len()).saturating_sub(1);
                within(&paths.boxes[..=level], range, &Rect::at(p), search, &mut each);
            }
        }
    }

    /// The distance of `p` from some segments, where `search` reaches that far; else infinity.
    #[inline]
    pub(super) fn distance(&self, kind: Kind, runs: impl Iterator<Item = Run> + Clone, p: Xy, search: Nearest) -> f64 {
        let mut search = search;
        for run in runs.clone() {
            self.each_near(kind, run, p, &mut search, |some, search| search.points(p, some.starts, some.ends));
        }
        // On a line, the distance may be rounded to more than nothing.
        let rounded = kind == Kind::Lines && search.is_rounding(search.best());
        if rounded && runs.into_iter().any(|run| self.holds(kind, &[run], p)) { 0.0 } else { search.best() }
    }

    /// Whether `p` lies in the area or on the lines of which these are all segments that come near it.
    pub(super) fn holds(&self, kind: Kind, runs: &[Run], p: Xy) -> bool {
        let each = |f: &mut dyn FnMut(Xy, Xy) -> bool| {
            runs.iter().any(|run| {
                let path = &self.vertices[run.from as usize..=run.to as usize];
                path.windows(2).any(|ends| f(ends[0], ends[1]))
            })
        };
        match kind {
            Kind::Lines => each(&mut |a, b| on_segment(p, a, b)),
            Kind::Area => {
                let mut crossings = Crossings::new(p);
                each(&mut |a, b| crossings.add(a, b)) || crossings.location() != Location::Exterior
            }
            Kind::Points | Kind::Other => false,
        }
    }
}
