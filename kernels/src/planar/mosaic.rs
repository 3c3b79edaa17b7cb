//! A raster over many areas: the cell that a position falls in names the areas around it, and lists the few edges that
//! decide about others. A cell that has many edges is divided once it has been asked often.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use smallvec::SmallVec;

use super::cell::{Cell, Crowd};
use super::layer::Ground;
use super::piece::Piece;
use super::stripes::Location;
use super::tiles::Tiles;
use crate::geom::{BLOCK, GeometryColumn, PointBlock, Position, Xy, each_bit};

/// Areas, cell by cell.
#[derive(Debug)]
pub struct Mosaic {
    tiles: Tiles,
    /// The positions of areas that are not stored as edges are read, by area; empty if all are.
    copies: Vec<Vec<Position>>,
    /// Bytes held, and when no more cells are divided.
    held: AtomicUsize,
    most: AtomicUsize,
}

/// Bytes of a position.
pub(super) const POSITION: usize = size_of::<Position>();

/// Points that ask a cell before it is divided: for less it does not pay.
const ASKED: u32 = 4;

/// How many times a cell is divided: where many edges meet in one place, smaller cells do not tell them apart.
const LEVELS: u32 = 4;

/// Bytes of a mosaic that a processor keeps at hand.
const CACHED: usize = 16 << 20;

/// Where the positions of areas are.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    column: &'a GeometryColumn,
    copies: &'a [Vec<Position>],
}

impl<'a> Stored<'a> {
    /// Those of one area.
    #[inline]
    pub(super) fn area(self, area: u32) -> &'a [u8] {
        match self.copies.get(area as usize) {
            Some(copy) if !copy.is_empty() => copy.as_flattened(),
            _ => self.column.wkb(area as usize).unwrap_or_default(),
        }
    }
}

/// The cell of a position, however small.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    tiles: &'a Tiles,
    cell: Cell,
    /// Whether it may be divided yet.
    waits: bool,
}

impl Mosaic {
    /// Puts pieces together, which are in the order of their areas; `None` if there is too much of them.
    pub fn new(ground: &Ground, mut pieces: Vec<Piece>) -> Option<Self> {
        let mut copies: Vec<Vec<Position>> = Vec::new();
        for (area, copy) in pieces.iter_mut().flat_map(|piece| piece.copies.drain(..)) {
            copies.resize(copies.len().max(area as usize + 1), Vec::new());
            copies[area as usize] = copy;
        }
        let tiles = Tiles::new(ground.grid.clone(), pieces, LEVELS)?;
        let copied = copies.iter().map(|copy| size_of_val(copy) + copy.capacity() * POSITION).sum::<usize>();
        let held = AtomicUsize::new(size_of::<Self>() + tiles.size() + copied);
        Some(Self { tiles, copies, held, most: AtomicUsize::new(0) })
    }

    /// Bytes held. It grows while it is asked.
    pub fn size(&self) -> usize {
        self.held.load(Relaxed)
    }

    /// From so many bytes on it shall not grow.
    pub fn set_limit(&self, bytes: usize) {
        self.most.store(bytes, Relaxed);
    }

    /// The number of cells that were not made by dividing others.
    pub fn cells(&self) -> usize {
        self.tiles.cells()
    }

    fn stored<'a>(&'a self, column: &'a GeometryColumn) -> Stored<'a> {
        Stored { column, copies: &self.copies }
    }

    /// Calls `f` with each of these points of a block, each area that it lies in or on, and where it lies. Areas ascend;
    /// they are rows of `column`. Gives the number of edges and areas that have to be looked at, where that will not be
    /// less soon.
    #[inline]
    pub fn each_around(
        &self,
        column: &GeometryColumn,
        points: u64,
        block: &PointBlock,
        mut f: impl FnMut(usize, u32, Location),
    ) -> usize {
        // All cells first: none has to wait for what the one before says.
        let cells: [Cell; BLOCK] = std::array::from_fn(|i| self.tiles.cell(block.x[i], block.y[i]));
        let stored = self.stored(column);
        if self.size() < CACHED && !cells.iter().any(|cell| cell.is_crowded()) {
            let of = |i| self.tiles.each_around(stored, cells[i], block.xy(i), |area, place| f(i, area, place));
            return each_bit(points).map(of).sum();
        }
        let mut work = 0;
        for (i, Place { tiles, cell, waits }) in each_bit(points).zip(self.places(column, points, block, &cells)) {
            let of_point = tiles.each_around(stored, cell, block.xy(i), |area, place| f(i, area, place));
            work += if waits { 0 } else { of_point };
        }
        work
    }

    /// The smallest cells of these points, all looked up step by step.
    fn places<'a>(
        &'a self,
        column: &GeometryColumn,
        points: u64,
        block: &PointBlock,
        cells: &[Cell; BLOCK],
    ) -> SmallVec<[Place<'a>; BLOCK]> {
        let root = |i: usize| Place { tiles: &self.tiles, cell: cells[i], waits: false };
        let mut places: SmallVec<[Place; BLOCK]> = each_bit(points).map(root).collect();
        while places.iter().any(|place| place.cell.is_crowded()) {
            let of = |(i, place)| self.below(column, place, block.xy(i));
            let below: SmallVec<[Option<&Tiles>; BLOCK]> = each_bit(points).zip(&mut places).map(of).collect();
            for ((i, place), below) in each_bit(points).zip(&mut places).zip(below) {
                if let Some(below) = below {
                    (place.tiles, place.cell) = (below, below.cell(block.x[i], block.y[i]));
                }
            }
        }
        self.fetch(column, &places);
        places
    }

    /// What is below a place that is crowded; if it is not divided, it is a place as it is.
    #[inline]
    fn below<'a>(&'a self, column: &GeometryColumn, place: &mut Place<'a>, p: Xy) -> Option<&'a Tiles> {
        let crowd = place.tiles.crowd(place.cell)?;
        let below = crowd.below.get().unwrap_or_else(|| self.divide(column, place.tiles, crowd, p));
        if below.is_none() {
            place.waits = crowd.below.get().is_none() && self.size() < self.most.load(Relaxed);
            place.cell = crowd.undivided();
        }
        below.as_deref()
    }

    /// What is below a crowd, once it is worth it and there is room.
    #[cold]
    fn divide<'a>(&self, column: &GeometryColumn, tiles: &Tiles, crowd: &'a Crowd, p: Xy) -> &'a Option<Box<Tiles>> {
        if crowd.ask() < ASKED || self.size() >= self.most.load(Relaxed) {
            return &None;
        }
        crowd.below.get_or_init(|| {
            let cell = [tiles.grid.columns.cell(p.x), tiles.grid.rows.cell(p.y)];
            let below = tiles.divide(self.stored(column), crowd, cell).map(Box::new);
            self.held.fetch_add(below.as_ref().map_or(0, |below| below.size()), Relaxed);
            below
        })
    }

    /// Reads the first of what will be asked at each place.
    fn fetch(&self, column: &GeometryColumn, places: &[Place]) {
        let (stored, mut seen) = (self.stored(column), 0);
        let begins: SmallVec<[_; BLOCK]> = places.iter().map(|place| place.tiles.begin(place.cell)).collect();
        for (area, first) in begins.into_iter().flatten() {
            seen ^= stored.area(area).get(first as usize).copied().unwrap_or_default();
        }
        black_box(seen);
    }
}

#[cfg(test)]
#[path = "mosaic_tests.rs"]
mod tests;
