//! Tallies as few bytes: what can be worked out from the rest is left out, and runs of nothing take no room.
//!
//! Written are the counts of options, how far `answered` is from their sum, and of the moments only how far they are from what
//! equal answers would give; Σy and Σm follow from the counts. A tally of one submission thus takes a byte an answer. What is
//! read is added straight to a sum.

use super::moments::WIDTH;
use super::tally::{Layout, Tally};

/// Bytes that are no tallies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stored counts are damaged")
    }
}
impl std::error::Error for Damaged {}

/// What a count of a question is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// How many answered.
    Answered,
    /// How many chose an option: where `answered` stands, and what one choice adds to y and m of composites.
    Option(usize, Vec<(usize, i64, i64)>),
}

/// How many numbers of a composite are written: people, yy, ym, mm.
const WRITTEN: usize = 4;

/// Writes and reads tallies of one layout.
#[derive(Debug, Clone)]
pub struct Coder<'a> {
    layout: &'a Layout,
    slots: Vec<Slot>,
    /// Whether moments are read.
    has_moments: bool,
    /// y and m of each composite of the tally at hand.
    parts: Vec<(i64, i64)>,
    /// What of its moments was written.
    kept: Vec<i64>,
}

impl<'a> Coder<'a> {
    /// For a layout.
    pub fn new(layout: &'a Layout) -> Self {
        let mut slots = vec![Slot::Answered; layout.end];
        for place in &layout.places {
            for option in 0..place.options.len() {
                let adds = place.terms.iter().map(|(composite, term)| {
                    let term = &layout.composites[*composite].terms[*term];
                    (*composite, term.weight * term.values.get(option).copied().unwrap_or(0), term.weight)
                });
                slots[place.start + 1 + option] = Slot::Option(place.start, adds.collect());
            }
        }
        let composites = layout.composites.len();
        Self { layout, slots, has_moments: true, parts: vec![(0, 0); composites], kept: vec![0; WRITTEN * composites] }
    }

    /// For sums of which only counts are wanted: moments, which are most of the work, are passed over.
    pub fn of_counts(layout: &'a Layout) -> Self {
        let mut coder = Self::new(layout);
        coder.has_moments = false;
        for slot in &mut coder.slots {
            if let Slot::Option(_, adds) = slot {
                adds.clear();
            }
        }
        coder
    }

    /// The layout.
    pub fn layout(&self) -> &'a Layout {
        self.layout
    }

    /// The mark under which this layout's tallies are written.
    pub fn mark(&self) -> u64 {
        if self.layout.composites.is_empty() { 0 } else { self.layout.mark.unsigned_abs() }
    }

    /// Writes a tally.
    pub fn write(&mut self, tally: &Tally, out: &mut Vec<u8>) {
        let at = |place: usize| tally.counts.get(place).copied().unwrap_or(0);
        let mut tokens = Tokens { out, gap: 0 };
        put_signed(tokens.out, tally.submissions);
        self.parts.fill((0, 0));
        let mut answered = 0;
        // From the end, so that what was chosen is known when `answered` is reached: places are counted from there.
        for place in (0..self.slots.len()).rev() {
            let count = at(place);
            match &self.slots[place] {
                Slot::Option(_, adds) => {
                    answered += count;
                    add_parts(&mut self.parts, adds, count);
                    tokens.put(count);
                }
                Slot::Answered => tokens.put(count - std::mem::take(&mut answered)),
            }
        }
        for (composite, (y, m)) in self.parts.iter().enumerate() {
            let kept = self.layout.moments_at(composite).map(at).collect::<Vec<_>>();
            let [people, _, _, yy, ym, mm] = kept[..] else { continue };
            tokens.put(people - tally.submissions);
            let equal = equal_answers(people, *y, *m);
            for (kept, equal) in [yy, ym, mm].into_iter().zip(equal) {
                tokens.put(kept.wrapping_sub(equal));
            }
        }
    }

    /// Adds a written tally to a sum `times` times. Of one written under another mark the moments are passed over, so that the sum
    /// tells none.
    pub fn add(&mut self, sum: &mut Tally, mark: u64, written: &[u8], times: i64) -> Result<(), Damaged> {
        let mut bytes = Bytes(written);
        let submissions = bytes.signed()?;
        sum.submissions += times * submissions;
        sum.counts.resize(sum.counts.len().max(self.layout.width()), 0);
        let is_ours = self.has_moments && mark == self.mark() && mark != 0;
        self.parts.fill((0, 0));
        self.kept.fill(0);
        let mut place = 0;
        while let Some((gap, value)) = bytes.token()? {
            place += gap;
            let Some(value) = value else { continue };
            match self.slots.len().checked_sub(place + 1) {
                Some(at) => {
                    sum.counts[at] += times * value;
                    if let Slot::Option(answered, adds) = &self.slots[at] {
                        sum.counts[*answered] += times * value;
                        add_parts(&mut self.parts, adds, value);
                    }
                }
                None if is_ours => *self.kept.get_mut(place - self.slots.len()).ok_or(Damaged)? = value,
                // The rest is moments.
                None => break,
            }
            place += 1;
        }
        if is_ours {
            sum.counts[self.layout.end] += times * self.layout.mark * submissions;
            for (composite, (y, m)) in self.parts.iter().enumerate() {
                let kept = &self.kept[WRITTEN * composite..WRITTEN * (composite + 1)];
                let people = submissions + kept[0];
                let [yy, ym, mm] = equal_answers(people, *y, *m);
                let moments: [i64; WIDTH] =
                    [people, *y, *m, kept[1].wrapping_add(yy), kept[2].wrapping_add(ym), kept[3].wrapping_add(mm)];
                for (sum, part) in sum.counts[self.layout.moments_at(composite)].iter_mut().zip(moments) {
                    *sum += times * part;
                }
            }
        }
        Ok(())
    }
}

