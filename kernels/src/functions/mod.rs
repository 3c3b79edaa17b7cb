//! The functions, one file each, and the one list of them.

/// Calls `$use!` with the name of every function. This is the list: a function that is not here does not exist.
#[macro_export]
macro_rules! for_each_function {
    ($use:ident) => {
        $use! {
            st_area
            st_buffer
            st_collect
            st_contains
            st_disjoint
            st_distance
            st_dwithin
            st_equals
            st_extent
            st_intersection
            st_intersects
            st_union
            st_within
            st_x
        }
    };
}

macro_rules! declare {
    ($($name:ident)*) => {
        $(mod $name;)*
        $(pub use $name::$name;)*

        /// Every function.
        pub static CATALOG: &[&$crate::Function] = &[$(&$name),*];
    };
}
for_each_function!(declare);

/// The function of this SQL name or alias.
pub fn find(name: &str) -> Option<&'static crate::Function> {
    CATALOG.iter().copied().find(|f| f.name == name || f.aliases.contains(&name))
}

/// The position of a point, `None` of an empty one; the functions that want a point refuse anything else.
fn point_of(geom: &crate::geom::Geom) -> std::result::Result<Option<crate::geom::Xy>, crate::Cause> {
    match geom.shape {
        crate::geom::Shape::Point(_) => Ok(geom.as_point()),
        _ => Err(format!("expected a POINT, got a {}", geom.type_name()).into()),
    }
}
