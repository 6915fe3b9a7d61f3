//! Forms as paper: everybody of the staff finds them, sees everything that is asked, and prints it whole.

use crate::office::{Clerk, PASSWORD, employ};
use crate::support::page::css;
use crate::support::service::eventually;
use crate::support::{Browser, Service, block_on};
use hailong::domain::access::Role;
use hailong::domain::form::QuestionKind;
use hailong::domain::text::Language;

#[test]
fn every_form_is_there_whole_in_both_languages() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Officer);
    let library = hailong::catalog::load(None).unwrap();
    block_on(async {
        let clerk = Clerk::of(&database, &service, "lan@x.vn");
        let list = clerk.open("/staff/forms?lang=vi").await;
        assert!(list.sees("Mẫu phiếu") && list.sees("chưa kiểm chứng"));
        for form in library.forms.values() {
            assert_eq!(list.count(&format!("a[href='/staff/forms/{}']", form.name())), 1);
            for language in Language::ALL {
                let page = clerk.open(&format!("/staff/forms/{}?lang={}", form.name(), language.code())).await;
                let text = page.text();
                let mut boxes = 0;
                for question in form.questions() {
                    assert!(text.contains(question.text.get(language)), "{}", question.code);
                    let none = usize::from(form.none_label(question).is_some());
                    boxes += match question.kind {
                        QuestionKind::Text
                        | QuestionKind::Integer
                        | QuestionKind::Decimal
                        | QuestionKind::Date
                        | QuestionKind::Note => 0,
                        QuestionKind::Multiple => form.options(question).len(),
                        QuestionKind::Level | QuestionKind::Single => form.options(question).len() + none,
                    };
                }
                assert_eq!(page.count(".box"), boxes, "a box for every option of {}", form.name());
                for section in &form.sections {
                    assert!(text.contains(section.title.get(language)), "{}", section.code);
                }
            }
        }
        let full = clerk.open("/staff/forms/sipas_full/2022?lang=vi").await;
        let numbers: Vec<String> = full.tree.select(&css("td.number")).map(|cell| cell.text().collect()).collect();
        assert_eq!(numbers, (1..=33).map(|n| n.to_string()).collect::<Vec<_>>());
        assert!(full.sees("Phần IV. Trách nhiệm giải trình của cơ quan"));
        assert!(full.sees("được trả lời thay hoặc gợi ý câu trả lời"));
        assert!(full.sees("xin không ghi họ tên, số điện thoại hay mã hồ sơ"));
        assert!(full.sees("Xin bỏ qua phần này nếu Ông/Bà chọn “Chưa từng / Không có”"));
        assert_eq!(clerk.ask("/staff/forms/sipas_full/1999").await.status(), 404);
    });
}

#[test]
fn a_sheet_suits_everybody_and_prints_on_a4() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Province);
    block_on(async {
        let browser = Browser::open(1280, true).await;
        browser.goto(&service.at("/staff/forms")).await;
        browser.fill("#email", "lan@x.vn").await;
        browser.fill("#password", PASSWORD).await;
        browser.choose("Đăng nhập").await;
        browser.sees("Mẫu phiếu").await;
        for (name, path) in [
            ("list", "/staff/forms"),
            ("full", "/staff/forms/sipas_full/2022"),
            ("counter", "/staff/forms/counter/2026?lang=en"),
        ] {
            browser.goto(&service.at(path)).await;
            for width in [1280, 500] {
                browser.client.set_window_size(width, 1600).await.unwrap();
                browser.check_accessibility().await;
                browser.check_fits_width().await;
                browser.picture(&format!("paper-{name}-{width}")).await;
            }
        }
        browser.goto(&service.at("/staff/forms/officials/2023?lang=vi")).await;
        // On a busy machine the browser's own printing fails now and then.
        let print = async || browser.client.print(fantoccini::wd::PrintConfiguration::default()).await.ok();
        let printed = eventually("the browser prints", print).await;
        assert!(printed.starts_with(b"%PDF-"));
    });
}
