//! The container of the older xls files, looked at before anybody reads it: sectors that follow each other in a circle would be
//! read for ever, and sectors far beyond the end would fill the memory.
//!
//! Only numbers of sectors are checked here; what the sectors hold is for the reader of spreadsheets.

/// How such a file begins.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Numbers from here on are no sectors but marks: the end of a chain, an unused one.
const FIRST_MARK: u32 = 0xffff_fffa;

/// Where the header names the first sectors of the table of sectors itself: 109 of them.
const TABLE: std::ops::Range<usize> = 0x4c..0x200;

/// The smallest a sector can be, in bytes.
const SMALL: usize = 64;

/// Whether no chain of a container runs in a circle or out of the file. True of what is no container.
pub(super) fn is_sound(content: &[u8]) -> bool {
    if !content.starts_with(&MAGIC) {
        return true;
    }
    let shift = content.get(0x1e..0x20).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    if !(7..=16).contains(&shift) {
        return false;
    }
    let file = Container { content, size: 1 << shift };
    let Some(table) = file.table() else { return false };
    let chain = |at: usize| file.word(at).and_then(|first| file.chain(first, &table));
    let (Some(small), Some(folder)) = (chain(0x3c), chain(0x30)) else { return false };
    // The folder is made of entries of 128 bytes; each names its first sector, large or small.
    let firsts: Vec<u32> = folder.chunks_exact(32).filter_map(|entry| entry.get(29).copied()).collect();
    let is_within = |numbers: &[u32], size: usize| {
        let most = u32::try_from(content.len() / size + 1).unwrap_or(FIRST_MARK);
        numbers.iter().all(|number| *number <= most || *number >= FIRST_MARK)
    };
    let are_within = is_within(&table, file.size) && is_within(&small, SMALL) && is_within(&firsts, SMALL);
    are_within && !has_circle(&table) && !has_circle(&small)
}

struct Container<'a> {
    content: &'a [u8],
    size: usize,
}

impl Container<'_> {
    fn word(&self, at: usize) -> Option<u32> {
        let bytes = self.content.get(at..at.checked_add(4)?)?;
        bytes.try_into().ok().map(u32::from_le_bytes)
    }

    /// The numbers in a sector; fewer where the file ends in it.
    fn words(&self, sector: u32) -> Vec<u32> {
        let start = usize::try_from(sector).ok().and_then(|s| s.checked_add(1)?.checked_mul(self.size));
        let bytes = start.and_then(|start| self.content.get(start..)).unwrap_or_default();
        let words = bytes.chunks_exact(4).take(self.size / 4);
        words.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    }

    /// How many sectors the file can have.
    fn most(&self) -> usize {
        self.content.len() / self.size + 1
    }

    /// For each sector the one that follows it; nothing where the table itself runs in a circle.
    fn table(&self) -> Option<Vec<u32>> {
        let mut parts: Vec<u32> = TABLE.step_by(4).filter_map(|at| self.word(at)).collect();
        let mut next = self.word(0x44)?;
        for _ in 0..=self.most() {
            if next >= FIRST_MARK {
                let parts = parts.into_iter().filter(|part| *part < FIRST_MARK).take(self.most());
                return Some(parts.flat_map(|part| self.words(part)).collect());
            }
            let mut words = self.words(next);
            next = words.pop().unwrap_or(FIRST_MARK);
            parts.extend(words);
        }
        None
    }

    /// The numbers in a chain of sectors; nothing where it runs in a circle.
    fn chain(&self, first: u32, table: &[u32]) -> Option<Vec<u32>> {
        let mut words = Vec::new();
        let mut next = Some(first);
        for _ in 0..=self.most() {
            let Some(sector) = next.filter(|sector| *sector < FIRST_MARK) else { return Some(words) };
            words.extend(self.words(sector));
            next = usize::try_from(sector).ok().and_then(|at| table.get(at).copied());
        }
        None
    }
}

/// Whether going from number to number comes back to where it was.
fn has_circle(next: &[u32]) -> bool {
    let mut walk_of = vec![0_usize; next.len()];
    for start in 0..next.len() {
        let mut at = start;
        while let Some(walk) = walk_of.get_mut(at) {
            if *walk == start + 1 {
                return true;
            }
            if *walk != 0 {
                break;
            }
            *walk = start + 1;
            at = usize::try_from(next[at]).unwrap_or(usize::MAX);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A container whose one sector of the table says these numbers.
    fn container(table: &[u32]) -> Vec<u8> {
        let mut content = vec![0xff; 512 * (table.len() + 2)];
        content[..8].copy_from_slice(&MAGIC);
        content[0x1e..0x20].copy_from_slice(&9_u16.to_le_bytes());
        content[0x4c..0x50].copy_from_slice(&0_u32.to_le_bytes());
        for (at, number) in table.iter().enumerate() {
            content[512 + 4 * at..516 + 4 * at].copy_from_slice(&number.to_le_bytes());
        }
        content
    }

    #[test]
    fn chains_that_end_are_sound_and_circles_are_not() {
        const END: u32 = 0xffff_fffe;
        assert!(is_sound(&container(&[0xffff_fffd, 2, END, 2])), "two chains may even meet");
        assert!(!is_sound(&container(&[0xffff_fffd, 2, 3, 1])));
        assert!(!is_sound(&container(&[0xffff_fffd, 1])));
        assert!(!is_sound(&container(&[0xffff_fffd, 1_000_000])), "far beyond the end");
        let mut folder = container(&[0xffff_fffd, END]);
        folder[0x30..0x34].copy_from_slice(&1_u32.to_le_bytes());
        assert!(is_sound(&folder));
        folder[1024 + 116..1024 + 120].copy_from_slice(&0x00ff_ffff_u32.to_le_bytes());
        assert!(!is_sound(&folder), "a stream that begins beyond the end");
        let mut small = container(&[0xffff_fffd, END]);
        small[0x3c..0x40].copy_from_slice(&1_u32.to_le_bytes());
        assert!(is_sound(&small));
        small[1024..1028].copy_from_slice(&0_u32.to_le_bytes());
        assert!(!is_sound(&small), "a small sector that follows itself");
        assert!(is_sound(b"PK") && !is_sound(&MAGIC));
    }
}
