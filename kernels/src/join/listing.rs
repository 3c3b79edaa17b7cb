//! What can be nearest to the positions in a square: rows, and of these segments, chosen from more of them.

use std::ops::Range;

use super::index::{Shapes, SpatialIndex};
use super::vertices::{Kind, Run, Vertices};
use crate::geom::{Rect, Xy, distance};
use crate::planar::nearest::Nearest;
use crate::planar::segment::{foot, point_segment};
use crate::planar::stripes::Location;

/// What is asked.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) k: usize,
    pub(super) max_distance: f64,
    /// Those of all rows.
    pub(super) bounds: Rect,
    /// More than the rounding of positions and distances.
    pub(super) slack: f64,
}

/// Where a cell is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Square {
    pub(super) centre: Xy,
    pub(super) half: f64,
}

impl Square {
    pub(super) fn rect(&self) -> Rect {
        let Self { centre: Xy { x, y }, half } = *self;
        Rect { xmin: x - half, ymin: y - half, xmax: x + half, ymax: y + half }
    }

    /// How far a corner is from the centre.
    pub(super) fn radius(&self) -> f64 {
        self.half * std::f64::consts::SQRT_2
    }

    /// The quarter in which a position lies, and its number.
    #[inline]
    pub(super) fn quarter(&self, p: Xy) -> (Self, usize) {
        let (half, Xy { x, y }) = (self.half / 2.0, self.centre);
        let (right, top) = (p.x >= x, p.y >= y);
        let centre = Xy { x: if right { x + half } else { x - half }, y: if top { y + half } else { y - half } };
        (Self { centre, half }, usize::from(right) + 2 * usize::from(top))
    }
}

/// What can be among the nearest to a position in a cell.
#[derive(Debug)]
pub(super) struct List {
    /// Row by row, the nearest to the centre first.
    pub(super) listed: Box<[Listed]>,
    /// How long it takes to look through, in segments.
    pub(super) work: u32,
    /// Whether an area may hold some positions and not others.
    pub(super) across: bool,
}

/// A row that can be, and some of its segments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    pub(super) row: u32,
    /// Its distance from the centre, rounded down.
    pub(super) apart: f32,
    pub(super) run: Run,
    pub(super) kind: Kind,
    pub(super) place: Place,
}

/// What a row is to the positions in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// None of them lies in it.
    Outside,
    /// Some may lie in it.
    Across,
    /// All of them lie in it.
    Within,
}

impl Listed {
    /// Whether it is an area that may hold some positions and not others.
    #[inline]
    fn is_across(&self) -> bool {
        self.kind == Kind::Area && self.place == Place::Across
    }
}

impl List {
    /// What is listed of each row, the nearest to the centre first.
    #[inline]
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Listed]> {
        self.listed.chunk_by(|one, two| one.row == two.row)
    }

    /// The first area listed that covers a position which others may not.
    #[inline(never)]
    pub(super) fn holder(&self, index: &SpatialIndex, vertices: &Vertices, p: Xy) -> Option<u32> {
        let holds = |listed: &&Listed| listed.is_across() && covers(index, vertices, listed.row, p);
        self.listed.iter().find(holds).map(|listed| listed.row)
    }
}

/// What is chosen of what can be nearest.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chosen {
    Whole,
    Segments,
}

/// A row that may be listed.
pub(super) struct Candidate {
    row: u32,
    kind: Kind,
    place: Place,
    /// Where its runs are.
    runs: Range<usize>,
    /// Its distance from the centre; infinite if it is sure not to matter.
    apart: f64,
    /// What its distances do not exceed.
    at_most: Corners,
    /// Distances of its segment that is nearest to the centre.
    own: Corners,
}

/// Distances in the corners of a square.
type Corners = [f64; 4];

const UNKNOWN: Corners = [f64::INFINITY; 4];

impl Candidate {
    pub(super) fn new(row: u32, kind: Kind, place: Place, runs: Range<usize>) -> Self {
        Self { row, kind, place, runs, apart: f64::INFINITY, at_most: UNKNOWN, own: UNKNOWN }
    }

    /// It, listed with some of its segments.
    fn entry(&self, run: Run) -> Listed {
        let Self { row, kind, place, .. } = *self;
        Listed { row, apart: (self.apart as f32).next_down(), run, kind, place }
    }
}

fn largest(distances: &Corners) -> f64 {
    distances.iter().copied().fold(0.0, f64::max)
}

