//! What every page must be: in a language, with one main heading, labelled fields, no untranslated key, security headers.

use reqwest::Response;
use scraper::{ElementRef, Html, Selector};

/// A page that was checked.
pub struct Page {
    /// The status it came with.
    pub status: u16,
    /// Its source.
    pub html: String,
    /// Its tree.
    pub tree: Html,
}

/// A selector.
pub fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|e| panic!("{selector}: {e}"))
}

/// Reads a page and checks what holds for all of them.
pub async fn page(response: Response) -> Page {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let header = |name: &str| headers.get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
    assert!(header("content-type").starts_with("text/html"), "not a page: {status} {}", header("content-type"));
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(!header("referrer-policy").is_empty());
    let html = response.text().await.unwrap();
    let tree = Html::parse_document(&html);
    let page = Page { status, html, tree };
    page.check();
    page
}

impl Page {
    fn check(&self) {
        let language = self.one("html").value().attr("lang").unwrap_or("");
        assert!(["vi", "en"].contains(&language), "no language: {language}");
        assert_eq!(self.tree.select(&css("h1")).count(), 1, "one main heading: {}", self.html);
        assert!(!self.html.contains('⟦'), "a key without text: {}", self.html);
        assert!(
            !self.html.contains(" style=") && !self.html.contains("<script>") && !self.html.contains("onclick"),
            "inline"
        );
        for field in self.tree.select(&css("input:not([type=hidden]), select, textarea")) {
            assert!(self.is_labelled(field), "no label: {}", field.html());
        }
    }

    fn is_labelled(&self, field: ElementRef<'_>) -> bool {
        let value = field.value();
        let by_id =
            value.attr("id").is_some_and(|id| self.tree.select(&css(&format!("label[for=\"{id}\"]"))).next().is_some());
        let inside = field.ancestors().filter_map(ElementRef::wrap).any(|a| a.value().name() == "label");
        by_id || inside || value.attr("aria-label").is_some() || value.attr("aria-labelledby").is_some()
    }

    /// The one element of a selector.
    pub fn one(&self, selector: &str) -> ElementRef<'_> {
        self.tree.select(&css(selector)).next().unwrap_or_else(|| panic!("no {selector} in {}", self.html))
    }

    /// How many elements a selector has.
    pub fn count(&self, selector: &str) -> usize {
        self.tree.select(&css(selector)).count()
    }

    /// The text of the page, white space folded.
    pub fn text(&self) -> String {
        let body = self.one("body");
        body.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether the page says something.
    pub fn sees(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The value of a named field.
    pub fn value(&self, name: &str) -> String {
        self.one(&format!("input[name=\"{name}\"]")).value().attr("value").unwrap_or("").to_owned()
    }
}
