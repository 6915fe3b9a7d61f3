//! Importance against satisfaction: each part a numbered point, to the right the more it goes with overall satisfaction, upwards
//! the more are satisfied. A thin bar is the importance's interval; two broken lines are the averages.

use super::{DrawError, Ink, finish};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIZE: (u32, u32) = (480, 400);
const LEFT: i32 = 56;
const RIGHT: i32 = 460;
const TOP: i32 = 16;
const BOTTOM: i32 = 340;
/// How far a number may stand from its point, to be clear of the others.
const FARTHEST: i32 = 60;

/// One part.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportancePoint {
    /// The number it bears in the table beside.
    pub number: usize,
    /// Its importance, 0 to 1, and the interval of that.
    pub importance: (f64, f64, f64),
    /// Its share of satisfied answers in per cent.
    pub share: f64,
    /// Whether it stands out: more important and lower than average.
    pub stands_out: bool,
}

/// The words on the axes and beside the averages.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportanceWords {
    /// What importance is called.
    pub importance: String,
    /// 0, 50 and 100 % as they are written.
    pub shares: [String; 3],
    /// The steps on the axis of importance, as they are written, from 0 on.
    pub steps: Vec<String>,
    /// What the picture is.
    pub title: String,
    /// What it shows, in words.
    pub description: String,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The picture. `mean` is the index, in per cent; a step on the axis of importance is ten per cent.
pub fn importance(points: &[ImportancePoint], mean: f64, words: &ImportanceWords) -> Result<String, DrawError> {
    let axis = Axis { widest: 0.1 * words.steps.len().saturating_sub(1).max(1) as f64 };
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, SIZE).into_drawing_area();
        draw_frame(&area, axis, words)?;
        draw_averages(&area, axis, points.len(), mean)?;
        draw_points(&area, axis, points)?;
        area.present()?;
    }
    Ok(finish(&drawn, SIZE, "months", &words.title, &words.description))
}

#[derive(Clone, Copy)]
struct Axis {
    widest: f64,
}

impl Axis {
    fn x(self, importance: f64) -> i32 {
        LEFT + (importance.clamp(0.0, self.widest) / self.widest * f64::from(RIGHT - LEFT)).round() as i32
    }
}

fn y(share: f64) -> i32 {
    BOTTOM - (share.clamp(0.0, 100.0) / 100.0 * f64::from(BOTTOM - TOP)).round() as i32
}

fn text(area: &Area<'_>, words: &str, at: (i32, i32), ink: Ink, anchor: Pos) -> Result<(), DrawError> {
    // The crate divides the size by 1.24.
    let style = ("inherit", 13.0 * 1.24).into_font().color(&ink.colour()).pos(anchor);
    area.draw(&Text::new(words.to_owned(), at, style))?;
    Ok(())
}

fn line(area: &Area<'_>, ends: [(i32, i32); 2], ink: Ink, width: u32) -> Result<(), DrawError> {
    area.draw(&PathElement::new(ends.to_vec(), ink.colour().stroke_width(width)))?;
    Ok(())
}

fn draw_frame(area: &Area<'_>, axis: Axis, words: &ImportanceWords) -> Result<(), DrawError> {
    for (share, name) in [0.0, 50.0, 100.0].into_iter().zip(&words.shares) {
        line(area, [(LEFT, y(share)), (RIGHT, y(share))], Ink::Rule, 1)?;
        text(area, name, (LEFT - 6, y(share)), Ink::Quiet, Pos::new(HPos::Right, VPos::Center))?;
    }
    for (step, name) in words.steps.iter().enumerate() {
        let x = axis.x(0.1 * step as f64);
        line(area, [(x, BOTTOM), (x, BOTTOM + 4)], Ink::Quiet, 1)?;
        text(area, name, (x, BOTTOM + 8), Ink::Quiet, Pos::new(HPos::Center, VPos::Top))?;
    }
    let at = (RIGHT, BOTTOM + 30);
    text(area, &format!("{} →", words.importance), at, Ink::Quiet, Pos::new(HPos::Right, VPos::Top))
}

/// The averages as broken lines.
fn draw_averages(area: &Area<'_>, axis: Axis, parts: usize, mean: f64) -> Result<(), DrawError> {
    let x = axis.x(1.0 / parts.max(1) as f64);
    for start in (TOP..BOTTOM).step_by(8) {
        line(area, [(x, start), (x, start + 4)], Ink::Grey, 1)?;
    }
    for start in (LEFT..RIGHT).step_by(8) {
        line(area, [(start, y(mean)), (start + 4, y(mean))], Ink::Grey, 1)?;
    }
    Ok(())
}

fn draw_points(area: &Area<'_>, axis: Axis, points: &[ImportancePoint]) -> Result<(), DrawError> {
    let places: Vec<(i32, i32)> = points.iter().map(|point| (axis.x(point.importance.0), y(point.share))).collect();
    let mut taken: Vec<(i32, i32)> = places.clone();
    for (point, (x, y)) in points.iter().zip(&places) {
        let (_, low, high) = point.importance;
        line(area, [(axis.x(low), *y), (axis.x(high), *y)], Ink::Grey, 2)?;
        let ink = if point.stands_out { Ink::Accent } else { Ink::Quiet };
        area.draw(&Circle::new((*x, *y), 5, ink.colour().filled()))?;
    }
    for (point, place) in points.iter().zip(&places) {
        let at = clear_of(&taken, *place);
        if (at.0 - place.0).abs().max((at.1 - place.1).abs()) > 16 {
            line(area, [*place, at], Ink::Grey, 1)?;
        }
        text(area, &point.number.to_string(), at, Ink::Text, Pos::new(HPos::Center, VPos::Center))?;
        taken.push(at);
    }
    Ok(())
}

/// A place for a number near its point that is clear of what is there already; above and below first, where no interval runs.
fn clear_of(taken: &[(i32, i32)], (x, y): (i32, i32)) -> (i32, i32) {
    let ring = |far: i32| {
        [(0, -far), (0, far), (-far, -far), (far, -far), (-far, far), (far, far)].map(|(dx, dy)| (x + dx, y + dy))
    };
    let inside = |(x, y): (i32, i32)| (LEFT + 8..RIGHT - 8).contains(&x) && (TOP..BOTTOM - 8).contains(&y);
    let is_clear = |at: (i32, i32)| taken.iter().all(|t| (t.0 - at.0).abs() >= 14 || (t.1 - at.1).abs() >= 14);
    let mut wished = (14..=FARTHEST).step_by(8).flat_map(ring).filter(|at| inside(*at));
    wished.find(|at| is_clear(*at)).unwrap_or((x, y - 14))
}
