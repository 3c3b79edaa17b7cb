//! What a letter sounds like between its neighbours, as tables: which letters are heard nobody can predict, so that a
//! branch for each would cost more than all the rest.

/// Heard nowhere.
pub const SILENT: u8 = 0;

/// Heard as letters farther away have it, or together with the next.
pub const ASK: u8 = 1;

/// Before the first letter; no byte of UTF-8.
pub const START: u8 = 0xFE;

/// Behind the last letter; jellyfish takes an asterisk for it.
pub const END: u8 = b'*';

/// What takes part in a rule: letters, be they small or capital, spaces and the ends. Anything else is 0.
const MEMBERS: &[u8; 30] = b"\0abcdefghijklmnopqrstuvwxyz *\xFE";

/// How many classes there are; those without a member are not used.
const CLASSES: usize = 32;

/// The class of each byte; none is the start.
const CLASS: [u8; 256] = {
    let mut classes = [0; 256];
    let mut class = 1;
    while MEMBERS[class] != START {
        classes[MEMBERS[class] as usize] = class as u8;
        classes[MEMBERS[class].to_ascii_uppercase() as usize] = class as u8;
        class += 1;
    }
    classes
};

fn class(letters: &[u8], at: usize) -> usize {
    CLASS[usize::from(letters.get(at).copied().unwrap_or(END))].into()
}

/// By the members of two classes.
pub struct Table([[u8; CLASSES]; CLASSES]);

impl Table {
    /// Of nothing yet.
    pub const EMPTY: Self = Self([[0; CLASSES]; CLASSES]);

    /// How many pairs of members there are.
    pub const PAIRS: usize = MEMBERS.len() * MEMBERS.len();

    /// The members of a pair.
    pub const fn pair(pair: usize) -> (u8, u8) {
        (MEMBERS[pair / MEMBERS.len()], MEMBERS[pair % MEMBERS.len()])
    }

    /// The same table with a value for a pair.
    pub const fn with(mut self, pair: usize, value: u8) -> Self {
        self.0[pair / MEMBERS.len()][pair % MEMBERS.len()] = value;
        self
    }
}

/// The table of a function of two members.
macro_rules! table {
    ($of:ident) => {{
        let mut table = Table::EMPTY;
        let mut pair = 0;
        while pair < Table::PAIRS {
            let (first, second) = Table::pair(pair);
            table = table.with(pair, $of(first, second));
            pair += 1;
        }
        table
    }};
}
pub(super) use table;

/// A letter and its neighbours, as classes.
#[derive(Debug, Clone, Copy)]
pub struct Neighbours {
    before: usize,
    here: usize,
    next: usize,
}

impl Neighbours {
    /// Around a position.
    pub fn new(letters: &[u8], at: usize) -> Self {
        const AT_START: usize = MEMBERS.len() - 1;
        let before = at.checked_sub(1).map_or(AT_START, |at| class(letters, at));
        Self { before, here: class(letters, at), next: class(letters, at + 1) }
    }

    /// Around the position behind, which is `at`.
    pub fn step(self, letters: &[u8], at: usize) -> Self {
        Self { before: self.here, here: self.next, next: class(letters, at + 1) }
    }

    /// What is heard: as it is before the next letter, if it is heard behind the one before.
    pub fn heard(self, before_next: &Table, behind: &Table) -> u8 {
        before_next.0[self.here][self.next] & behind.0[self.before][self.here]
    }
}
