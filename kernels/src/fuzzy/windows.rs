//! What two strings within an edit distance have in common for certain: a part of their windows, which is what is left
//! of their first (or last) symbols when at most as many are taken out as there may be edits.
//!
//! Of each edit at most one symbol of either string takes part, of an exchange with something between as many as it
//! costs. So at most `k` symbols of either string have no partner. Cut both after `n` symbols: if a partner is beyond
//! the cut of one string, none is beyond the cut of the other, where all that have no partner are then among the `k`.
//! Either way `n - k` partners, or all of a shorter string but `k`, are before both cuts, in the same order.

/// Where windows are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first symbols.
    Front,
    /// The last symbols.
    Back,
}

/// Most symbols of a window: the more, the fewer strings share what is left, and the more there is to keep.
pub fn width(most: usize) -> usize {
    match most {
        0 => 64,
        1 => 32,
        2 => 14,
        3 => 11,
        _ => most + 6,
    }
}

/// A hash of everything that is left of a window when up to `most` symbols are taken out.
pub fn rests(symbols: &[u32], end: End, most: usize, out: &mut Vec<u32>) {
    let width = width(most).min(symbols.len());
    let window = match end {
        End::Front => &symbols[..width],
        End::Back => &symbols[symbols.len() - width..],
    };
    out.clear();
    take_out(window, most, SEED, out);
    out.sort_unstable();
    out.dedup();
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// The symbols are hashed in their order; each is kept, or taken out while that is allowed.
fn take_out(window: &[u32], most: usize, hash: u64, out: &mut Vec<u32>) {
    let Some((&first, rest)) = window.split_first() else {
        out.push((hash >> 32) as u32);
        return;
    };
    let kept = (hash ^ u64::from(first)).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(32);
    if most == 0 {
        take_out(rest, 0, kept, out);
        return;
    }
    take_out(rest, most, kept, out);
    // Of equal neighbours it does not matter which are taken out: always the last.
    let run = window.iter().take_while(|symbol| **symbol == first).count();
    if run <= most {
        take_out(&window[run..], most - run, hash, out);
    }
}
