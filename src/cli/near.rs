//! "Did you mean": codes that are near to one that does not exist.

/// Up to three known codes that differ little from the wished one, the nearest first.
pub fn nearest<'a>(wished: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wished = wished.to_lowercase();
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .map(|code| {
            let lower = code.to_lowercase();
            let part = wished.len() >= 3 && (lower.contains(&wished) || wished.contains(&lower));
            (if part { 1 } else { distance(&wished, &lower) }, code)
        })
        .filter(|(far, code)| *far <= 2.min(code.chars().count() / 2))
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, code)| code).take(3).collect()
}

/// `; did you mean a, b?`, or nothing.
pub fn hint<'a>(wished: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(wished, known).as_slice() {
        [] => String::new(),
        near => format!("; did you mean {}?", near.join(" or ")),
    }
}

/// How many letters have to be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(nearest("sipaz", ["counter", "sipas"]), ["sipas"]);
        assert_eq!(nearest("H19.27", ["H19", "H19.26", "H20.31"]), ["H19", "H19.26"]);
        assert_eq!(nearest("h19.26", ["H19.26"]), ["H19.26"]);
        assert!(nearest("weather", ["counter", "sipas"]).is_empty());
        assert_eq!(hint("weather", ["sipas"]), "");
        assert_eq!(hint("conter", ["counter"]), "; did you mean counter?");
    }
}
