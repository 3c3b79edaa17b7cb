use crate::catalog::{Default, Kernel, Returns, float, function, geometry, integer};

function! {
    /// Joins each geometry with those of the other table that are nearest to it.
    ///
    /// A condition of joins: `a JOIN b ON st_knn(a.geom, b.geom, k)` looks up the `k` nearest rows of `b` for each row of
    /// `a`. It stands alone or beside other conditions under AND, once in a join. A LEFT JOIN keeps the rows of `a` that
    /// nothing is near; `b` is never kept.
    ///
    /// Among those at the same distance, the first that the engine received win: with ties at the last place, which row
    /// is taken may differ between runs over tables of several partitions, but how many rows and at which distances does
    /// not. Distances are planar.
    ///
    /// Conditions on `b` alone, which an engine applies before the join, say which rows are candidates: with
    /// `AND b.kind = 'cafe'` these are the nearest cafes. All others filter what has been found: then there may be fewer
    /// than `k`.
    ///
    /// # Arguments
    ///
    /// - `a`: the geometries for which others are looked up, of one table.
    /// - `b`: the geometries among which they are looked up, of the other table.
    /// - `k`: how many, at most, a constant of at least 1.
    /// - `max_distance`: how far away, at most, a constant. FALSE is none, as in SedonaDB, where it means planar distances.
    ///
    /// # Units
    ///
    /// `max_distance` is in units of the coordinates: degrees in longitude and latitude.
    ///
    /// # Nulls and empties
    ///
    /// Null, an empty geometry, and one with a coordinate that is no finite number are near nothing.
    ///
    /// # Errors
    ///
    /// Outside of a join condition, and in a session without geoplug's rule for spatial joins; `k` or `max_distance` that
    /// is no constant, is too small or NaN; a FULL JOIN, or an outer join that keeps `b`; malformed WKB; SRIDs, or CRS,
    /// that differ.
    ///
    /// # Examples
    ///
    /// ```sql
    /// SELECT b.x FROM (SELECT st_point(0, 0) AS geom) a JOIN (SELECT x, st_point(x, 0) AS geom FROM (VALUES (7), (2), (9)) AS t (x)) b ON st_knn(a.geom, b.geom, 1)
    /// -- 2
    /// ```
    st_knn {
        python: "knn",
        args: &[geometry("a"), geometry("b"), integer("k"), float("max_distance").or(Default::Absent)],
        returns: Returns::Boolean,
        kernel: Kernel::JoinCondition,
    }
}
