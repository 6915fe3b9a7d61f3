//! A share by month as a line, from 0 to 100 %. The highest, the lowest and the last bear their figures; a month that has none
//! is a gap, never a guess. Below each month stands its n.

use super::{DrawError, Ink, finish};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIZE: (u32, u32) = (480, 256);
const LEFT: i32 = 52;
const RIGHT: i32 = 456;
const TOP: i32 = 22;
const BOTTOM: i32 = 204;
/// The most month names that fit side by side.
const NAMES: usize = 12;

/// One month.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthPoint {
    /// Its name, short.
    pub label: String,
    /// The share in per cent; none where there is nothing to show.
    pub value: Option<f64>,
    /// The ends of its interval in per cent.
    pub interval: Option<(f64, f64)>,
    /// The share as it is written.
    pub text: String,
    /// How many submissions, as it is written; empty where there is nothing to show.
    pub n: String,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The line of some months in their order. `axis` names 0, 50 and 100 %.
pub fn months(points: &[MonthPoint], axis: [&str; 3], title: &str, description: &str) -> Result<String, DrawError> {
    let mut drawn = String::new();
    {
        let area = SVGBackend::with_string(&mut drawn, SIZE).into_drawing_area();
        draw_frame(&area, points, axis)?;
        draw_intervals(&area, points)?;
        draw_line(&area, points)?;
        draw_numbers(&area, points)?;
        area.present()?;
    }
    Ok(finish(&drawn, SIZE, "months", title, description))
}

fn x(place: usize, count: usize) -> i32 {
    let steps = i32::try_from(count.max(2) - 1).unwrap_or(i32::MAX);
    LEFT + 14 + (RIGHT - LEFT - 28) * i32::try_from(place).unwrap_or(0) / steps
}

fn y(value: f64) -> i32 {
    BOTTOM - ((value.clamp(0.0, 100.0) / 100.0) * f64::from(BOTTOM - TOP)).round() as i32
}

fn text(area: &Area<'_>, words: &str, at: (i32, i32), ink: Ink, anchor: Pos) -> Result<(), DrawError> {
    sized(area, words, 13.0, at, ink, anchor)
}

fn sized(area: &Area<'_>, words: &str, size: f64, at: (i32, i32), ink: Ink, anchor: Pos) -> Result<(), DrawError> {
    // The crate divides the size by 1.24.
    let style = ("inherit", size * 1.24).into_font().color(&ink.colour()).pos(anchor);
    area.draw(&Text::new(words.to_owned(), at, style))?;
    Ok(())
}

/// The n of the months, in a row; where there is no room for all, of every second, third …
fn draw_numbers(area: &Area<'_>, points: &[MonthPoint]) -> Result<(), DrawError> {
    const SIZE: f64 = 11.0;
    let middle = |h| Pos::new(h, VPos::Top);
    let row = BOTTOM + 30;
    sized(area, "n", SIZE, (LEFT - 6, row), Ink::Quiet, middle(HPos::Right))?;
    let longest = points.iter().map(|point| point.n.chars().count()).max().unwrap_or(0);
    let width = (longest as f64 * SIZE * 0.58).ceil() as usize + 4;
    let every = (width * points.len()).div_ceil((RIGHT - LEFT - 28).unsigned_abs() as usize).max(1);
    for (place, point) in points.iter().enumerate().filter(|(place, _)| place % every == 0) {
        sized(area, &point.n, SIZE, (x(place, points.len()), row), Ink::Quiet, middle(HPos::Center))?;
    }
    Ok(())
}

fn draw_frame(area: &Area<'_>, points: &[MonthPoint], axis: [&str; 3]) -> Result<(), DrawError> {
    for (value, name) in [0.0, 50.0, 100.0].into_iter().zip(axis) {
        let line = vec![(LEFT, y(value)), (RIGHT, y(value))];
        area.draw(&PathElement::new(line, Ink::Rule.colour().stroke_width(1)))?;
        text(area, name, (LEFT - 6, y(value)), Ink::Quiet, Pos::new(HPos::Right, VPos::Center))?;
    }
    let every = points.len().div_ceil(NAMES).max(1);
    for (place, point) in points.iter().enumerate().filter(|(place, _)| place % every == 0) {
        let at = (x(place, points.len()), BOTTOM + 10);
        text(area, &point.label, at, Ink::Quiet, Pos::new(HPos::Center, VPos::Top))?;
    }
    Ok(())
}

/// The intervals as thin upright bars behind the line.
fn draw_intervals(area: &Area<'_>, points: &[MonthPoint]) -> Result<(), DrawError> {
    for (place, point) in points.iter().enumerate() {
        let Some((low, high)) = point.interval else { continue };
        let x = x(place, points.len());
        area.draw(&Rectangle::new([(x - 1, y(high)), (x + 1, y(low))], Ink::Grey.colour().filled()))?;
    }
    Ok(())
}

fn draw_line(area: &Area<'_>, points: &[MonthPoint]) -> Result<(), DrawError> {
    let at = |place: usize, value: f64| (x(place, points.len()), y(value));
    let mut stretch: Vec<(i32, i32)> = Vec::new();
    let mut stretches = Vec::new();
    for (place, point) in points.iter().enumerate() {
        match point.value {
            Some(value) => stretch.push(at(place, value)),
            None => stretches.push(std::mem::take(&mut stretch)),
        }
    }
    stretches.push(stretch);
    for stretch in stretches.into_iter().filter(|s| s.len() > 1) {
        area.draw(&PathElement::new(stretch, Ink::Accent.colour().stroke_width(2)))?;
    }
    let named = named(points);
    for (place, point) in points.iter().enumerate() {
        let Some(value) = point.value else { continue };
        area.draw(&Circle::new(at(place, value), 3, Ink::Accent.colour().filled()))?;
        if named.contains(&place) {
            // Beyond the interval, so that it does not run through the figure.
            let (low, high) = point.interval.unwrap_or((value, value));
            let ((x, below), (_, above)) = (at(place, low), at(place, high));
            let (y, v) = if is_dip(points, place) { (below + 8, VPos::Top) } else { (above - 7, VPos::Bottom) };
            // The first one begins at its month, so that it stays clear of the axis.
            let (x, h) = if place == 0 { (x - 4, HPos::Left) } else { (x, HPos::Center) };
            text(area, &point.text, (x, y), Ink::Text, Pos::new(h, v))?;
        }
    }
    Ok(())
}

/// Whether the line comes down to a month, so that there is room below it.
fn is_dip(points: &[MonthPoint], place: usize) -> bool {
    let at = |place: Option<usize>| place.and_then(|p| points.get(p)).and_then(|p| p.value);
    let beside: Vec<f64> = [at(place.checked_sub(1)), at(Some(place + 1))].into_iter().flatten().collect();
    !beside.is_empty() && at(Some(place)).is_some_and(|own| own * (beside.len() as f64) < beside.iter().sum())
}

/// The months that bear their figures: the lowest first, the highest, the last, each once and not beside one another.
fn named(points: &[MonthPoint]) -> Vec<usize> {
    let with_value = || points.iter().enumerate().filter_map(|(place, p)| p.value.map(|value| (place, value)));
    let lowest = with_value().min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place);
    let highest = with_value().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place);
    let last = with_value().next_back().map(|(place, _)| place);
    let room = points.len() / 6;
    let mut named: Vec<usize> = Vec::new();
    for place in [lowest, last, highest].into_iter().flatten() {
        if !named.contains(&place) && (named.first() == Some(&place) || named.iter().all(|n| n.abs_diff(place) > room))
        {
            named.push(place);
        }
    }
    named
}
