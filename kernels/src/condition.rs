//! Which functions can be the condition of a join.

use crate::catalog::Function;
use crate::fuzzy::Metric;
use crate::relation::Predicate;

/// What a function is to a join that has it as its condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinFunction {
    /// A predicate of two geometries.
    Predicate(Predicate),
    /// Two geometries and the greatest distance.
    DWithin,
    /// A distance, to be compared with a limit.
    Distance,
    /// Two geometries and how many of the second are wanted for each of the first.
    Nearest,
    /// A distance or similarity of two texts, to be compared with a limit.
    Text(Metric),
    /// The same of two texts and the greatest distance of interest: what is above that is just above it.
    TextUpTo(Metric),
}

impl JoinFunction {
    /// Whether it is a condition by itself, and not only where it is compared with something.
    pub fn is_condition(self) -> bool {
        matches!(self, Self::Predicate(_) | Self::DWithin | Self::Nearest)
    }
}

impl Function {
    /// The join test that this function can be; `None` if none.
    pub fn join_test(&self) -> Option<JoinFunction> {
        match self.name {
            "st_dwithin" => Some(JoinFunction::DWithin),
            "st_distance" => Some(JoinFunction::Distance),
            "st_knn" => Some(JoinFunction::Nearest),
            "levenshtein_less_equal" => Some(JoinFunction::TextUpTo(Metric::Levenshtein)),
            name => match Metric::from_name(name) {
                Some(metric) => Some(JoinFunction::Text(metric)),
                None => Predicate::from_name(name.strip_prefix("st_")?).map(JoinFunction::Predicate),
            },
        }
    }
}
