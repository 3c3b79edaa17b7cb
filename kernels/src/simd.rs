//! Which vectors the machine has.

use std::sync::LazyLock;

use fearless_simd::Level;

/// The widest vectors of this machine, looked for once.
pub fn level() -> Level {
    static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);
    *LEVEL
}