/// Whether distances that are at least so much are more than others, in the corners and in between.
#[inline]
fn is_beaten(at_least: &Corners, by: &Corners) -> bool {
    at_least.iter().zip(by).all(|(at_least, by)| by < at_least)
}

/// Looking at a run is as much work as at so many segments at most: the boxes leave out the others.
const MOST_WORK: usize = 64;

/// A square, and who chooses.
///
/// Distances from points, segments and boxes are convex: within the square they are no more than the largest in a corner,
/// and they lie above their tangent at the centre. So what lies farther away in all corners, by its tangent, than
/// something else is farther away everywhere.
pub(super) struct Site<'a> {
    index: &'a SpatialIndex,
    vertices: &'a Vertices<'a>,
    terms: &'a Terms,
    centre: Xy,
    /// How far a corner is from the centre, at most.
    radius: f64,
    corners: [Xy; 4],
}

impl<'a> Site<'a> {
    pub(super) fn new(index: &'a SpatialIndex, vertices: &'a Vertices<'a>, terms: &'a Terms, square: &Square) -> Self {
        let Rect { xmin, ymin, xmax, ymax } = square.rect();
        let corners = [(xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax)].map(|(x, y)| Xy { x, y });
        Self { index, vertices, terms, centre: square.centre, radius: square.radius() + terms.slack, corners }
    }

    /// The position in the box of a row that is nearest to the centre.
    fn foot(&self, row: u32) -> Xy {
        match &self.index.shapes {
            Shapes::Points(positions) => positions[row as usize],
            Shapes::Any(rects, ..) => {
                let Rect { xmin, ymin, xmax, ymax } = rects[row as usize];
                Xy { x: self.centre.x.max(xmin).min(xmax), y: self.centre.y.max(ymin).min(ymax) }
            }
        }
    }

    /// How far the box of a row is from the centre.
    pub(super) fn box_apart(&self, row: u32) -> f64 {
        distance(self.centre, self.foot(row))
    }

    /// What distances are at least, of something convex that has this position nearest to the centre.
    #[inline]
    fn at_least(&self, foot: Xy) -> Corners {
        let (centre, slack) = (self.centre, self.terms.slack);
        let apart = distance(centre, foot);
        if apart <= slack {
            return [0.0; 4];
        }
        let (slope_x, slope_y) = ((centre.x - foot.x) / apart, (centre.y - foot.y) / apart);
        let sure = apart - slack - self.radius * slack / apart;
        self.corners.map(|corner| sure + (corner.x - centre.x) * slope_x + (corner.y - centre.y) * slope_y)
    }

    /// Whether the box of a row is not beaten.
    fn is_near(&self, row: &Candidate, by: &Corners) -> bool {
        !is_beaten(&self.at_least(self.foot(row.row)), by)
    }

