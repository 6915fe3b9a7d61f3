//! How indices are computed, for whoever asks: every definition as a page, with an example that adds up.

use super::Citizen;
use crate::support::{Browser, Service, block_on};
use hailong::domain::text::Language;

#[test]
fn every_index_tells_how_it_is_computed() {
    let (_database, service) = Service::fresh();
    let library = hailong::catalog::load(None).unwrap();
    block_on(async {
        for definition in library.indices.values() {
            for language in Language::ALL {
                let path = format!("/method/{}?lang={}", definition.name(), language.code());
                let citizen = Citizen::opens(&service, &path).await;
                assert_eq!(citizen.page.status, 200, "{path}");
                for text in [&definition.title, &definition.formula, &definition.source] {
                    citizen.sees(text.get(language));
                }
                for title in definition.nodes.iter().filter_map(|node| node.title.as_ref()) {
                    citizen.sees(title.get(language));
                }
                assert_eq!(citizen.page.count("#example"), usize::from(definition.kind.is_survey()), "{path}");
            }
        }
    });
}

#[test]
fn the_way_from_a_page_to_the_sum() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/").await;
        citizen.follows("Cách tính").await;
        citizen.sees("Do nơi khác đo");
        citizen.follows("Tỷ lệ hài lòng sau lần giải quyết công việc").await;
        // Ten say 5 4 4 3 5 4 2 5 4 1, the seventh leaves it open: seven of nine are satisfied.
        citizen.sees("7 ÷ 9 77,78 % 45,3–93,7");
        citizen.sees("Từ mức 4 (“Hài lòng”) trở lên, trong 5 mức.");
        citizen.sees("nhóm dưới 5 người");
        citizen.follows("English").await;
        citizen.sees("7 ÷ 9 77.78%");
        citizen.follows("How the indices are computed").await;
        citizen.follows("Satisfaction index of public administration services (SIPAS), both halves").await;
        citizen.sees("An estimate: the weights were worked out from published figures");
        citizen.sees("weight 6 of 10");
        citizen.sees("nobody answered –");
        let text = citizen.page.text();
        let last = text.split("(6 × ").nth(2).expect("the last step, after the formula");
        let figures: Vec<f64> =
            last.split(['%', ' ', ')', '+', '×', '÷', '=']).filter_map(|w| w.parse().ok()).collect();
        let [policies, four, services, ten, whole, ..] = figures[..] else { panic!("{last}") };
        assert_eq!((four, ten), (4.0, 10.0));
        assert!(((6.0 * policies + 4.0 * services) / 10.0 - whole).abs() < 0.011, "{last}");
        for unknown in ["/method/sipas_full/1999", "/method/nothing/2022"] {
            citizen.goes_to(unknown).await;
            assert_eq!(citizen.page.status, 404);
        }
    });
}

#[test]
fn points_and_records_are_told_as_what_they_are() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/method/officials/2023").await;
        citizen.sees("× 100 +");
        citizen.sees("điểm trung bình của các câu trả lời");
        citizen.sees("Điểm của mỗi mức “A – Tốt”: 100 %; “B – Khá”: 60 %; “C – Trung bình”: 20 %; “D – Yếu”: 0 %");
        citizen.goes_to("/method/papi/2018").await;
        citizen.sees("Chỉ số này do nơi khác đo; hệ thống này chỉ ghi lại điểm đã công bố.");
        citizen.sees("từ 1 đến 10 điểm");
        citizen.goes_to("/method/portal_766/2022").await;
        citizen.sees("đạt điểm tối đa từ 90 %");
        citizen.goes_to("/method/one_stop/2018").await;
        citizen.sees("Xuất sắc từ 15 điểm");
        citizen.goes_to("/method/par_index/2022").await;
        citizen.sees("Điều tra xã hội học 32 điểm");
    });
}

#[test]
fn the_pages_suit_everybody() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let browser = Browser::open(1280, true).await;
        for (name, path) in [
            ("list", "/method"),
            ("full", "/method/sipas_full/2022"),
            ("officials", "/method/officials/2023?lang=en"),
            ("portal", "/method/portal_766/2022?lang=vi"),
            ("contrast", "/method/counter/2026?contrast=high&size=large"),
        ] {
            browser.goto(&service.at(path)).await;
            browser.check_accessibility().await;
            browser.picture(&format!("method-{name}-1280")).await;
            browser.client.set_window_size(500, 1600).await.unwrap();
            browser.check_accessibility().await;
            super::in_a_browser::check_narrow(&browser).await;
            browser.picture(&format!("method-{name}-500")).await;
            browser.client.set_window_size(1280, 1600).await.unwrap();
        }
    });
}
