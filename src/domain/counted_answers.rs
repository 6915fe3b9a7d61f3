//! Stored answers counted as they are read: each value goes straight into its count, nothing of it is kept in between.
//!
//! Works on whatever serde reads, the text of a stored row as well as a value in memory. What no question of the layout asks is
//! passed over.

use super::moments::Moments;
use super::tally::{Layout, Place, Tally};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Counts one submission's answers so many times.
pub(super) struct CountedAnswers<'a> {
    pub tally: &'a mut Tally,
    pub layout: &'a Layout,
    pub times: i64,
}

impl<'de> DeserializeSeed<'de> for CountedAnswers<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CountedAnswers<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("answers, by question or in the order of the questions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<(), A::Error> {
        self.count(|counts, parts, layout, times| {
            for place in &layout.places {
                if row.next_element_seed(Value { counts, parts, layout, place, times, is_part: false })?.is_none() {
                    return Ok(());
                }
            }
            while row.next_element::<IgnoredAny>()?.is_some() {}
            Ok(())
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.count(|counts, parts, layout, times| {
            while let Some(place) = map.next_key_seed(Question(layout))? {
                match place {
                    Some(place) => {
                        map.next_value_seed(Value { counts, parts, layout, place, times, is_part: false })?
                    }
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(())
        })
    }
}

impl CountedAnswers<'_> {
    /// Counts the submission, its answers by `read`, and with them its moments.
    fn count<E>(
        self,
        read: impl FnOnce(&mut [i64], &mut [(i64, i64)], &Layout, i64) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { tally, layout, times } = self;
        tally.submissions += times;
        // y and m of each composite.
        let mut parts = vec![(0, 0); layout.composites.len()];
        read(&mut tally.counts, &mut parts, layout, times)?;
        if !parts.is_empty() {
            tally.counts[layout.end] += times * layout.mark;
        }
        for (composite, part) in parts.into_iter().enumerate() {
            Moments::count(&mut tally.counts[layout.moments_at(composite)], part, times);
        }
        Ok(())
    }
}

/// A question's code, as the place of its counts.
struct Question<'a>(&'a Layout);

impl<'a, 'de> DeserializeSeed<'de> for Question<'a> {
    type Value = Option<&'a Place>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Question<'a> {
    type Value = Option<&'a Place>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a question's code")
    }

    fn visit_str<E: Error>(self, code: &str) -> Result<Self::Value, E> {
        Ok(self.0.place(code))
    }
}

/// The value of one answer.
struct Value<'a> {
    counts: &'a mut [i64],
    parts: &'a mut [(i64, i64)],
    layout: &'a Layout,
    place: &'a Place,
    times: i64,
    /// Whether it is one of several options chosen, which are one answer.
    is_part: bool,
}

impl Value<'_> {
    /// Notes that the question was answered at all.
    fn answered(&mut self) {
        if !self.is_part {
            self.counts[self.place.start] += self.times;
        }
    }

    fn chosen(&mut self, option: usize) {
        self.counts[self.place.start + 1 + option] += self.times;
        for (composite, term) in &self.place.terms {
            let term = &self.layout.composites[*composite].terms[*term];
            let (y, m) = &mut self.parts[*composite];
            *y += term.weight * term.values.get(option).copied().unwrap_or(0);
            *m += term.weight;
        }
    }

    fn code(&mut self, code: &str) {
        if let Some(option) = self.place.options.iter().position(|option| option == code) {
            self.chosen(option);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_u64<E: Error>(mut self, level: u64) -> Result<(), E> {
        self.answered();
        let option = usize::try_from(level).ok().and_then(|level| level.checked_sub(1));
        if let Some(option) = option.filter(|option| *option < self.place.options.len()) {
            self.chosen(option);
        }
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, _: i64) -> Result<(), E> {
        self.answered();
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, _: f64) -> Result<(), E> {
        self.answered();
        Ok(())
    }

    fn visit_bool<E: Error>(mut self, _: bool) -> Result<(), E> {
        self.answered();
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(mut self, code: &str) -> Result<(), E> {
        self.answered();
        self.code(code);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut codes: A) -> Result<(), A::Error> {
        self.answered();
        let Value { counts, parts, layout, place, times, .. } = self;
        while codes.next_element_seed(Value { counts, parts, layout, place, times, is_part: true })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.answered();
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