    /// What k of these rows, in order of distance, do not exceed.
    fn at_most<'c>(&self, rows: impl IntoIterator<Item = &'c Candidate>) -> Corners {
        let known = rows.into_iter().map(|row| &row.at_most).filter(|at_most| at_most[0] < f64::INFINITY);
        let (count, at_most) = known.take(self.terms.k).fold((0, [0.0; 4]), |(count, all), of_row| {
            (count + 1, std::array::from_fn(|i| f64::max(all[i], of_row[i])))
        });
        if count < self.terms.k { UNKNOWN } else { at_most }
    }

    /// Chooses what can be nearest. The nearest candidates had better come first; `runs` are those of all. Of `Whole`
    /// rows all segments are listed: the boxes tell which, and that is soon done.
    pub(super) fn choose(&self, mut candidates: Vec<Candidate>, runs: &[Run], of: Chosen) -> List {
        let k = self.terms.k.min(candidates.len());
        let (first, others) = candidates.split_at_mut(k);
        first.iter_mut().for_each(|row| self.look(row, runs));
        let by = self.at_most(&*first);
        for row in others.iter_mut().filter(|row| self.is_near(row, &by)) {
            match of {
                Chosen::Whole => {
                    row.apart = self.box_apart(row.row);
                    if row.apart > self.radius {
                        row.place = Place::Outside;
                    }
                }
                Chosen::Segments => self.look(row, runs),
            }
        }
        candidates.sort_unstable_by(|one, two| one.apart.total_cmp(&two.apart));
        let by = self.at_most(&candidates);
        let farthest = largest(&by).min(self.terms.max_distance) + self.radius + self.terms.slack;
        let mut reach = Nearest::new(&Rect::at(self.centre), &self.terms.bounds, None);
        reach.narrow(farthest);
        let (mut listed, mut work) = (Vec::new(), 0);
        for row in candidates.iter().take_while(|row| row.apart <= farthest) {
            let first = listed.len();
            match of {
                Chosen::Whole if row.place == Place::Within => {}
                Chosen::Whole => listed.extend(runs[row.runs.clone()].iter().map(|run| row.entry(*run))),
                Chosen::Segments if self.is_near(row, &by) => self.list(row, runs, &by, reach, &mut listed),
                Chosen::Segments => continue,
            }
            if listed.len() == first && (row.place != Place::Outside || row.kind == Kind::Other) {
                listed.push(row.entry(Run::default()));
            }
            work += listed[first..].iter().map(|listed| 1 + listed.run.len().min(MOST_WORK) as u32).sum::<u32>();
        }
        let across = listed.iter().any(Listed::is_across);
        List { listed: listed.into(), work, across }
    }

    /// Lists what of a row can be nearest: what is beaten neither by k rows nor by the nearest of the row itself.
    fn list(&self, row: &Candidate, runs: &[Run], by: &Corners, mut reach: Nearest, listed: &mut Vec<Listed>) {
        let (kind, own) = (row.kind, &row.own);
        reach.narrow(largest(own) + self.radius + self.terms.slack);
        for run in runs[row.runs.clone()].iter().filter(|_| row.place != Place::Within) {
            let of_run = listed.len();
            self.vertices.each_near(kind, *run, self.centre, &mut reach, |some, reach| {
                let squared = some.squared(self.centre);
                for (((i, a), b), squared) in (some.number..).zip(some.starts).zip(some.ends).zip(squared) {
                    if !reach.reaches(squared) {
                        continue;
                    }
                    let at_least = self.at_least(foot(self.centre, *a, *b));
                    if is_beaten(&at_least, by) || is_beaten(&at_least, own) {
                        continue;
                    }
                    match listed[of_run..].last_mut() {
                        // A segment in between is looked at sooner than another run.
                        Some(last) if i - last.run.to <= 1 => last.run.to = i + 1,
                        _ => listed.push(row.entry(Run { from: i, to: i + 1 })),
                    }
                }
            });
        }
    }

    /// Looks at a candidate from the centre.
    fn look(&self, candidate: &mut Candidate, runs: &[Run]) {
        let (row, kind) = (candidate.row, candidate.kind);
        if kind == Kind::Other {
            candidate.apart = self.box_apart(row);
            return;
        }
        let mut search = Nearest::new(&Rect::at(self.centre), &self.terms.bounds, None);
        let (mut least, mut nearest) = (f64::INFINITY, None);
        for run in &runs[candidate.runs.clone()] {
            self.vertices.each_near(kind, *run, self.centre, &mut search, |some, search| {
                for ((squared, a), b) in some.squared(self.centre).iter().zip(some.starts).zip(some.ends) {
                    if *squared < least {
                        (least, nearest) = (*squared, Some([*a, *b]));
                    }
                }
                search.narrow(least.sqrt());
            });
        }
        let edge = least.sqrt();
        let inside = match candidate.place {
            Place::Across => kind == Kind::Area && covers(self.index, self.vertices, row, self.centre),
            place => place == Place::Within,
        };
        if candidate.place == Place::Across && edge > self.radius {
            candidate.place = if inside { Place::Within } else { Place::Outside };
        }
        if let Some([a, b]) = nearest {
            candidate.own = self.corners.map(|corner| point_segment(corner, a, b));
        }
        (candidate.apart, candidate.at_most) = match candidate.place {
            Place::Within => (0.0, [0.0; 4]),
            // No farther from the area than from the centre.
            _ if inside => (0.0, [self.radius; 4]),
            _ => (edge, candidate.own),
        };
    }
}

/// Areas of so many segments are asked as they are, and none of their prepared forms.
const SMALL: usize = 32;

/// Whether a row that is an area covers a position.
#[inline]
pub(super) fn covers(index: &SpatialIndex, vertices: &Vertices, row: u32, p: Xy) -> bool {
    let Shapes::Any(rects, forms, ..) = &index.shapes else { return false };
    if !rects[row as usize].covers_position(p) {
        return false;
    }
    let mut own = Run::default();
    let runs = vertices.runs(row, &mut own);
    if runs.iter().map(|run| run.len()).sum::<usize>() > SMALL
        && let Ok(Some(prepared)) = forms.get(row, 1, &index.column)
    {
        return prepared.locate(p) != Location::Exterior;
    }
    vertices.holds(Kind::Area, runs, p)
}
