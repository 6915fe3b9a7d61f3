//! Adding up groups in many ways: tables of all that can stand at one time, and what somebody is in of them.
//!
//! For [`super::disclosure_sums`]. Where few of many places are taken a table would be mostly zeros; there groups are sorted.

use super::disclosure_cube::DIMENSIONS;
use super::disclosure_dimension::ELSEWHERE;
use std::ops::Range;

/// How many places of a table are worth one group.
const ROOM: usize = 16;
const TIME: usize = DIMENSIONS - 1;

/// How many units, procedures and channels there are; one where they are left out.
pub(super) type Widths = [u32; TIME];

/// Whether every place in a table so wide has a number.
pub(super) fn has_room(widths: Widths) -> bool {
    widths.into_iter().try_fold(1, u32::checked_mul).is_some()
}

/// What stands at a place of the table of its time, unit by unit, in these procedure by procedure, in these channel by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    place: u32,
    size: u32,
}

/// Sizes by unit, procedure, channel and time, of those in which somebody is.
#[derive(Debug)]
pub(super) struct Cells {
    widths: Widths,
    /// The times in their order, each with where its cells end.
    times: Vec<(u32, usize)>,
    /// In the order of places.
    cells: Vec<Cell>,
}

impl Cells {
    fn new(widths: Widths) -> Self {
        Self { widths, times: Vec::new(), cells: Vec::new() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.cells.len()
    }

    /// The times within some, each with its cells.
    fn within(&self, times: &Range<u32>) -> impl Iterator<Item = (u32, &[Cell])> {
        let place = |time: u32| self.times.partition_point(|(other, _)| *other < time);
        (place(times.start)..place(times.end)).map(|number| {
            let start = number.checked_sub(1).map_or(0, |before| self.times[before].1);
            let (time, end) = self.times[number];
            (time, &self.cells[start..end])
        })
    }

    /// Looks at what stands within some times: where in each dimension, and its size.
    pub fn each(&self, times: &Range<u32>, mut each: impl FnMut([u32; DIMENSIONS], u32)) {
        let [_, procedures, channels] = self.widths;
        for (time, cells) in self.within(times) {
            for Cell { place, size } in cells {
                let (row, channel) = (place / channels, place % channels);
                each([row / procedures, row % procedures, channel, time], *size);
            }
        }
    }

    /// How many submissions stand within ranges of all dimensions.
    pub fn size(&self, ranges: &[Range<u32>; DIMENSIONS]) -> i64 {
        let [units, procedures, channels, times] = ranges;
        let mut all = 0;
        for (_, cells) in self.within(times) {
            for row in units.clone().flat_map(|unit| procedures.clone().map(move |p| unit * self.widths[1] + p)) {
                let [start, end] = [channels.start, channels.end].map(|channel| {
                    let place = row * self.widths[2] + channel;
                    cells.partition_point(|cell| cell.place < place)
                });
                all += cells[start..end].iter().map(|cell| i64::from(cell.size)).sum::<i64>();
            }
        }
        all
    }

    /// The same added up further, in the order of the times to which theirs lead; those that lead to [`ELSEWHERE`] are left out.
    pub fn added_up(&self, widths: Widths, times: &[u32]) -> Self {
        let mut found = Self::new(widths);
        let mut pieces: Vec<(u32, &[Cell])> =
            self.within(&(0..u32::MAX)).map(|(time, cells)| (times[time as usize], cells)).collect();
        pieces.retain(|(time, _)| *time != ELSEWHERE);
        pieces.sort_by_key(|(time, _)| *time);
        let leads = self.leads_to(widths);
        let mut table = vec![0; room(widths)];
        for of_time in pieces.chunk_by(|one, next| one.0 == next.0) {
            let count = of_time.iter().map(|(_, cells)| cells.len()).sum::<usize>();
            let cells = of_time.iter().flat_map(|(_, cells)| *cells);
            let cells = cells.map(|cell| Cell { place: leads(cell.place), size: cell.size });
            found.take(of_time[0].0, (count, cells), &mut table);
        }
        found
    }

    /// To which place of another table, in which some dimensions are left out, each place leads.
    fn leads_to(&self, widths: Widths) -> impl Fn(u32) -> u32 {
        let [_, procedures, channels] = self.widths;
        let strides = strides(widths);
        let is_same = self.widths == widths;
        move |place| {
            if is_same {
                return place;
            }
            let (row, channel) = (place / channels, place % channels);
            row / procedures * strides[0] + row % procedures * strides[1] + channel * strides[2]
        }
    }

    /// Groups in any order, by unit, procedure, channel and time, added up.
    pub fn of(widths: Widths, times: usize, count: usize, groups: impl Iterator<Item = ([u32; 4], u32)>) -> Self {
        let (strides, room) = (strides(widths), room(widths));
        let place = |at: &[u32; 4]| (0..TIME).map(|d| strides[d] * at[d]).sum::<u32>();
        let mut found = Self::new(widths);
        if room * times > ROOM * count {
            let mut all: Vec<(u32, Cell)> =
                groups.map(|(at, size)| (at[TIME], Cell { place: place(&at), size })).collect();
            all.sort_unstable();
            for of_time in all.chunk_by(|one, next| one.0 == next.0) {
                found.take_sorted(of_time[0].0, of_time.iter().map(|(_, cell)| *cell));
            }
            return found;
        }
        let mut table = vec![0; room * times];
        groups.for_each(|(at, size)| table[at[TIME] as usize * room + place(&at) as usize] += size);
        for (time, table) in (0..).zip(table.chunks_exact_mut(room)) {
            found.take_table(time, table);
        }
        found
    }

    /// Takes so many cells of a time, in any order, with the help of an empty table.
    fn take(&mut self, time: u32, (count, cells): (usize, impl Iterator<Item = Cell>), table: &mut [u32]) {
        if table.len() > ROOM * count {
            let mut cells: Vec<Cell> = cells.collect();
            cells.sort_unstable();
            return self.take_sorted(time, cells.into_iter());
        }
        cells.for_each(|cell| table[cell.place as usize] += cell.size);
        self.take_table(time, table);
    }

    fn take_sorted(&mut self, time: u32, cells: impl Iterator<Item = Cell>) {
        let start = self.cells.len();
        for cell in cells {
            match self.cells[start..].last_mut().filter(|last| last.place == cell.place) {
                Some(last) => last.size += cell.size,
                None => self.cells.push(cell),
            }
        }
        self.end_of(time, start);
    }

    /// Takes what stands in a table, and empties it.
    fn take_table(&mut self, time: u32, table: &mut [u32]) {
        let start = self.cells.len();
        let there = (0..).zip(table).filter(|(_, size)| **size > 0);
        self.cells.extend(there.map(|(place, size)| Cell { place, size: std::mem::take(size) }));
        self.end_of(time, start);
    }

    fn end_of(&mut self, time: u32, start: usize) {
        if self.cells.len() > start {
            self.times.push((time, self.cells.len()));
        }
    }
}

fn room(widths: Widths) -> usize {
    widths.into_iter().map(|width| width as usize).product()
}

/// How far apart those next to each other stand, of units, procedures and channels.
fn strides([units, procedures, channels]: Widths) -> Widths {
    let stride = |width: u32, stride: u32| if width > 1 { stride } else { 0 };
    [stride(units, procedures * channels), stride(procedures, channels), stride(channels, 1)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    type Plain = BTreeMap<[u32; 4], u32>;

    fn plain(cells: &Cells) -> Plain {
        let mut plain = Plain::new();
        cells.each(&(0..u32::MAX), |at, size| assert!(plain.insert(at, size).is_none(), "{at:?} stands there once"));
        plain
    }

    proptest::proptest! {
        #[test]
        fn what_is_added_up_is_what_stands_there(
            groups in proptest::collection::vec(((0u32..3, 0u32..4, 0u32..2, 0u32..6), 1u32..9), 0..90),
            width in 4u32..40,
            mask in 0u8..8,
            lead in proptest::collection::vec(0u32..5, 6),
        ) {
            let groups: Vec<([u32; 4], u32)> = groups.iter().map(|((u, p, c, t), n)| ([*u, *p, *c, *t], *n)).collect();
            let cells = Cells::of([3, width, 2], 6, groups.len(), groups.iter().copied());
            let (mut expected, mut further) = (Plain::new(), Plain::new());
            let lead: Vec<u32> = lead.into_iter().map(|time| if time == 4 { ELSEWHERE } else { time }).collect();
            for (at, size) in &groups {
                *expected.entry(*at).or_default() += size;
                let at = std::array::from_fn(|d| if d == TIME { lead[at[d] as usize] } else { at[d] * u32::from(mask >> d & 1) });
                if at[TIME] != ELSEWHERE {
                    *further.entry(at).or_default() += size;
                }
            }
            proptest::prop_assert_eq!(&plain(&cells), &expected);
            let widths = [3, width, 2];
            let widths = std::array::from_fn(|d| if mask >> d & 1 == 1 { widths[d] } else { 1 });
            proptest::prop_assert_eq!(plain(&cells.added_up(widths, &lead)), further);
            let ranges = [0..2, 1..3, 1..2, 2..5];
            let within = |at: &[u32; 4]| at.iter().zip(&ranges).all(|(at, range)| range.contains(at));
            let size: u32 = expected.iter().filter(|(at, _)| within(at)).map(|(_, size)| size).sum();
            proptest::prop_assert_eq!(cells.size(&ranges), i64::from(size));
        }
    }

    #[test]
    fn a_table_may_be_as_wide_as_its_places_have_numbers() {
        assert!(has_room([10_000, 6_000, 6]) && has_room([1, u32::MAX, 1]));
        assert!(!has_room([1 << 16, 1 << 12, 16]));
    }
}
