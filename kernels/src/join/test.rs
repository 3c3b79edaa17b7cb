//! What must hold of a pair.

use crate::error::{Error, Result};
use crate::relation::Predicate;

/// A side of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// That of the first geometry.
    Left,
    /// That of the second.
    Right,
}

/// How far apart two geometries may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// The same for all.
    Constant(f64),
    /// A number beside each geometry of the probe side.
    Probe,
    /// A number beside each geometry of the build side.
    Build,
}

/// What must hold of a left and a right geometry. Nulls, empty geometries and coordinates that are no finite numbers
/// match nothing, but that empty geometries equal each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum JoinTest {
    /// A predicate other than disjoint.
    Predicate(Predicate),
    /// They are at most so far apart, as `st_dwithin` has it: a negative limit is an error.
    DWithin(Limit),
    /// They are nearer than a limit, or as near. No distance is less than a negative limit.
    Distance {
        /// The limit.
        limit: Limit,
        /// Whether a distance that equals it will do.
        inclusive: bool,
    },
    /// The right geometry, which is the build side, is one of the nearest to the left. Of those at the same distance,
    /// the first in the build side win.
    Nearest {
        /// How many, at most.
        k: usize,
        /// How far away, at most.
        max_distance: Option<f64>,
    },
}

impl JoinTest {
    /// Name of the SQL function that asks for it, for errors.
    pub fn function(&self) -> &'static str {
        match self {
            JoinTest::Predicate(predicate) => predicate.function(),
            JoinTest::DWithin(_) => "st_dwithin",
            JoinTest::Distance { .. } => "st_distance",
            JoinTest::Nearest { .. } => "st_knn",
        }
    }

    /// The limit of a distance.
    pub(super) fn limit(&self) -> Option<Limit> {
        match self {
            JoinTest::DWithin(limit) | JoinTest::Distance { limit, .. } => Some(*limit),
            _ => None,
        }
    }

    /// A limit as the largest distance that will do; `None` if none will.
    pub(super) fn largest(&self, limit: f64) -> Result<Option<f64>> {
        let largest = match self {
            JoinTest::DWithin(_) if limit < 0.0 => {
                return self.fail(None, format!("distance must not be negative, got {limit}"));
            }
            JoinTest::Distance { inclusive: false, .. } => limit.next_down(),
            _ => limit,
        };
        Ok((largest >= 0.0).then_some(largest))
    }

    /// What asking a build row about something else than a point costs, in questions of one point.
    pub(super) fn weight(&self) -> u32 {
        match self {
            JoinTest::Predicate(Predicate::Intersects) => 1,
            _ => 4,
        }
    }

    pub(super) fn fail<T>(&self, row: Option<usize>, cause: impl Into<crate::Cause>) -> Result<T> {
        Err(Error { function: self.function(), row, cause: cause.into() })
    }

    /// Refuses what no index can answer.
    pub(super) fn check(&self, build: Side) -> Result<()> {
        match self {
            JoinTest::Predicate(Predicate::Disjoint) => {
                self.fail(None, "almost every pair is disjoint: this is no join condition to index")
            }
            JoinTest::Nearest { k: 0, .. } => self.fail(None, "k must be at least 1"),
            JoinTest::Nearest { .. } if build == Side::Left => {
                self.fail(None, "the nearest are looked up on the right side")
            }
            JoinTest::Nearest { max_distance: Some(limit), .. } if limit.is_nan() || *limit < 0.0 => {
                self.fail(None, format!("the greatest distance must be a number not below 0, got {limit}"))
            }
            _ => Ok(()),
        }
    }
}
