//! A share as a thin bar on the whole axis from 0 to 100 %.

use super::{DrawError, Ink, finish};
use plotters::prelude::*;

const SIZE: (u32, u32) = (1000, 20);

/// The bar of a share in hundredths of a per cent. `title` says in words what it shows.
pub fn share(hundredths: i64, title: &str) -> Result<String, DrawError> {
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, SIZE).into_drawing_area();
        area.draw(&Rectangle::new([(0, 8), (1000, 12)], Ink::Rule.colour().filled()))?;
        let edge = i32::try_from(hundredths.clamp(0, 10_000) / 10).unwrap_or(0);
        area.draw(&Rectangle::new([(0, 4), (edge, 16)], Ink::Accent.colour().filled()))?;
        area.present()?;
    }
    Ok(finish(&drawn, SIZE, "levels", title, ""))
}
