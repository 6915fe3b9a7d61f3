//! The view of a request: its language, text size and contrast, from the address or the preferences cookie.
//!
//! The cookie is set only when somebody switches something; before that there is none.

use crate::domain::index::Precision;
use crate::domain::text::{Language, Text};
use crate::i18n;
use crate::web::AppData;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, USER_AGENT};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};

/// The name of the preferences cookie.
pub const COOKIE: &str = "hailong_view";

/// How browsers that show text only begin to name themselves.
const TEXT_BROWSERS: [&str; 4] = ["Lynx/", "w3m/", "Links (", "ELinks/"];

/// How the person wants to see pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The language.
    pub language: Language,
    /// Larger text.
    pub large: bool,
    /// High contrast.
    pub contrast: bool,
    /// Whether the browser shows text only. Such browsers have no style sheet to keep options on lines of their own, and some of
    /// them choose the first option of a question by themselves where none is chosen.
    pub is_text_browser: bool,
    /// The path of the page.
    pub path: String,
    /// The query of the page without view switches, with a `&` at the end if there is any.
    pub query: String,
    /// Whether the address itself switched something, so that the cookie must be set.
    pub switched: bool,
}

impl View {
    /// The view of a request.
    pub fn of(request: &HttpRequest) -> Self {
        let mut view = Self { path: request.path().to_owned(), ..Self::remembered(request) };
        for pair in request.query_string().split('&').filter(|p| !p.is_empty()) {
            let before = view.clone();
            match pair.split_once('=') {
                Some(("lang", code)) => view.set(code),
                Some(("size", size)) => view.large = size == "large",
                Some(("contrast", contrast)) => view.contrast = contrast == "high",
                _ => {
                    view.query.push_str(pair);
                    view.query.push('&');
                }
            }
            let changed =
                (before.language, before.large, before.contrast) != (view.language, view.large, view.contrast);
            view.switched |= changed;
        }
        view
    }

    /// The view of the preferences cookie alone.
    pub fn remembered(request: &HttpRequest) -> Self {
        let agent = request.headers().get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("");
        let is_text_browser = TEXT_BROWSERS.iter().any(|name| agent.starts_with(name));
        let mut view = Self { is_text_browser, ..Self::default() };
        if let Some(cookie) = request.cookie(COOKIE) {
            for part in cookie.value().split('.') {
                view.set(part);
            }
        }
        view
    }

    fn set(&mut self, part: &str) {
        match part {
            "large" => self.large = true,
            "high" => self.contrast = true,
            code => self.language = Language::from_code(code).unwrap_or(self.language),
        }
    }

    /// The same view in another language.
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The view that a switch button leads to, such as `lang-en`, `size-large` or `contrast-high`; nothing for anything else.
    pub fn switched_by(&self, button: &str) -> Option<Self> {
        let mut view = self.clone();
        match button.split_once('-')? {
            ("lang", code) => view.language = Language::from_code(code)?,
            ("size", size) => view.large = size == "large",
            ("contrast", contrast) => view.contrast = contrast == "high",
            _ => return None,
        }
        Some(view)
    }

    /// The text of a key.
    pub fn t(&self, key: &str) -> String {
        i18n::text(self.language, key)
    }

    /// The text of a key with one value put in.
    pub fn t1(&self, key: &str, name: &str, value: &str) -> String {
        i18n::text_with(self.language, key, &[(name, value)])
    }

    /// The text of a key with values put in.
    pub fn tn(&self, key: &str, values: &[(&str, &str)]) -> String {
        i18n::text_with(self.language, key, values)
    }

    /// The ends of an interval of a share, given as fractions of 1, as they are written, in per cent without the sign.
    pub fn ends(&self, low: f64, high: f64) -> [String; 2] {
        [low, high].map(|end| i18n::rounded(self.language, 100.0 * end, 1))
    }

    /// The interval of a share in the words of a key; empty where there is none.
    pub fn interval(&self, key: &str, precision: Option<Precision>) -> String {
        let Some(precision) = precision else { return String::new() };
        let [low, high] = self.ends(precision.low, precision.high);
        self.tn(key, &[("low", &low), ("high", &high)])
    }

    /// A text of data in this language.
    pub fn pick<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.language)
    }

    /// The class of the page's root element.
    pub fn classes(&self) -> &'static str {
        match (self.large, self.contrast) {
            (false, false) => "",
            (true, false) => "large",
            (false, true) => "contrast",
            (true, true) => "large contrast",
        }
    }

    /// The address of this page with one view switch.
    pub fn switch(&self, name: &str, value: &str) -> String {
        format!("{}?{}{name}={value}", self.path, self.query)
    }

    /// The preferences cookie for this view.
    pub fn cookie(&self, secure: bool) -> Cookie<'static> {
        let mut value = self.language.code().to_owned();
        if self.large {
            value.push_str(".large");
        }
        if self.contrast {
            value.push_str(".high");
        }
        Cookie::build(COOKIE, value)
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(secure)
            .max_age(Duration::days(180))
            .finish()
    }
}

/// Put into a request's extensions where a form carries the view with its other fields, so that no cookie is needed yet.
pub struct CarriedByForm;

/// Sets the preferences cookie where a link of a page switched something.
pub fn remember<B>(response: &mut ServiceResponse<B>) -> Result<(), actix_web::Error> {
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if !is_page || response.request().extensions().contains::<CarriedByForm>() {
        return Ok(());
    }
    let view = View::of(response.request());
    if view.switched {
        let is_secure = response.request().app_data::<AppData>().is_some_and(|app| app.is_secure());
        response.response_mut().add_cookie(&view.cookie(is_secure))?;
    }
    Ok(())
}

impl FromRequest for View {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(View::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn view(uri: &str, cookie: Option<&str>) -> View {
        let request = TestRequest::with_uri(uri);
        let request = match cookie {
            Some(value) => request.cookie(Cookie::new(COOKIE, value.to_owned())),
            None => request,
        };
        View::of(&request.to_http_request())
    }

    #[test]
    fn vietnamese_first_and_the_address_wins_over_the_cookie() {
        assert_eq!(view("/", None).language, Language::Vi);
        assert!(!view("/", None).switched);
        let seen = view("/s/sipas?unit=H19.26&lang=vi&size=large", Some("en.high"));
        assert_eq!((seen.language, seen.large, seen.contrast), (Language::Vi, true, true));
        assert!(seen.switched);
        assert_eq!(seen.switch("lang", "en"), "/s/sipas?unit=H19.26&lang=en");
        assert_eq!(seen.cookie(false).value(), "vi.large.high");
    }
}