/// How many submissions a written tally counts.
pub fn submissions(written: &[u8]) -> Result<i64, Damaged> {
    Bytes(written).signed()
}

fn add_parts(parts: &mut [(i64, i64)], adds: &[(usize, i64, i64)], count: i64) {
    if count != 0 {
        for (composite, y, m) in adds {
            parts[*composite].0 += y * count;
            parts[*composite].1 += m * count;
        }
    }
}

/// Σy², Σym and Σm² if everybody had answered alike.
fn equal_answers(people: i64, y: i64, m: i64) -> [i64; 3] {
    let people = i128::from(people.max(1));
    let product = |a: i64, b: i64| i64::try_from(i128::from(a) * i128::from(b) / people).unwrap_or(0);
    [product(y, y), product(y, m), product(m, m)]
}

/// Values in a row, with how many zeros stand before each: one byte for 1 to 4 after fewer than 32 zeros, else a byte for the
/// zeros (127: so many and nothing after them) and the value.
struct Tokens<'a> {
    out: &'a mut Vec<u8>,
    gap: u8,
}

const MOST_ZEROS: u8 = 127;

impl Tokens<'_> {
    fn put(&mut self, value: i64) {
        match value {
            0 if self.gap + 1 == MOST_ZEROS => {
                self.out.push(0x80 | MOST_ZEROS);
                self.gap = 0;
            }
            0 => self.gap += 1,
            1..=4 if self.gap < 32 => {
                self.out.push(self.gap << 2 | (value - 1) as u8);
                self.gap = 0;
            }
            _ => {
                self.out.push(0x80 | self.gap);
                put_signed(self.out, value);
                self.gap = 0;
            }
        }
    }
}

