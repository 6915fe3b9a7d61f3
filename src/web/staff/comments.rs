//! What people wrote, apart from what they answered: the words, the unit, the month, the survey, and nothing that leads to one
//! person. Periods are whole months here, so that nobody finds the day of a comment by choosing days.

use super::filter_form::{FilterForm, period_name};
use super::filters::{FilterInput, Filters};
use super::frame::Frame;
use super::guard::SignedIn;
use super::page;
use super::paging::{PER_PAGE, Paging};
use crate::domain::catalogue::Catalogue;
use crate::domain::disclosure::SMALLEST_SHOWN;
use crate::domain::form::QuestionKind;
use crate::domain::period::{Calendar, Period};
use crate::i18n;
use crate::storage::comments::{self, Comment, Counted, Wish};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::Utc;

/// Its path.
pub(super) const PATH: &str = "/staff/comments";

struct CommentLine {
    text: String,
    unit: String,
    month: String,
    survey: String,
}

#[derive(Template)]
#[template(path = "staff/comments.html")]
struct CommentsPage<'a> {
    view: &'a View,
    frame: &'a Frame,
    filters: Option<FilterForm>,
    form: &'a str,
    period: String,
    count: String,
    held_back: Option<String>,
    is_wrong: bool,
    comments: Vec<CommentLine>,
    paging: Paging,
}

/// Shows comments.
pub(super) async fn show(
    app: AppData,
    request: HttpRequest,
    who: SignedIn,
    input: Query<FilterInput>,
) -> Result<HttpResponse, WebError> {
    let (now, catalogue, frame) = (Utc::now(), app.shelf.get(), Frame::of(&app, &request, &who));
    let (view, scope) = (&frame.view, who.scope(&catalogue));
    let Some(asked) = Filters::read(&input, &catalogue, &scope, now)? else { return without_survey(&frame) };
    if !asked.problems.is_empty() {
        let form = FilterForm::of(&asked, &catalogue, &scope, view, now);
        let page_again = CommentsPage { filters: Some(form), form: &asked.form, is_wrong: true, ..empty(&frame) };
        return page(StatusCode::UNPROCESSABLE_ENTITY, &page_again);
    }
    let filters = Filters { procedure: String::new(), channel: None, ..in_whole_months(asked) };
    let wish = wish(&filters, &catalogue);
    let number = Paging::number(&input.page);
    let reading_scope = scope.clone();
    let (counted, number, found) = app
        .db
        .run(move |conn| {
            let counted = comments::count(conn, &reading_scope, &wish)?;
            let number = Paging::within(number, counted.shown);
            let offset = Paging::offset(number);
            Ok((counted, number, comments::for_page(conn, &reading_scope, &wish, PER_PAGE, offset)?))
        })
        .await?;
    let period = period_name(view, filters.period);
    let address = |number: i64| format!("{PATH}?{}", filters.query(&[("page", &number.to_string())]));
    page(
        StatusCode::OK,
        &CommentsPage {
            view,
            frame: &frame,
            filters: Some(FilterForm::of(&filters, &catalogue, &scope, view, now)),
            form: &filters.form,
            count: i18n::count(view.language, counted.shown),
            held_back: held_back(view, counted),
            is_wrong: false,
            comments: found.into_iter().map(|comment| line(comment, &catalogue, view, &period)).collect(),
            paging: Paging::of(view, &view.t("desk-comments-title"), number, counted.shown, address),
            period,
        },
    )
}

fn without_survey(frame: &Frame) -> Result<HttpResponse, WebError> {
    page(StatusCode::OK, &empty(frame))
}

fn empty(frame: &Frame) -> CommentsPage<'_> {
    CommentsPage {
        view: &frame.view,
        frame,
        filters: None,
        form: "",
        period: String::new(),
        count: i18n::count(frame.view.language, 0),
        held_back: None,
        is_wrong: false,
        comments: Vec::new(),
        paging: Paging::default(),
    }
}

/// The same filters over the whole months that the days touch.
fn in_whole_months(filters: Filters) -> Filters {
    let Period { from, to } = filters.period;
    let period = Period {
        from: from.and_then(|day| Calendar::month_of(day).days().from),
        to: to.and_then(|day| Calendar::month_of(day).days().to),
    };
    if period == filters.period {
        return filters;
    }
    let period_name = Calendar::of(period).map(|calendar| calendar.to_string()).unwrap_or_default();
    Filters { period, period_name, ..filters }
}

fn wish(filters: &Filters, catalogue: &Catalogue) -> Wish {
    let form = catalogue.form(&filters.form);
    let questions = form.iter().flat_map(|form| form.questions()).enumerate();
    let written = questions.filter(|(_, question)| question.kind == QuestionKind::Text && !question.sensitive);
    Wish {
        survey: filters.survey,
        units: (!filters.unit.is_empty()).then(|| catalogue.subtree_of_code(&filters.unit)),
        period: filters.period,
        questions: written.map(|(place, _)| (filters.form_version, place)).collect(),
    }
}

fn held_back(view: &View, counted: Counted) -> Option<String> {
    let number = i18n::count(view.language, counted.held_back);
    let values = [("count", number.as_str()), ("smallest", &SMALLEST_SHOWN.to_string())];
    (counted.held_back > 0).then(|| view.tn("desk-comments-held-back", &values))
}

fn line(comment: Comment, catalogue: &Catalogue, view: &View, period: &str) -> CommentLine {
    let unit = catalogue.unit(comment.unit).map(|unit| view.pick(&unit.name).to_owned());
    let survey = catalogue.survey_by_id(comment.survey).map(|survey| view.pick(&survey.title).to_owned());
    CommentLine {
        text: comment.text,
        unit: unit.unwrap_or_default(),
        month: comment.month.map_or_else(|| period.to_owned(), |first| i18n::month(view.language, first)),
        survey: survey.unwrap_or_default(),
    }
}
