//! The plane in parts that hold about as many rows each.

use geoplug_kernels::geom::{GeometryColumn, Rect};
use geoplug_kernels::join::{JoinTest, Limit};
use geoplug_kernels::{Error, Result};

use super::condition::Operands;

/// Centres that are kept to learn where rows are.
const SAMPLE: usize = 8192;

/// Every n-th of the centres that pass by, for an n that keeps them few.
#[derive(Debug, Default)]
pub(super) struct Sample {
    centres: Vec<[f64; 2]>,
    /// Centres passed by, and of how many one is kept.
    seen: usize,
    every: usize,
}

impl Sample {
    pub(super) fn add(&mut self, centre: [f64; 2]) {
        self.every = self.every.max(1);
        if self.seen.is_multiple_of(self.every) {
            self.centres.push(centre);
        }
        self.seen += 1;
        if self.centres.len() == SAMPLE {
            let mut keep = false;
            self.centres.retain(|_| {
                keep = !keep;
                keep
            });
            self.every *= 2;
        }
    }

    /// Takes the centres of another. Both stand for as many rows as they were taken from.
    pub(super) fn merge(&mut self, mut other: Sample) {
        let every = self.every.max(other.every).max(1);
        for sample in [&mut *self, &mut other] {
            let step = every / sample.every.max(1);
            let mut i = 0;
            sample.centres.retain(|_| {
                i += 1;
                (i - 1usize).is_multiple_of(step)
            });
            sample.every = every;
        }
        self.centres.append(&mut other.centres);
        self.seen += other.seen;
    }
}

/// A tree that halves the plane until there are as many parts as wanted.
#[derive(Debug)]
pub(super) enum Space {
    Part(usize),
    Split { axis: usize, at: f64, halves: Box<[Space; 2]> },
}

impl Space {
    /// So many parts, among which the sample is spread evenly.
    pub(super) fn new(sample: Sample, parts: usize) -> Self {
        let mut centres = sample.centres;
        Self::divide(&mut centres, 0, parts.max(1))
    }

    fn divide(centres: &mut [[f64; 2]], first: usize, parts: usize) -> Self {
        let spread = |axis: usize| {
            let (low, high) = centres
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), c| (low.min(c[axis]), high.max(c[axis])));
            high * 0.5 - low * 0.5
        };
        let below = parts / 2;
        let middle = centres.len() * below / parts;
        if parts == 1 || centres.is_empty() {
            return Self::Part(first);
        }
        let axis = usize::from(spread(1) > spread(0));
        centres.select_nth_unstable_by(middle, |a, b| a[axis].total_cmp(&b[axis]));
        let at = centres[middle][axis];
        let (low, high) = centres.split_at_mut(middle);
        let halves = [Self::divide(low, first, below), Self::divide(high, first + below, parts - below)];
        Self::Split { axis, at, halves: Box::new(halves) }
    }

    /// The part that a centre lies in.
    pub(super) fn part(&self, centre: [f64; 2]) -> usize {
        match self {
            Self::Part(part) => *part,
            Self::Split { axis, at, halves } => halves[usize::from(centre[*axis] >= *at)].part(centre),
        }
    }
}

pub(super) fn centre(rect: &Rect) -> [f64; 2] {
    [rect.xmin * 0.5 + rect.xmax * 0.5, rect.ymin * 0.5 + rect.ymax * 0.5]
}

/// Where the matches of each row are: its box, widened by the largest distance where that lies on its side. `None` for a
/// row without a place: null, empty, or no finite number.
pub(super) fn places(test: &JoinTest, own: Limit, operands: &Operands) -> Result<Vec<Option<Rect>>> {
    let fail = |row, cause| Error { function: test.function(), row, cause };
    let column = GeometryColumn::try_new(&operands.values, &operands.field).map_err(|cause| fail(None, cause))?;
    let limit = |row: usize| match (limit_of(test), own) {
        (Some(Limit::Constant(limit)), Limit::Probe) => limit,
        (Some(limit), own) if limit == own => operands.limits.as_ref().map_or(0.0, |limits| limits.value(row)),
        _ => 0.0,
    };
    let place = |row: usize| {
        let rect = match column.plain_point(row) {
            Some(p) => Rect::of_point(p),
            None => match column.get(row).map_err(|cause| fail(Some(row), cause))? {
                Some(geom) => Some(geom.extent()).filter(|extent| extent.1).and_then(|extent| extent.0),
                None => None,
            },
        };
        let finite = rect.filter(|r| [r.xmin, r.ymin, r.xmax, r.ymax].iter().all(|v| v.is_finite()));
        Ok(finite.map(|rect| widened(&rect, limit(row))))
    };
    (0..column.len()).map(place).collect()
}

fn limit_of(test: &JoinTest) -> Option<Limit> {
    match test {
        JoinTest::DWithin(limit) | JoinTest::Distance { limit, .. } => Some(*limit),
        _ => None,
    }
}

/// The box of all that is at most so far from a box, and a little more: distances are rounded.
fn widened(rect: &Rect, limit: f64) -> Rect {
    if limit.is_nan() || limit <= 0.0 {
        return *rect;
    }
    let reach = [rect.xmin, rect.ymin, rect.xmax, rect.ymax].into_iter().fold(limit, |reach, v| reach.max(v.abs()));
    let by = limit + reach * 1e-9;
    Rect { xmin: rect.xmin - by, ymin: rect.ymin - by, xmax: rect.xmax + by, ymax: rect.ymax + by }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_even_whatever_the_order() {
        let mut sample = Sample::default();
        // A ramp: whoever looked only at the first rows would see a corner of it.
        let rows: Vec<[f64; 2]> = (0..100_000).map(|i| [f64::from(i), f64::from(i % 7)]).collect();
        rows.iter().for_each(|row| sample.add(*row));
        assert!(sample.centres.len() < SAMPLE);
        let space = Space::new(sample, 7);
        let mut sizes = [0; 7];
        rows.iter().for_each(|row| sizes[space.part(*row)] += 1);
        assert!(sizes.iter().all(|size| (12_000..17_000).contains(size)), "{sizes:?}");
    }

    #[test]
    fn merged_samples_stand_for_all_rows() {
        let (mut few, mut many) = (Sample::default(), Sample::default());
        (0..1_000).for_each(|i| few.add([f64::from(i), 0.0]));
        (0..99_000).for_each(|i| many.add([f64::from(i + 1_000), 0.0]));
        few.merge(many);
        let space = Space::new(few, 2);
        let lower = (0..100_000).filter(|i| space.part([f64::from(*i), 0.0]) == 0).count();
        assert!((45_000..55_000).contains(&lower), "{lower}");
    }

    #[test]
    fn one_place_for_all_and_no_place_at_all() {
        let mut sample = Sample::default();
        (0..100).for_each(|_| sample.add([1.0, 1.0]));
        let space = Space::new(sample, 4);
        let part = space.part([1.0, 1.0]);
        assert!(part < 4);
        assert_eq!(space.part([1.0, 1.0]), part);
        assert_eq!(Space::new(Sample::default(), 4).part([f64::NAN, 0.0]), 0);
    }
}