/// Writes a number that is not negative, seven bits a byte.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn byte(&mut self) -> Result<u8, Damaged> {
        let (first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn signed(&mut self) -> Result<i64, Damaged> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// How many zeros, and the value after them; nothing at the end.
    fn token(&mut self) -> Result<Option<(usize, Option<i64>)>, Damaged> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(None) };
        self.0 = rest;
        let gap = first & 0x7f;
        Ok(Some(match first & 0x80 {
            0 => (usize::from(first >> 2), Some(i64::from(first & 3) + 1)),
            _ if gap == MOST_ZEROS => (usize::from(gap), None),
            _ => (usize::from(gap), Some(self.signed()?)),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::{Form, tests_support::SMALL};
    use proptest::prelude::*;
    use serde_json::json;
    use std::sync::LazyLock;

    const MORE: [&str; 2] = ["again", "once_more"];

    /// A layout with moments, and one of the same form without.
    static LAYOUTS: LazyLock<[Layout; 2]> = LazyLock::new(|| {
        let question = |code: &&str| {
            format!(
                "[[sections.questions]]\ncode = \"{code}\"\nkind = \"level\"\nscale = \"satisfaction5\"\n\
                 text = {{ vi = \"?\", en = \"?\" }}\n"
            )
        };
        let form: Form = toml::from_str(&(SMALL.to_owned() + &MORE.iter().map(question).collect::<String>())).unwrap();
        let definition = toml::from_str(
            r#"
            index = "i"
            version = "1"
            form = "small/2026"
            title = { vi = "I", en = "I" }
            formula = { vi = "I", en = "I" }
            source = { vi = "I", en = "I" }
            valid_from = "2026-01-01"
            satisfied_from = 4
            nodes = [
              { code = "i", aggregation = "mean_of_factors" },
              { code = "f", parent = "i", aggregation = "mean_of_criteria" },
              { code = "overall", parent = "f", aggregation = "share" },
              { code = "again", parent = "f", aggregation = "share" },
              { code = "g", parent = "i", aggregation = "mean_of_criteria" },
              { code = "once_more", parent = "g", aggregation = "share" },
            ]
            "#,
        )
        .unwrap();
        [Layout::with(&form, std::iter::once(&definition)), Layout::of(&form)]
    });

    fn answers(chosen: &[u8]) -> serde_json::Value {
        let levels = ["overall"].iter().chain(&MORE).zip(chosen).filter(|(_, level)| **level > 0);
        let mut answers: serde_json::Map<_, _> = levels.map(|(code, level)| ((*code).into(), json!(level))).collect();
        if chosen[3] > 2 {
            answers.insert("gender".into(), json!("female"));
        }
        match chosen[3] {
            3 => answers.insert("reason".into(), json!(["time", "other"])),
            4 => answers.insert("comment".into(), json!("x")),
            _ => None,
        };
        answers.into()
    }

    fn tally(layout: &Layout, people: &[Vec<u8>], times: i64) -> Tally {
        let mut tally = Tally::empty(layout);
        people.iter().for_each(|chosen| tally.add(layout, &answers(chosen), times));
        tally
    }

    #[test]
    fn one_submission_takes_about_a_byte_an_answer() {
        let [layout, _] = &*LAYOUTS;
        let mut written = Vec::new();
        Coder::new(layout).write(&tally(layout, &[vec![5; 4]], 1), &mut written);
        assert!(written.len() <= 5, "{} bytes", written.len());
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_and_can_be_taken_off(
            people in prop::collection::vec(prop::collection::vec(0u8..6, 4), 0..30),
            others in prop::collection::vec(prop::collection::vec(0u8..6, 4), 0..30),
            times in 1i64..200,
        ) {
            for layout in &*LAYOUTS {
                let (tally, other) = (tally(layout, &people, times), tally(layout, &others, 1));
                let mut coder = Coder::new(layout);
                let mut written = Vec::new();
                coder.write(&tally, &mut written);
                let mut sum = other.clone();
                coder.add(&mut sum, coder.mark(), &written, 1).unwrap();
                let mut both = other.clone();
                both.merge(&tally);
                prop_assert_eq!(&sum, &both);
                coder.add(&mut sum, coder.mark(), &written, -1).unwrap();
                prop_assert_eq!(&sum, &other);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut coder = Coder::new(&LAYOUTS[0]);
            let _ends = coder.add(&mut Tally::default(), coder.mark(), &bytes, 0);
        }
    }

    #[test]
    fn where_only_counts_are_wanted_they_are_the_same() {
        let [layout, _] = &*LAYOUTS;
        let (mut coder, mut of_counts) = (Coder::new(layout), Coder::of_counts(layout));
        let (mut written, mut sums) = (Vec::new(), [Tally::empty(layout), Tally::empty(layout)]);
        coder.write(&tally(layout, &[vec![5, 4, 3, 2], vec![1; 4]], 1), &mut written);
        for (coder, sum) in [&mut coder, &mut of_counts].into_iter().zip(&mut sums) {
            coder.add(sum, 0, &written, 0).unwrap();
            coder.add(sum, layout.mark.unsigned_abs(), &written, 3).unwrap();
        }
        let [whole, counts] = &sums;
        assert_eq!((counts.submissions, &counts.counts[..layout.end]), (6, &whole.counts[..layout.end]));
        assert!(whole.moments(layout, "i/1", "i").is_some() && counts.moments(layout, "i/1", "i").is_none());
    }

    #[test]
    fn of_another_layout_the_counts_are_read_and_no_moments() {
        let [layout, plain] = &*LAYOUTS;
        let people = [vec![5, 4, 3, 2], vec![1; 4]];
        let (mut coder, mut other) = (Coder::new(layout), Coder::new(plain));
        let (mut written, mut sum) = (Vec::new(), Tally::empty(plain));
        coder.write(&tally(layout, &people, 1), &mut written);
        other.add(&mut sum, coder.mark(), &written, 1).unwrap();
        assert_eq!(sum, tally(plain, &people, 1));
        let mut sum = Tally::empty(layout);
        coder.add(&mut sum, 7, &written, 1).unwrap();
        assert_eq!(sum.levels(layout, "again"), tally(layout, &people, 1).levels(layout, "again"));
        assert_eq!(sum.moments(layout, "i/1", "i"), None);
    }
}
