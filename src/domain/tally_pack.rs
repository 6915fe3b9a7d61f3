//! Many tallies, or many sizes, in one value: what one row of the database holds for a unit and a time.
//!
//! Tallies are packed by procedure and channel under the mark of their layout (see [`super::tally_code`]), sizes by a place in
//! time, procedure and channel. Entries stand in order, so that equal contents are equal bytes.

use super::tally::Tally;
use super::tally_code::{Bytes, Coder, Damaged, put};
use std::collections::BTreeMap;

/// A procedure (0: none was named) and a channel.
pub type Cell = (i64, i16);

/// Tallies by procedure and channel.
pub type Cells = BTreeMap<Cell, Tally>;

/// How many submissions, by a place in time, procedure and channel.
pub type Sizes = BTreeMap<(u8, i64, i16), i64>;

/// Packs tallies; those that count nothing are left out.
pub fn pack(coder: &mut Coder<'_>, cells: &Cells) -> Vec<u8> {
    let (mut out, mut written, mut before) = (Vec::new(), Vec::new(), 0);
    put(&mut out, coder.mark());
    for ((procedure, channel), tally) in cells.iter().filter(|(_, tally)| !tally.is_zero()) {
        written.clear();
        coder.write(tally, &mut written);
        put(&mut out, (procedure - before).unsigned_abs());
        put(&mut out, u64::from(channel.unsigned_abs()));
        put(&mut out, written.len() as u64);
        out.extend_from_slice(&written);
        before = *procedure;
    }
    out
}

/// Packed tallies, one after the other.
#[derive(Debug, Clone)]
pub struct Packed<'a> {
    bytes: Bytes<'a>,
    /// The mark under which they were written.
    pub mark: u64,
    procedure: u64,
}

impl<'a> Packed<'a> {
    /// Opens what [`pack`] made; nothing at all holds no tallies.
    pub fn open(packed: &'a [u8]) -> Result<Self, Damaged> {
        let mut bytes = Bytes(packed);
        let mark = if packed.is_empty() { 0 } else { bytes.number()? };
        Ok(Self { bytes, mark, procedure: 0 })
    }

    /// The next cell and its tally as it was written.
    #[allow(clippy::should_implement_trait, reason = "it can fail")]
    pub fn next(&mut self) -> Result<Option<(Cell, &'a [u8])>, Damaged> {
        if self.bytes.0.is_empty() {
            return Ok(None);
        }
        self.procedure = self.procedure.checked_add(self.bytes.number()?).ok_or(Damaged)?;
        let procedure = i64::try_from(self.procedure).map_err(|_| Damaged)?;
        let channel = i16::try_from(self.bytes.number()?).map_err(|_| Damaged)?;
        let length = usize::try_from(self.bytes.number()?).map_err(|_| Damaged)?;
        Ok(Some(((procedure, channel), self.bytes.take(length)?)))
    }
}

/// Adds packed tallies to others, cell by cell.
pub fn unpack(coder: &mut Coder<'_>, packed: &[u8], into: &mut Cells) -> Result<(), Damaged> {
    let mut packed = Packed::open(packed)?;
    while let Some((cell, written)) = packed.next()? {
        coder.add(into.entry(cell).or_default(), packed.mark, written, 1)?;
    }
    Ok(())
}

/// Packs sizes; those of nothing are left out.
pub fn pack_sizes(sizes: &Sizes) -> Vec<u8> {
    let mut out = Vec::new();
    let mut entries = sizes.iter().filter(|(_, size)| **size > 0).peekable();
    while let Some(((time, ..), _)) = entries.peek() {
        let time = *time;
        let of_time: Vec<_> = std::iter::from_fn(|| entries.next_if(|((next, ..), _)| *next == time)).collect();
        out.push(time);
        put(&mut out, of_time.len() as u64);
        let mut before = 0;
        for ((_, procedure, channel), size) in of_time {
            put(&mut out, (procedure - before).unsigned_abs() << 3 | u64::from(channel.unsigned_abs() & 7));
            put(&mut out, size.unsigned_abs());
            before = *procedure;
        }
    }
    out
}

/// Hands out what [`pack_sizes`] packed: place in time, procedure, channel, size.
pub fn each_size(packed: &[u8], mut each: impl FnMut(u8, i64, i16, i64)) -> Result<(), Damaged> {
    let mut bytes = Bytes(packed);
    while !bytes.0.is_empty() {
        let time = bytes.byte()?;
        let mut procedure = 0i64;
        for _ in 0..bytes.number()? {
            let step = bytes.number()?;
            procedure = procedure.checked_add((step >> 3) as i64).ok_or(Damaged)?;
            let size = i64::try_from(bytes.number()?).map_err(|_| Damaged)?;
            each(time, procedure, (step & 7) as i16, size);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tally::Layout;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sizes_come_back(all in prop::collection::btree_map((1u8..32, 0i64..3000, 1i16..7), 1i64..100_000, 0..80)) {
            let mut read = Sizes::new();
            each_size(&pack_sizes(&all), |time, procedure, channel, size| {
                read.insert((time, procedure, channel), size);
            })
            .unwrap();
            prop_assert_eq!(read, all);
        }

        #[test]
        fn tallies_come_back_added_up(all in prop::collection::btree_map((0i64..500, 1i16..7), 1u8..6, 0..40)) {
            let layout = Layout::of(&toml::from_str(crate::domain::form::tests_support::SMALL).unwrap());
            let mut coder = Coder::new(&layout);
            let tally = |times: i64, level: u8| {
                let mut tally = Tally::empty(&layout);
                tally.add(&layout, &serde_json::json!({ "overall": level }), times);
                tally
            };
            let cells: Cells = all.iter().map(|(cell, level)| (*cell, tally(1, *level))).collect();
            let packed = pack(&mut coder, &cells);
            let mut twice = Cells::new();
            unpack(&mut coder, &packed, &mut twice).unwrap();
            unpack(&mut coder, &packed, &mut twice).unwrap();
            let expected: Cells = all.iter().map(|(cell, level)| (*cell, tally(2, *level))).collect();
            prop_assert_eq!(twice, expected);
        }
    }
}
