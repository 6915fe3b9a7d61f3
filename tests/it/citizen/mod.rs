//! Journeys of citizens in their words: they open, follow, tick, write, press and see. No script, as the pages promise.
//!
//! The citizen here fills pages in as a browser without script does: from the fields of the page, nothing else.

mod answering;
mod choosing;
mod full_form;
pub(crate) mod in_a_browser;
mod method;
mod receipts;
mod refused;
mod switching;

use super::support::page::{Page, css, page};
use super::support::{Database, Service};
use reqwest::header::HeaderMap;
use reqwest::{Client, Url};
use scraper::{ElementRef, Html};
use std::collections::BTreeMap;

/// A person with a browser whose script is switched off.
pub struct Citizen {
    client: Client,
    start: Url,
    /// Where the last page was.
    pub url: Url,
    /// The headers of the last page.
    pub headers: HeaderMap,
    /// The last page.
    pub page: Page,
    filled: BTreeMap<String, Vec<String>>,
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Citizen {
    /// Opens a page.
    pub async fn opens(service: &Service, path: &str) -> Self {
        let client = service.visitor();
        let start = Url::parse(&service.url).unwrap();
        let url = start.join(path).unwrap();
        let tree = Html::new_document();
        let blank = Page { status: 0, html: String::new(), tree };
        let mut citizen =
            Self { client, start, url: url.clone(), headers: HeaderMap::new(), page: blank, filled: BTreeMap::new() };
        citizen.go(citizen.client.get(url)).await;
        citizen
    }

    async fn go(&mut self, request: reqwest::RequestBuilder) {
        let response = request.send().await.unwrap();
        self.url = response.url().clone();
        self.headers = response.headers().clone();
        self.page = page(response).await;
        self.filled.clear();
    }

    /// Opens another page in the same browser.
    pub async fn goes_to(&mut self, path: &str) {
        let url = self.start.join(path).unwrap();
        self.go(self.client.get(url)).await;
    }

    /// Follows the link with this text.
    pub async fn follows(&mut self, text: &str) {
        let selector = css("a[href]");
        let link = self.page.tree.select(&selector).find(|a| text_of(*a) == text);
        let link = link.unwrap_or_else(|| panic!("no link {text} in {}", self.page.text()));
        let url = self.url.join(link.value().attr("href").unwrap()).unwrap();
        self.go(self.client.get(url)).await;
    }

    /// Chooses an option of a question, both by their words.
    pub fn ticks(&mut self, question: &str, option: &str) {
        let (fieldset, labels) = (css("fieldset"), css("label"));
        let group = self
            .page
            .tree
            .select(&fieldset)
            .find(|f| f.select(&css("legend")).any(|legend| text_of(legend).starts_with(question)));
        let group = group.unwrap_or_else(|| panic!("no question {question}"));
        let label = group.select(&labels).find(|l| text_of(*l) == option);
        let label = label.unwrap_or_else(|| panic!("no option {option} of {question}"));
        let input = label.select(&css("input")).next().unwrap().value();
        let (name, value) = (input.attr("name").unwrap().to_owned(), input.attr("value").unwrap().to_owned());
        let given = self.filled.entry(name).or_default();
        if input.attr("type") == Some("radio") {
            given.clear();
        }
        given.push(value);
    }

    /// Writes into the field with this label.
    pub fn writes(&mut self, label: &str, text: &str) {
        let selector = css("label[for]");
        let found = self.page.tree.select(&selector).find(|l| text_of(*l).starts_with(label));
        let id = found.unwrap_or_else(|| panic!("no field {label}")).value().attr("for").unwrap();
        let field = self.page.one(&format!("[id=\"{id}\"]"));
        self.filled.insert(field.value().attr("name").unwrap().to_owned(), vec![text.to_owned()]);
    }

    /// Presses the button with this text: the last of them, as the first stands for the Enter key.
    pub async fn presses(&mut self, text: &str) {
        let buttons = css("button");
        let button = self.page.tree.select(&buttons).rfind(|b| text_of(*b) == text);
        let button = button.unwrap_or_else(|| panic!("no button {text} in {}", self.page.text()));
        let form = button.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "form").unwrap();
        let mut fields = self.fields(form);
        if let Some(name) = button.value().attr("name") {
            fields.push((name.to_owned(), button.value().attr("value").unwrap_or("").to_owned()));
        }
        let mut url = self.url.join(form.value().attr("action").unwrap_or("")).unwrap();
        let request = if form.value().attr("method") == Some("post") {
            self.client.post(url).form(&fields)
        } else {
            url.query_pairs_mut().clear().extend_pairs(&fields);
            self.client.get(url)
        };
        self.go(request).await;
    }

    /// The fields as the form would send them now.
    pub fn fields(&self, form: ElementRef<'_>) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let mut taken = Vec::new();
        for element in form.select(&css("input[name], textarea[name], select[name]")) {
            let value = element.value();
            let name = value.attr("name").unwrap().to_owned();
            if let Some(given) = self.filled.get(&name) {
                if !taken.contains(&name) {
                    fields.extend(given.iter().map(|v| (name.clone(), v.clone())));
                    taken.push(name);
                }
                continue;
            }
            let kind = value.attr("type").unwrap_or("");
            let current = match value.name() {
                "textarea" => Some(element.text().collect::<String>().trim_start_matches('\n').to_owned()),
                "select" => element
                    .select(&css("option"))
                    .find(|o| o.value().attr("selected").is_some())
                    .or_else(|| element.select(&css("option")).next())
                    .map(|o| o.value().attr("value").unwrap_or("").to_owned()),
                _ if ["radio", "checkbox"].contains(&kind) && value.attr("checked").is_none() => None,
                _ => Some(value.attr("value").unwrap_or("").to_owned()),
            };
            fields.extend(current.map(|current| (name, current)));
        }
        fields
    }

    /// Asserts that the page says something.
    pub fn sees(&self, text: &str) {
        assert!(self.page.sees(text), "{text:?} is not in: {}", self.page.text());
    }

    /// Asserts that an option of a question is chosen.
    pub fn sees_chosen(&self, name: &str, value: &str) {
        let selector = format!("input[name=\"{name}\"][value=\"{value}\"][checked]");
        assert_eq!(self.page.count(&selector), 1, "{name}={value} is not kept");
    }

    /// The receipt code on the page.
    pub fn receipt(&self) -> String {
        text_of(self.page.one(".code"))
    }
}

/// The answers stored last, by question, as text.
pub fn stored(database: &Database) -> String {
    database.text(
        "select jsonb_object_agg(question, answer)::text from answers_by_question \
         where submission_id = (select id from submissions order by txid desc limit 1)",
    )
}
