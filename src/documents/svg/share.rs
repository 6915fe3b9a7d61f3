//! A share as a thin bar on the whole axis from 0 to 100 %: the one that a page is about in the accent, all others in grey; over it,
//! as a thinner bar with a pale edge, its interval.

use super::{DrawError, Ink, finish};
use plotters::prelude::*;

const SIZE: (u32, u32) = (1000, 20);

/// Whose share it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of the unit the page is about.
    Own,
    /// One that stands beside it.
    Other,
}

/// The bar of a share in hundredths of a per cent, with the ends of its interval. `title` says in words what it shows.
pub fn share(hundredths: i64, interval: Option<(i64, i64)>, whose: Whose, title: &str) -> Result<String, DrawError> {
    let ink = match whose {
        Whose::Own => Ink::Accent,
        Whose::Other => Ink::Grey,
    };
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, SIZE).into_drawing_area();
        area.draw(&Rectangle::new([(0, 8), (1000, 12)], Ink::Rule.colour().filled()))?;
        let edge = |hundredths: i64| i32::try_from(hundredths.clamp(0, 10_000) / 10).unwrap_or(0);
        area.draw(&Rectangle::new([(0, 4), (edge(hundredths), 16)], ink.colour().filled()))?;
        if let Some((low, high)) = interval.map(|(low, high)| (edge(low), edge(high).max(edge(low) + 2))) {
            area.draw(&Rectangle::new([(low - 2, 7), (high + 2, 13)], Ink::Paper.colour().filled()))?;
            area.draw(&Rectangle::new([(low, 9), (high, 11)], Ink::Text.colour().filled()))?;
        }
        area.present()?;
    }
    Ok(finish(&drawn, SIZE, "levels", title, ""))
}
