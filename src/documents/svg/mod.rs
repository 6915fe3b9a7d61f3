//! Charts as SVG: the five levels as one bar, a share as a bar, months as a line, importance against satisfaction. Presentation attributes only, so that a strict content policy
//! lets them be; colours are the style sheet's own variables, so that dark pages and high contrast have theirs.
//!
//! A chart never stands alone: the page puts the same figures beside it as a table.

mod importance;
mod levels;
mod months;
mod share;

pub use importance::{ImportancePoint, ImportanceWords, importance};
pub use levels::levels;
pub use months::{MonthPoint, months};
pub use share::{Whose, share};

use plotters::style::RGBColor;

/// A chart that could not be drawn; the text is for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawError(pub String);

impl<E: std::error::Error + Send + Sync> From<plotters::drawing::DrawingAreaErrorKind<E>> for DrawError {
    fn from(error: plotters::drawing::DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

/// The colours of charts by what they mean. The drawing crate knows only numbers, so each has one that is replaced at the end.
#[derive(Debug, Clone, Copy)]
enum Ink {
    Level(u8),
    Accent,
    Grey,
    Rule,
    Quiet,
    Text,
    Paper,
}

impl Ink {
    const ALL: [Ink; 11] = [
        Ink::Level(1),
        Ink::Level(2),
        Ink::Level(3),
        Ink::Level(4),
        Ink::Level(5),
        Ink::Accent,
        Ink::Grey,
        Ink::Rule,
        Ink::Quiet,
        Ink::Text,
        Ink::Paper,
    ];

    fn number(self) -> u8 {
        match self {
            Ink::Level(level) => level,
            Ink::Accent => 11,
            Ink::Rule => 12,
            Ink::Quiet => 13,
            Ink::Text => 14,
            Ink::Grey => 15,
            Ink::Paper => 16,
        }
    }

    fn colour(self) -> RGBColor {
        RGBColor(0xa1, 0x7e, self.number())
    }

    fn drawn(self) -> String {
        format!("\"#A17E{:02X}\"", self.number())
    }

    fn variable(self) -> String {
        match self {
            Ink::Level(level) => format!("\"var(--level-{level})\""),
            Ink::Accent => "\"var(--accent)\"".to_owned(),
            Ink::Grey => "\"var(--edge)\"".to_owned(),
            Ink::Rule => "\"var(--rule)\"".to_owned(),
            Ink::Quiet => "\"var(--quiet)\"".to_owned(),
            Ink::Text => "\"currentColor\"".to_owned(),
            Ink::Paper => "\"var(--paper)\"".to_owned(),
        }
    }
}

/// Turns what the crate drew into a picture with a name and a description that takes its colours from the page.
fn finish(drawn: &str, size: (u32, u32), class: &str, title: &str, description: &str) -> String {
    let body = drawn.split_once('>').map_or("", |(_, rest)| rest);
    let mut picture = format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {} {}\" role=\"img\"{}><title>{}</title>",
        size.0,
        size.1,
        if class == "levels" { " preserveAspectRatio=\"none\"" } else { "" },
        escaped(title),
    );
    if !description.is_empty() {
        picture.push_str(&format!("<desc>{}</desc>", escaped(description)));
    }
    let mut painted = body.to_owned();
    for ink in Ink::ALL {
        painted = painted.replace(&ink.drawn(), &ink.variable());
    }
    picture.push_str(painted.trim());
    picture
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(picture: &str) {
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>"), "{picture}");
        for bad in ["style=", "<style", "#A17E", "<script", "href", "font-family=\"\""] {
            assert!(!picture.contains(bad), "{bad} in {picture}");
        }
        assert!(scraper::Html::parse_fragment(picture).errors.is_empty(), "{picture}");
    }

    #[test]
    fn the_levels_are_as_wide_as_their_shares() {
        let picture = levels(&[1, 0, 1, 2, 4], "1 & 0 <…>").unwrap();
        check(&picture);
        assert!(picture.contains("<title>1 &amp; 0 &lt;…&gt;</title>"));
        for (level, width) in [(1, 125), (3, 125), (4, 250), (5, 500)] {
            let bar = format!("width=\"{width}\"");
            let part = picture.split("<rect").find(|r| r.contains(&format!("var(--level-{level})"))).unwrap();
            assert!(part.contains(&bar), "{level}: {part}");
        }
        assert!(!picture.contains("var(--level-2)"), "nothing to see of nobody");
        check(&levels(&[0; 5], "").unwrap());
    }

    #[test]
    fn a_share_stands_on_the_whole_axis() {
        let picture = share(8394, None, Whose::Own, "83,94 %").unwrap();
        check(&picture);
        assert!(picture.contains("var(--accent)") && !picture.contains("var(--edge)"));
        let beside = share(8394, Some((8000, 8700)), Whose::Other, "83,94 %").unwrap();
        check(&beside);
        assert!(beside.contains("var(--edge)") && !beside.contains("var(--accent)"), "one accent only");
        assert!(beside.contains("x=\"800\" y=\"9\" width=\"70\"") && !picture.contains("currentColor"), "{beside}");
        assert!(picture.contains("width=\"839\"") && picture.contains("width=\"1000\""));
    }

    #[test]
    fn parts_stand_by_importance_and_share_each_with_its_number() {
        let point = |number, importance, share, stands_out| ImportancePoint {
            number,
            importance: (importance, importance - 0.05, importance + 0.05),
            share,
            stands_out,
        };
        let words = ImportanceWords {
            importance: "Importance".into(),
            shares: ["0 %", "50 %", "100 %"].map(str::to_owned),
            steps: ["0 %", "10 %", "20 %", "30 %", "40 %"].map(str::to_owned).to_vec(),
            title: "T".into(),
            description: "D".into(),
        };
        let points = [point(1, 0.2, 80.0, false), point(2, 0.2, 80.0, false), point(3, 0.4, 50.0, true)];
        let picture = importance(&points, 70.0, &words).unwrap();
        check(&picture);
        assert_eq!(picture.matches("<circle").count(), 3);
        let circle = |ink: &str| picture.split("<circle").find(|c| c.starts_with(' ') && c.contains(ink)).unwrap();
        assert!(
            circle("var(--accent)").contains("cx=\"460\" cy=\"178\""),
            "all the way right, in the middle: {picture}"
        );
        let place = |number: &str| {
            let before = picture.split(&format!("\n{number}\n")).next().unwrap();
            before.rsplit("<text").next().unwrap().to_owned()
        };
        assert_ne!(place("1"), place("2"), "two numbers never stand on each other");
        assert!(picture.contains("Importance →"));
    }

    #[test]
    fn a_month_without_figure_is_a_gap() {
        let point = |label: &str, value| MonthPoint {
            label: label.into(),
            value,
            interval: value.map(|v: f64| (v - 5.0, v + 5.0)),
            text: value.map(|v: f64| format!("{v:.0} %")).unwrap_or_default(),
            n: value.map(|v: f64| format!("1.{v:.0}0")).unwrap_or_default(),
        };
        let points = [point("01", Some(80.0)), point("02", Some(70.0)), point("03", None), point("04", Some(90.0))];
        let picture = months(&points, ["0 %", "50 %", "100 %"], "Title", "Words").unwrap();
        check(&picture);
        assert_eq!(
            picture.matches("stroke-width=\"2\"").count(),
            1,
            "one stretch of two months; one month alone is a point"
        );
        assert_eq!(picture.matches("<circle").count(), 3);
        assert_eq!(picture.matches("var(--edge)").count(), 3, "an interval a month that has a figure");
        for text in ["70 %", "90 %", "03", "100 %", "1.700", "1.800", "1.900", "<desc>Words</desc>"] {
            assert!(picture.contains(text), "{text}: {picture}");
        }
        check(&months(&[], ["0 %", "50 %", "100 %"], "", "").unwrap());
    }
}
