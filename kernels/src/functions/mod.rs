//! The functions, one file each, and the one list of them.

/// Calls `$use!` with the name of every function. This is the list: a function that is not here does not exist.
#[macro_export]
macro_rules! for_each_function {
    ($use:ident) => {
        $use! {
            damerau_levenshtein
            damerau_levenshtein_normalized
            double_metaphone
            double_metaphone_alt
            hamming
            hamming_normalized
            jaccard_similarity
            jaro_similarity
            jaro_winkler_similarity
            levenshtein
            levenshtein_less_equal
            levenshtein_normalized
            match_rating_codex
            match_rating_comparison
            metaphone
            nysiis
            osa_distance
            osa_distance_normalized
            soundex
            st_area
            st_asbinary
            st_asgeojson
            st_astext
            st_buffer
            st_centroid
            st_collect
            st_contains
            st_containsproperly
            st_convexhull
            st_convexhull_agg
            st_coveredby
            st_covers
            st_crosses
            st_disjoint
            st_distance
            st_dwithin
            st_envelope
            st_equals
            st_extent
            st_geometrytype
            st_geomfromgeojson
            st_geomfromtext
            st_geomfromwkb
            st_intersection
            st_intersects
            st_isempty
            st_knn
            st_length
            st_makeenvelope
            st_makeline
            st_npoints
            st_overlaps
            st_perimeter
            st_point
            st_relate
            st_setsrid
            st_simplify
            st_srid
            st_touches
            st_union
            st_union_agg
            st_within
            st_x
            st_xmax
            st_xmin
            st_y
            st_ymax
            st_ymin
            #[cfg(feature = "panic-test")] test_panic
            try_st_geomfromgeojson
            try_st_geomfromtext
            try_st_geomfromwkb
        }
    };
}

mod bound;

macro_rules! declare {
    ($($(#[$attribute:meta])* $name:ident)*) => {
        $($(#[$attribute])* mod $name;)*
        $($(#[$attribute])* pub use $name::$name;)*

        /// Every function.
        pub static CATALOG: &[&$crate::Function] = &[$($(#[$attribute])* &$name),*];
    };
}
for_each_function!(declare);

/// The function of this SQL name or alias.
pub fn find(name: &str) -> Option<&'static crate::Function> {
    CATALOG.iter().copied().find(|f| f.name == name || f.aliases.contains(&name))
}
