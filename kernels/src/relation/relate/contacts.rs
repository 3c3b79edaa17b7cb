//! Where the edges of two geometries meet.

use std::ops::ControlFlow;

use super::operand::Operand;
use crate::geom::Xy;
use crate::planar::segment::{Contact, contact};

/// Two segments that cross in a position which may have no exact coordinates: side and number of each, and that
/// position, rounded.
pub(super) type Crossing = ([(usize, usize); 2], Xy);

/// Finds where edges meet: those of both sides, and those of one side where that matters.
pub(super) fn each_contact(
    sides: [&Operand; 2],
    mut f: impl FnMut(Crossing, Contact) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut meet = |one: (usize, usize), two: (usize, usize)| {
        let ([a, b], [c, d]) = (sides[one.0].tree.segments()[one.1], sides[two.0].tree.segments()[two.1]);
        match contact(a, b, c, d) {
            Contact::None => ControlFlow::Continue(()),
            found @ Contact::Cross(p) => f(([one, two], p), found),
            found => f(([one, two], a), found),
        }
    };
    for (side, operand) in sides.iter().enumerate().filter(|(_, operand)| operand.needs_own_nodes()) {
        operand.tree.each_pair(&operand.tree, |i, j| {
            if i < j && operand.kind_of(i).may_enter(operand.kind_of(j)) {
                return meet((side, i), (side, j));
            }
            ControlFlow::Continue(())
        })?;
    }
    sides[0].tree.each_pair(&sides[1].tree, |i, j| meet((0, i), (1, j)))
}
