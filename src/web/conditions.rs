//! The conditions of a form on a page: in words, and followed without script. Each gets a number in the style sheet, the options that open or
//! close bear it, and so does what is opened or closed. Browsers that cannot follow it show everything, with the condition in
//! words.
//!
//! `oN` on an option opens what is `then tN`; `xN` on an option closes what is `uN`. One element can be closed by many and opened
//! by one; where several must open it, wrappers stand around it.

use crate::domain::form::{Condition, Form, Item};
use crate::web::view::View;

/// So many conditions of each sort can be followed by the style sheet; what hangs on further ones is always shown.
const IN_STYLE: usize = 12;

/// The conditions of a form, numbered by their place.
pub struct Numbered<'a> {
    opening: Vec<&'a Condition>,
    closing: Vec<&'a Condition>,
}

/// What an element bears because of its conditions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The classes of the element itself, each with a space before it.
    pub classes: String,
    /// The numbers of the wrappers around it.
    pub around: Vec<usize>,
    /// Whether the style sheet follows all of its conditions.
    pub is_followed: bool,
}

impl<'a> Numbered<'a> {
    /// Numbers the conditions of a form.
    pub fn of(form: &'a Form) -> Self {
        let (mut opening, mut closing): (Vec<&Condition>, Vec<&Condition>) = (Vec::new(), Vec::new());
        for condition in form.items().flat_map(Item::conditions) {
            let sort = if condition.opens() { &mut opening } else { &mut closing };
            if !sort.contains(&condition) {
                sort.push(condition);
            }
        }
        Self { opening, closing }
    }

    /// What something bears that is asked under these conditions.
    pub fn marks(&self, conditions: &[&Condition]) -> Marks {
        let mut marks = Marks { is_followed: true, ..Marks::default() };
        for condition in conditions {
            let sort = if condition.opens() { &self.opening } else { &self.closing };
            match sort.iter().position(|c| c == condition).filter(|at| *at < IN_STYLE) {
                None => marks.is_followed = false,
                Some(at) if !condition.opens() => marks.classes.push_str(&format!(" u{}", at + 1)),
                Some(at) if marks.classes.contains(" then") => marks.around.push(at + 1),
                Some(at) => marks.classes.push_str(&format!(" then t{}", at + 1)),
            }
        }
        marks
    }

    /// The classes of an option that opens or closes something.
    pub fn option_classes(&self, question: &str, option: &str) -> String {
        let of = |sort: &[&Condition], letter: char| -> Vec<String> {
            let numbered = sort.iter().take(IN_STYLE).enumerate();
            let named = numbered.filter(|(_, c)| c.question == question && c.options().any(|o| o == option));
            named.map(|(at, _)| format!("{letter}{}", at + 1)).collect()
        };
        [of(&self.opening, 'o'), of(&self.closing, 'x')].concat().join(" ")
    }
}

/// Conditions in words, one sentence each; nothing where there are none.
pub fn in_words(view: &View, form: &Form, conditions: &[Condition], of_part: OfPart) -> Option<String> {
    let sentences: Vec<String> = conditions.iter().filter_map(|c| sentence(view, form, c, of_part)).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// What conditions stand before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfPart {
    /// One question.
    No,
    /// A whole part.
    Yes,
}

/// A condition in words: "Only for those who chose … for …".
fn sentence(view: &View, form: &Form, condition: &Condition, of_part: OfPart) -> Option<String> {
    let question = form.question(&condition.question)?;
    let named = form.options(question).iter().filter(|option| condition.options().any(|code| *code == option.code));
    let labels: Vec<String> = named.map(|option| view.t1("form-quoted", "text", view.pick(&option.label))).collect();
    let key = match (condition.opens(), of_part) {
        (true, OfPart::No) => "form-when",
        (true, OfPart::Yes) => "form-part-when",
        (false, OfPart::No) => "form-unless",
        (false, OfPart::Yes) => "form-part-unless",
    };
    let answers = labels.join(&view.t("form-or"));
    Some(view.tn(key, &[("question", view.pick(&question.text)), ("answers", &answers)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        toml::from_str(
            r#"
            form = "f"
            version = "1"
            title = { vi = "F", en = "F" }
            source = { vi = "F", en = "F" }
            valid_from = "2026-01-01"
            sections = [{ code = "s", title = { vi = "S", en = "S" }, questions = [
              { code = "a", kind = "multiple", text = { vi = "A", en = "A" }, options = [
                { code = "x", label = { vi = "Một", en = "One" } }, { code = "y", label = { vi = "Hai", en = "Two" } }] },
              { code = "b", kind = "multiple", text = { vi = "B", en = "B" }, options = [
                { code = "x", label = { vi = "Một", en = "One" } }], show_when = { question = "a", any_of = ["x", "y"] } },
              { code = "c", kind = "text", text = { vi = "C", en = "C" }, show_when = [
                { question = "b", any_of = ["x"] }, { question = "a", none_of = ["y"] }] },
            ] }]
            "#,
        )
        .unwrap()
    }

    #[test]
    fn what_hangs_on_a_question_hangs_on_its_conditions_too() {
        let form = form();
        assert_eq!(form.problems(), []);
        let numbered = Numbered::of(&form);
        let marks = |code: &str| {
            let item = form.items().find(|i| i.question.code == code).unwrap();
            numbered.marks(&form.all_conditions(item))
        };
        let marked = |classes: &str, around: &[usize]| Marks {
            classes: classes.to_owned(),
            around: around.to_vec(),
            is_followed: true,
        };
        assert_eq!(marks("a"), marked("", &[]));
        assert_eq!(marks("b"), marked(" then t1", &[]));
        assert_eq!(marks("c"), marked(" then t2 u1", &[1]), "what is hidden opens nothing, though it is still chosen");
        assert_eq!(numbered.option_classes("a", "x"), "o1");
        assert_eq!(numbered.option_classes("a", "y"), "o1 x1");
        assert_eq!(numbered.option_classes("b", "x"), "o2");
    }

    #[test]
    fn conditions_are_said_in_words() {
        let form = form();
        let view = View::default();
        let question = form.question("c").unwrap();
        let words = in_words(&view, &form, &question.show_when, OfPart::No).unwrap();
        assert_eq!(
            words,
            "Câu này chỉ dành cho người chọn “Một” ở câu “B”. Xin bỏ qua câu này nếu Ông/Bà chọn “Hai” ở câu “A”."
        );
        assert_eq!(in_words(&view, &form, &[], OfPart::Yes), None);
    }
}
