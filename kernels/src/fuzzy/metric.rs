//! What makes two texts near.

/// A distance or similarity by which texts can be joined: by scalar values, with no further option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Edits.
    Levenshtein,
    /// Edits, and exchanges of neighbours that are not edited again.
    Osa,
    /// Edits, and exchanges of neighbours.
    Damerau,
    /// Similarity.
    JaroWinkler,
}

impl Metric {
    /// All of them.
    pub const ALL: [Metric; 4] = [Self::Levenshtein, Self::Osa, Self::Damerau, Self::JaroWinkler];

    /// The function that measures it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Levenshtein => "levenshtein",
            Self::Osa => "osa_distance",
            Self::Damerau => "damerau_levenshtein",
            Self::JaroWinkler => "jaro_winkler_similarity",
        }
    }

    /// The one that a function measures.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// At most so many edits; `None` of a similarity.
    pub fn within(self, most: usize) -> Option<Near> {
        match self {
            Self::Levenshtein => Some(Near::Levenshtein(most)),
            Self::Osa => Some(Near::Osa(most)),
            Self::Damerau => Some(Near::Damerau(most)),
            Self::JaroWinkler => None,
        }
    }

    /// At least so similar; `None` of a distance.
    pub fn alike(self, least: f64) -> Option<Near> {
        (self == Self::JaroWinkler).then_some(Near::JaroWinkler(least))
    }
}

/// What makes two texts near.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// At most so many edits.
    Levenshtein(usize),
    /// With exchanges of neighbours that are not edited again.
    Osa(usize),
    /// With exchanges of neighbours.
    Damerau(usize),
    /// At least this Jaro-Winkler similarity.
    JaroWinkler(f64),
}

impl Near {
    /// By what it is measured.
    pub fn metric(self) -> Metric {
        match self {
            Self::Levenshtein(_) => Metric::Levenshtein,
            Self::Osa(_) => Metric::Osa,
            Self::Damerau(_) => Metric::Damerau,
            Self::JaroWinkler(_) => Metric::JaroWinkler,
        }
    }
}
