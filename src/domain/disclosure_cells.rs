//! Adding up groups in many ways: cells in the order of time, and tables of all that can stand at one time.
//!
//! For [`super::disclosure_cube`]. Where few of many places are taken a table would be mostly zeros; there cells are sorted.

use super::disclosure_cube::DIMENSIONS;

/// A group by where it stands in each dimension: unit, procedure, channel, time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub at: [u32; DIMENSIONS],
    pub size: u32,
}

/// How many places of a table are worth one cell.
const ROOM: usize = 16;
const TIME: usize = DIMENSIONS - 1;

/// Cells that stand in the order of time added up: by units, procedures and channels, of which there is one where they are left
/// out, and by the time to which each time leads, in the same order.
pub(super) fn added_up(cells: &[Cell], widths: [usize; TIME], times: &[u32]) -> Vec<Cell> {
    let mut table = Table::new(widths, 1);
    let mut found = Vec::new();
    let time = |cell: &Cell| times[cell.at[TIME] as usize];
    for of_time in cells.chunk_by(|one, next| time(one) == time(next)) {
        let time = time(&of_time[0]);
        if table.room > ROOM * of_time.len() {
            let at = |cell: &Cell| std::array::from_fn(|d| if d == TIME { time } else { table.kept(d, cell.at[d]) });
            found.append(&mut sorted(of_time.iter().map(|cell| Cell { at: at(cell), size: cell.size }).collect()));
        } else {
            for cell in of_time {
                let place = table.place(&cell.at);
                table.sizes[place] += cell.size;
            }
            table.take(0, time, &mut found);
        }
    }
    found
}

fn sorted(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_unstable_by_key(|cell| (cell.at[TIME], cell.at));
    cells.dedup_by(|next, kept| {
        let same = next.at == kept.at;
        kept.size += if same { next.size } else { 0 };
        same
    });
    cells
}

/// Sizes by unit, procedure and channel, of one or more times.
pub(super) struct Table {
    widths: [usize; TIME],
    strides: [usize; TIME],
    room: usize,
    sizes: Vec<u32>,
}

impl Table {
    fn new(widths: [usize; TIME], times: usize) -> Self {
        let [units, procedures, channels] = widths;
        let stride = |width: usize, stride: usize| if width > 1 { stride } else { 0 };
        let strides = [stride(units, procedures * channels), stride(procedures, channels), stride(channels, 1)];
        let room = units * procedures * channels;
        Self { widths, strides, room, sizes: vec![0; room * times] }
    }

    /// Cells in any order, added up, in the order of time; they are asked for once.
    pub fn of_all<I: Iterator<Item = Cell>>(
        widths: [usize; TIME],
        times: usize,
        count: usize,
        cells: impl Fn() -> I,
    ) -> Vec<Cell> {
        if widths.iter().product::<usize>() * times > ROOM * count {
            return sorted(cells().collect());
        }
        let mut table = Self::new(widths, times);
        cells().for_each(|cell| {
            let place = cell.at[TIME] as usize * table.room + table.place(&cell.at);
            table.sizes[place] += cell.size;
        });
        let mut found = Vec::new();
        (0..times).for_each(|time| table.take(time, time as u32, &mut found));
        found
    }

    fn place(&self, at: &[u32; DIMENSIONS]) -> usize {
        (0..TIME).map(|d| self.strides[d] * at[d] as usize).sum()
    }

    fn kept(&self, dimension: usize, at: u32) -> u32 {
        if self.widths[dimension] > 1 { at } else { 0 }
    }

    /// Hands out what stands at a time, and empties it.
    fn take(&mut self, number: usize, time: u32, found: &mut Vec<Cell>) {
        let [_, procedures, channels] = self.widths;
        let of_time = &mut self.sizes[number * self.room..(number + 1) * self.room];
        for (row, sizes) in of_time.chunks_exact_mut(channels).enumerate() {
            let (unit, procedure) = ((row / procedures) as u32, (row % procedures) as u32);
            for (channel, size) in (0..).zip(sizes).filter(|(_, size)| **size > 0) {
                found.push(Cell { at: [unit, procedure, channel, time], size: std::mem::take(size) });
            }
        }
    }
}
