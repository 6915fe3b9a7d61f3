//! Looking up by code in a list that is asked, nearly always, in its own order: a form's questions in the answers to it, which
//! come in the form's order. One comparison each then; in any other order it is as right, and slower.

/// A list of values by code, each code once, and where the next lookup begins.
#[derive(Debug)]
pub struct InTurn<'a, K, V> {
    entries: &'a [(K, V)],
    next: usize,
}

impl<'a, K: AsRef<str>, V> InTurn<'a, K, V> {
    /// A list.
    pub fn over(entries: &'a [(K, V)]) -> Self {
        Self { entries, next: 0 }
    }

    /// Where the entry of a code is.
    pub fn place(&mut self, code: &str) -> Option<usize> {
        if self.entries.get(self.next).is_some_and(|(known, _)| known.as_ref() == code) {
            self.next += 1;
            return Some(self.next - 1);
        }
        // Codes of one kind begin alike: their ends and lengths tell nearly all of them apart.
        let end = code.as_bytes().last();
        let is_it = |(known, _): &(K, V)| {
            let known = known.as_ref();
            known.len() == code.len() && known.as_bytes().last() == end && known == code
        };
        let (before, after) = self.entries.split_at(self.next);
        let place = match after.iter().position(is_it) {
            Some(place) => before.len() + place,
            None => before.iter().position(is_it)?,
        };
        self.next = place + 1;
        Some(place)
    }

    /// The value of a code.
    pub fn get(&mut self, code: &str) -> Option<&'a V> {
        self.place(code).map(|place| &self.entries[place].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn finds_what_is_there_in_any_order(codes in proptest::collection::hash_set("[a-c]{0,2}", 0..9), asked in proptest::collection::vec("[a-c]{0,2}", 0..30)) {
            let entries: Vec<(String, String)> = codes.iter().map(|code| (code.clone(), code.clone())).collect();
            let mut list = InTurn::over(&entries);
            for code in asked {
                proptest::prop_assert_eq!(list.get(&code), codes.get(&code));
            }
        }
    }
}
