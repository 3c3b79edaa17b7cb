//! What a scalar and an aggregate UDF both tell DataFusion of a catalog function.

use std::hash::{Hash, Hasher};

use datafusion_expr::{Documentation, Signature, Volatility};
use geoplug_kernels::Function;

use crate::documentation;

/// A function and what DataFusion borrows of it. Two are equal if the function is one.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) function: &'static Function,
    pub(crate) signature: Signature,
    pub(crate) aliases: Vec<String>,
    pub(crate) documentation: Documentation,
}

impl Declared {
    pub(crate) fn new(function: &'static Function) -> Self {
        Self {
            function,
            // Arguments come as they are and kernels read them so. An engine that casts a geometry strips its extension
            // metadata, and the CRS with it; one that casts a literal hides that it is one.
            signature: signature(function),
            aliases: function.aliases.iter().map(|a| (*a).to_owned()).collect(),
            documentation: documentation::of(function),
        }
    }
}

/// Arguments by place, or by name: `levenshtein(a, b, by => 'grapheme')`.
fn signature(function: &Function) -> Signature {
    let plain = Signature::user_defined(Volatility::Immutable);
    let names = function.args.iter().map(|arg| arg.name).collect();
    plain.clone().with_parameter_names(names).unwrap_or(plain)
}

impl PartialEq for Declared {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.function, other.function)
    }
}

impl Eq for Declared {}

impl Hash for Declared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}
