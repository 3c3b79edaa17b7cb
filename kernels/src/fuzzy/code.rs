//! A code of Metaphone as it is written.

/// A code as it grows: so many letters of ASCII, in a buffer that is reused.
pub struct Code<'a> {
    letters: &'a mut [u8],
    len: usize,
}

impl<'a> Code<'a> {
    /// Of text of so many letters, none of which has more than two.
    pub fn new(buffer: &'a mut Vec<u8>, letters: usize) -> Self {
        // One more is written that may not count.
        let room = 2 * letters + 1;
        if buffer.len() < room {
            buffer.resize(room, 0);
        }
        Self { letters: buffer, len: 0 }
    }

    /// How many letters there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The last letter.
    pub fn last(&self) -> Option<u8> {
        self.letters[..self.len].last().copied()
    }

    /// One more.
    pub fn push(&mut self, letter: u8) {
        self.push_if(true, letter);
    }

    /// One more, or none. This is no branch: which letters are heard cannot be predicted.
    pub fn push_if(&mut self, heard: bool, letter: u8) {
        self.letters[self.len] = letter;
        self.len += usize::from(heard);
    }

    /// At most so many of them.
    pub fn first(&self, most: usize) -> &str {
        std::str::from_utf8(&self.letters[..self.len.min(most)]).unwrap_or_default()
    }
}
