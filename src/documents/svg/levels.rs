//! How often each of the five levels was chosen, as one bar of five parts.

use super::{DrawError, Ink, finish};
use plotters::prelude::*;

const SIZE: (u32, u32) = (1000, 20);

/// The bar of some counts, from the lowest level up. `title` says in words what it shows.
pub fn levels(counts: &[i64], title: &str) -> Result<String, DrawError> {
    let total: i64 = counts.iter().sum();
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, SIZE).into_drawing_area();
        let mut sum = 0;
        for (level, count) in (1u8..).zip(counts).filter(|(_, count)| **count > 0) {
            let edge = |sum: i64| i32::try_from(sum * i64::from(SIZE.0) / total).unwrap_or(0);
            let corners = [(edge(sum), 0), (edge(sum + count), 20)];
            area.draw(&Rectangle::new(corners, Ink::Level(level).colour().filled()))?;
            sum += count;
        }
        area.present()?;
    }
    Ok(finish(&drawn, SIZE, "levels", title, ""))
}
