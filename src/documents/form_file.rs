//! A form as the file that it is read from: `survey_forms/<form>/<version>.toml`, written the way people write it.
//!
//! What says nothing (no note, not required) is not written.

use crate::domain::condition::Condition;
use crate::domain::form::{Choice, Form, Question, Section, SectionLayout};
use crate::domain::limits::{Bound, Limits};
use crate::domain::text::Text;

/// The text of the file.
pub fn write(form: &Form) -> String {
    let mut out = Lines::default();
    out.line(&format!("form = {}", quoted(&form.form)));
    out.line(&format!("version = {}", quoted(&form.version)));
    out.line(&format!("valid_from = {}", quoted(&form.valid_from.to_string())));
    if let Some(last) = form.valid_to {
        out.line(&format!("valid_to = {}", quoted(&last.to_string())));
    }
    out.status(&form.status);
    out.line(&format!("title = {}", text(&form.title)));
    out.line(&format!("source = {}", text(&form.source)));
    for (name, scale) in &form.scales {
        out.line(&format!("\n[scales.{}]", quoted(name)));
        out.text("none", scale.none.as_ref());
        out.options(&scale.options);
    }
    for section in &form.sections {
        out.section(section);
    }
    out.0
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn text(&mut self, key: &str, given: Option<&Text>) {
        if let Some(given) = given {
            self.line(&format!("{key} = {}", text(given)));
        }
    }

    fn status(&mut self, status: &str) {
        if !status.is_empty() {
            self.line(&format!("status = {}", quoted(status)));
        }
    }

    fn options(&mut self, options: &[Choice]) {
        self.line("options = [");
        for Choice { code, label, points } in options {
            let points = points.map(|points| format!(", points = {points}")).unwrap_or_default();
            self.line(&format!("  {{ code = {}, label = {}{points} }},", quoted(code), text(label)));
        }
        self.line("]");
    }

    fn show_when(&mut self, conditions: &[Condition]) {
        let written: Vec<String> = conditions.iter().map(condition).collect();
        match written.as_slice() {
            [] => {}
            [one] => self.line(&format!("show_when = {one}")),
            many => self.line(&format!("show_when = [{}]", many.join(", "))),
        }
    }

    fn section(&mut self, section: &Section) {
        self.line("\n[[sections]]");
        self.line(&format!("code = {}", quoted(&section.code)));
        self.text("title", Some(&section.title));
        self.text("lead", section.lead.as_ref());
        if section.layout == Some(SectionLayout::Matrix) {
            self.line("layout = \"matrix\"");
        }
        self.show_when(&section.show_when);
        for question in &section.questions {
            self.question(question);
        }
    }

    fn question(&mut self, question: &Question) {
        self.line("\n[[sections.questions]]");
        self.line(&format!("code = {}", quoted(&question.code)));
        if let Some(number) = &question.number {
            self.line(&format!("number = {}", quoted(number)));
        }
        self.line(&format!("kind = {}", quoted(question.kind.code())));
        if let Some(scale) = &question.scale {
            self.line(&format!("scale = {}", quoted(scale)));
        }
        if question.required {
            self.line("required = true");
        }
        if let Some(most) = question.max_length {
            self.line(&format!("max_length = {most}"));
        }
        if let Some(limits) = &question.limits {
            self.line(&format!("limits = {}", ends(limits)));
        }
        if question.sensitive {
            self.line("sensitive = true");
        }
        self.status(&question.status);
        self.show_when(&question.show_when);
        self.text("text", Some(&question.text));
        self.text("note", question.note.as_ref());
        self.text("none", question.none.as_ref());
        if !question.options.is_empty() {
            self.options(&question.options);
        }
    }
}

/// A string as TOML has it on one line.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| !c.is_control() && c != '"' && c != '\\');
    if plain {
        return format!("\"{text}\"");
    }
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

fn text(given: &Text) -> String {
    format!("{{ vi = {}, en = {} }}", quoted(&given.vi), quoted(&given.en))
}

fn condition(condition: &Condition) -> String {
    let list = |key: &str, options: &[String]| match options {
        [] => String::new(),
        options => format!(", {key} = [{}]", options.iter().map(|o| quoted(o)).collect::<Vec<_>>().join(", ")),
    };
    let (any_of, none_of) = (list("any_of", &condition.any_of), list("none_of", &condition.none_of));
    format!("{{ question = {}{any_of}{none_of} }}", quoted(&condition.question))
}

fn ends(limits: &Limits) -> String {
    let ends = [("min", limits.min), ("above", limits.above), ("max", limits.max), ("below", limits.below)];
    let ends = ends.into_iter().filter_map(|(key, end)| match end? {
        Bound::Number(number) => Some(format!("{key} = {number}")),
        Bound::Day(day) => Some(format!("{key} = {}", quoted(&day.to_string()))),
    });
    let message = limits.message.as_ref().map(|message| format!("message = {}", text(message)));
    let parts: Vec<String> = ends.chain(message).collect();
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_shipped_form_is_read_as_it_was() {
        for (name, form) in catalog::load(None).unwrap().forms {
            let written = write(&form);
            assert_eq!(toml::from_str::<Form>(&written).as_ref(), Ok(form.as_ref()), "{name}");
        }
    }

    #[test]
    fn limits_and_odd_texts_are_read_as_they_were() {
        let form = r#"
            form = "f"
            version = "1"
            title = { vi = "\"F\" \\ \n x", en = "F\t\u0001" }
            source = { vi = "F", en = "F" }
            valid_from = "2026-01-01"
            valid_to = "2027-01-01"
            sections = [{ code = "s", title = { vi = "S", en = "S" }, layout = "matrix", questions = [
              { code = "a", kind = "decimal", required = true, limits = { min = -0.5, below = 3 }, text = { vi = "A", en = "A" } },
              { code = "b", kind = "date", limits = { above = "2026-01-01", message = { vi = "x", en = "y" } },
                text = { vi = "A", en = "A" }, show_when = [{ question = "a", any_of = ["1", "2"] }, { question = "a", none_of = ["3"] }] },
            ] }]
        "#;
        let form: Form = toml::from_str(form).unwrap();
        assert_eq!(toml::from_str::<Form>(&write(&form)), Ok(form));
    }
}
