//! Lines, cut at every node: which pieces belong to the result.

use std::collections::HashMap;

use super::arrangement::{Arrangement, name};
use super::{Operation, key};
use crate::geom::Xy;
use crate::planar::stripes::Location;

/// A part of a line segment that no node divides.
pub(super) struct Piece {
    pub ends: [Xy; 2],
    pub segment: usize,
    /// Which sides have it in a line.
    pub on: [bool; 2],
}

/// The lines of the result. Pieces of one path go on being one path except at nodes, as in GEOS.
pub(super) fn select(operation: Operation, cut: &Arrangement) -> Vec<Vec<Xy>> {
    let mut lines: Vec<Vec<Xy>> = Vec::new();
    let mut last_path = None;
    for Piece { ends: [p, q], segment, .. } in pieces(cut).iter().filter(|piece| kept(operation, cut, piece)) {
        let path = Some(cut.sources[*segment].path);
        match lines.last_mut() {
            Some(line) if last_path == path && line.last() == Some(p) && !cut.nodes.contains(&key(*p)) => line.push(*q),
            _ => lines.push(vec![*p, *q]),
        }
        last_path = path;
    }
    lines
}

/// The pieces of all lines, each once.
pub(super) fn pieces(cut: &Arrangement) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut known = HashMap::new();
    for (segment, source) in cut.sources.iter().enumerate().filter(|(_, source)| source.area_left.is_none()) {
        for ends in cut.stops(segment).windows(2) {
            let [p, q] = [ends[0], ends[1]];
            let at = *known.entry(name([p, q])).or_insert(pieces.len());
            if at == pieces.len() {
                pieces.push(Piece { ends: [p, q], segment, on: [false; 2] });
            }
            pieces[at].on[source.side] = true;
        }
    }
    pieces
}

/// Whether a piece belongs to the result and is not part of its areas.
fn kept(operation: Operation, cut: &Arrangement, piece: &Piece) -> bool {
    let outside = [0, 1].map(|side| cut.locate_piece(side, piece.ends) == Location::Exterior);
    match operation {
        Operation::Union => outside == [true, true],
        // Inside of both areas it is part of their intersection; on the edge of both, too, or else an edge they share.
        Operation::Intersection => {
            [0, 1].iter().all(|side| piece.on[*side] || !outside[*side]) && outside.contains(&true)
        }
    }
}

/// The segments of paths.
pub(super) fn segments(lines: &[Vec<Xy>]) -> impl Iterator<Item = [Xy; 2]> + '_ {
    lines.iter().flat_map(|line| line.windows(2).map(|ab| [ab[0], ab[1]]))
}
