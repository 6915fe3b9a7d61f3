//! Receipts: what became of a submission, for whoever holds its code. It tells received, counted and the day; nothing else.

use super::{limits, page, see_other};
use crate::domain::receipt::Receipt;
use crate::i18n;
use crate::storage::submissions::{self, ReceiptStatus};
use crate::web::AppData;
use crate::web::error::WebError;
use crate::web::view::View;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// The address of a receipt.
pub fn address(receipt: Receipt) -> String {
    format!("{}/{receipt}", super::RECEIPTS)
}

/// What the lookup page takes.
#[derive(Deserialize)]
pub struct AskInput {
    /// The code, typed in whatever way.
    #[serde(default)]
    code: String,
}

/// What the page of a receipt takes.
#[derive(Deserialize)]
pub struct ShowInput {
    /// Present right after sending.
    #[serde(default)]
    thanks: String,
}

#[derive(Template)]
#[template(path = "public/receipt_ask.html")]
struct AskPage<'a> {
    view: &'a View,
    typed: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "public/receipt.html")]
struct ReceiptPage<'a> {
    view: &'a View,
    is_thanks: bool,
    code: String,
    day: String,
    status: ReceiptStatus,
}

/// `GET /receipts`: the page to type a code into.
pub async fn ask(view: View, input: web::Query<AskInput>) -> Result<HttpResponse, WebError> {
    let typed = input.code.trim();
    if typed.is_empty() {
        return page(StatusCode::OK, &AskPage { view: &view, typed, problem: None });
    }
    match Receipt::parse(typed) {
        Some(receipt) => Ok(see_other(&view, address(receipt))),
        None => {
            let problem = Some(view.t("receipt-bad-code"));
            page(StatusCode::UNPROCESSABLE_ENTITY, &AskPage { view: &view, typed, problem })
        }
    }
}

/// `GET /receipts/{code}`: what became of one submission.
pub async fn show(
    request: HttpRequest,
    view: View,
    app: AppData,
    code: web::Path<String>,
    input: web::Query<ShowInput>,
) -> Result<HttpResponse, WebError> {
    limits::check_lookup(&app, &request).map_err(WebError::TooMany)?;
    let Some(receipt) = Receipt::parse(&code) else { return unknown(&view, &code) };
    let there = app.clone();
    let rows = app.db.run(move |conn| submissions::by_receipt(conn, receipt, &there.secret)).await?;
    let Some(status) = in_common(rows.into_iter().filter(|row| receipt.is_of(row.id, &app.secret))) else {
        return unknown(&view, &code);
    };
    let receipt_page = ReceiptPage {
        view: &view,
        is_thanks: !input.thanks.is_empty(),
        code: receipt.to_string(),
        day: i18n::date(view.language, status.day),
        status,
    };
    page(StatusCode::OK, &receipt_page)
}

/// What is true of all that have the same receipt, where a sender made ids that begin alike.
fn in_common(all: impl Iterator<Item = ReceiptStatus>) -> Option<ReceiptStatus> {
    all.reduce(|all, one| ReceiptStatus {
        counted: all.counted && one.counted,
        excluded: all.excluded && one.excluded,
        ..all
    })
}

fn unknown(view: &View, typed: &str) -> Result<HttpResponse, WebError> {
    page(StatusCode::NOT_FOUND, &AskPage { view, typed, problem: Some(view.t("receipt-unknown")) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{SubmissionId, SurveyId};
    use chrono::NaiveDate;
    use uuid::Uuid;

    #[test]
    fn of_several_with_one_receipt_only_what_is_true_of_all_is_told() {
        let (id, survey) = (SubmissionId(Uuid::nil()), SurveyId(1));
        let status = |counted, excluded| ReceiptStatus { id, survey, day: NaiveDate::default(), counted, excluded };
        let (counted, waiting, out) = (status(true, false), status(false, false), status(false, true));
        let told = |all: &[ReceiptStatus]| in_common(all.iter().copied());
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[counted, counted]), Some(counted));
        assert_eq!(told(&[counted, waiting]), Some(waiting));
        assert_eq!(told(&[out, out]), Some(out));
        assert_eq!(told(&[out, counted]), Some(waiting));
    }
}
