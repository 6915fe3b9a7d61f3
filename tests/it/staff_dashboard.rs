//! The dashboard's figures: the same as a recount, only of the own units, small groups hidden and not to be worked out.

use crate::office::{Clerk, employ, employ_at, leads_to};
use crate::support::service::{eventually, run};
use crate::support::{Database, Service, block_on, page::Page, page::css};
use hailong::domain::access::Role;
use serde_json::json;

const CRITERIA: [(&str, usize); 5] = [("access", 4), ("procedure", 4), ("officer", 5), ("result", 3), ("feedback", 3)];

/// Sends some submissions that answer every criterion with a level.
pub async fn answer(service: &Service, unit: &str, channel: &str, level: u8, times: usize) {
    let mut answers = serde_json::Map::new();
    for (factor, count) in CRITERIA {
        for i in 1..=count {
            answers.insert(format!("{factor}_{i}"), level.into());
        }
    }
    for _ in 0..times {
        let body = json!({
            "id": uuid::Uuid::new_v4(), "unit": unit, "channel": channel, "language": "vi", "answers": answers,
        });
        let answer = service.post_json("/api/v1/surveys/sipas/submissions", &body).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }
}

/// Waits until all submissions are counted.
pub async fn counted(database: &Database) {
    eventually("everything is counted", async || {
        let waiting = "select count(*) from submissions \
             where txid >= (select folded_below from tally_watermark)";
        (database.number(waiting) == 0).then_some(())
    })
    .await;
}

/// The cells of the row that begins with a name in the table of a section.
pub fn row(page: &Page, section: &str, name: &str) -> Vec<String> {
    let selector = css(&format!("section[aria-labelledby=\"{section}\"] tbody tr"));
    let cells = css("th, td");
    let text =
        |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rows = page.tree.select(&selector).map(|row| row.select(&cells).map(text).collect::<Vec<_>>());
    rows.find(|cells| cells[0].starts_with(name)).unwrap_or_else(|| panic!("no row {name} in {section}: {}", page.html))
}

fn number(page: &Page) -> f64 {
    let text = page.one(".number").text().collect::<String>();
    text.replace(',', ".").replace(['\u{a0}', '%'], "").trim().parse().unwrap()
}

#[test]
fn the_figures_are_those_of_a_recount() {
    let (database, service) = Service::fresh();
    let (code, _, error) = run(database.url(), &["demo", "400"], "");
    assert_eq!(code, 0, "{error}");
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff?survey=sipas&period=all").await;
        let sipas = "survey_id = (select id from surveys where code = 'sipas')";
        let mut factors = Vec::new();
        let (mut answers, mut submissions) = (0, 0);
        for (factor, count) in CRITERIA {
            let mut shares = Vec::new();
            for i in 1..=count {
                let of = |what: &str| {
                    database.number(&format!(
                        "select count(distinct s.submission_id) from answers_by_question s where {sipas} and {what} \
                         and not exists (select 1 from exclusions e where e.submission_id = s.submission_id)"
                    ))
                };
                let n = of(&format!("question = '{factor}_{i}'"));
                let satisfied = of(&format!("question = '{factor}_{i}' and answer::int >= 4"));
                shares.push(satisfied as f64 / n as f64);
                answers += n;
                submissions = of("true");
            }
            factors.push(shares.iter().sum::<f64>() / shares.len() as f64);
        }
        let index = 100.0 * factors.iter().sum::<f64>() / factors.len() as f64;
        assert!((number(&page) - index).abs() < 0.0051, "{} {index}", number(&page));
        let written = |n: i64| hailong::i18n::count(hailong::domain::text::Language::Vi, n);
        assert!(page.sees(&format!("{} phiếu, {} câu trả lời", written(submissions), written(answers))));
        let factor = row(&page, "tree", "Tiếp cận dịch vụ");
        let shown: f64 = factor[1].replace(',', ".").replace(['\u{a0}', '%', ' '], "").parse().unwrap();
        assert!((shown - 100.0 * factors[0]).abs() < 0.0051, "{factor:?}");
        assert!(page.sees("phiếu mẫu do máy tạo"), "made-up figures are called so");
        assert!(page.sees("sipas_service/2022 (chưa kiểm chứng)"), "the formula's version and status are shown");
        assert!(page.count("svg.levels title") > 20 && page.count("svg.months title") == 1);
        let english = leader.open("/staff?survey=sipas&period=all&lang=en").await;
        assert!(english.sees("Factors and criteria") && english.sees(&format!("{submissions} submissions")));
        assert!(english.one(".number").text().collect::<String>().contains('.'));
    });
}

#[test]
fn filters_stay_in_the_address_and_narrow_the_figures() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.02", "web", 5, 6).await;
        answer(&service, "H19.26.02", "qr", 1, 7).await;
        answer(&service, "H19.26.03", "web", 4, 8).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let whole = leader.open("/staff").await;
        assert_eq!(number(&whole), 66.67);
        assert!(
            whole.sees("Chỉ số hài lòng của Sở Ngoại vụ Đồng Nai: 66,67"),
            "all data belong to the department, so it is named and not the province above it"
        );
        assert_eq!(row(&whole, "units", "Sở Ngoại vụ Đồng Nai (toàn bộ)")[1..3], ["21", "66,67 %"]);
        let accents = |page: &Page, section: &str| {
            let bars = css(&format!("section[aria-labelledby=\"{section}\"] td.bar"));
            page.tree.select(&bars).map(|bar| bar.html()).filter(|bar| bar.contains("var(--accent)")).count()
        };
        assert_eq!(
            (accents(&whole, "units"), accents(&whole, "channels")),
            (1, 1),
            "the whole has the accent, no part"
        );
        assert_eq!(row(&whole, "units", "Phòng Hợp tác quốc tế")[1..3], ["13", "46,15 %"]);
        assert_eq!(row(&whole, "channels", "Mã QR")[1..3], ["7", "0,00 %"]);
        let narrow = leader.open("/staff?unit=H19.26.02&channel=web").await;
        assert_eq!(number(&narrow), 100.0);
        assert!(narrow.sees("6 phiếu, 114 câu trả lời") && narrow.sees("Phòng Hợp tác quốc tế · Năm"));
        let chosen = narrow.one("#f-unit option[selected]").value().attr("value").unwrap();
        assert_eq!(
            (chosen, narrow.one("#f-channel option[selected]").value().attr("value").unwrap()),
            ("H19.26.02", "web")
        );
        let sort = narrow.one("section[aria-labelledby=tree] .sorting a").value().attr("href").unwrap().to_owned();
        assert!(sort.contains("unit=H19.26.02&channel=web") && sort.contains("sort=low"), "{sort}");
        let older = leader.open("/staff?unit=000.00.26.H19").await;
        assert_eq!(number(&older), 66.67, "a code in the older order names the same unit");
        let pooled = leader.open("/staff?survey=&form=sipas_service%2F2022").await;
        assert_eq!(number(&pooled), 66.67);
        let empty = leader.open("/staff?period=2020").await;
        assert!(empty.sees("Chưa có câu trả lời nào") && empty.count("a[href=\"/s/sipas\"]") == 1);
        for (path, status) in [
            ("/staff?unit=H99", 404),
            ("/staff?survey=nothing", 404),
            ("/staff?procedure=9.9", 404),
            ("/staff?channel=pigeon", 404),
        ] {
            assert_eq!(leader.ask(path).await.status(), status, "{path}");
        }
        assert!(narrow.sees("(năm 2026; kênh: Trang thông tin)") || narrow.sees("; kênh: Trang thông tin)"));
        let take = narrow.one(".big a[href^=\"/staff/exports?\"]").value().attr("href").unwrap().to_owned();
        assert!(take.contains("survey=sipas&unit=H19.26.02&channel=web&from="), "{take}");
        let exports = leader.open(&take).await;
        assert_eq!(exports.one("input[name=channel][checked]").value().attr("value").unwrap(), "web");
        assert_eq!(exports.one("#unit option[selected]").value().attr("value").unwrap(), "H19.26.02");
    });
}

#[test]
fn what_makes_no_sense_is_said_beside_its_field_and_the_form_is_kept() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.02", "web", 5, 6).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff?unit=H19.26.02&channel=web&from=x&to=2026-13-01").await;
        assert_eq!((page.status, page.count(".number")), (422, 0), "no figures of anything else");
        for field in ["from", "to"] {
            let problem = page.one(&format!("#f-{field}-problem")).text().collect::<String>();
            assert!(problem.contains("ví dụ 24/11/2026"), "{problem}");
        }
        assert_eq!((page.value("from"), page.value("to")), ("x".to_owned(), "2026-13-01".to_owned()));
        assert_eq!(page.one("#f-unit option[selected]").value().attr("value").unwrap(), "H19.26.02");
        assert_eq!(page.count(".filters details[open]"), 1);
        let unknown = leader.open("/staff?unit=H19.26.02&period=soon").await;
        assert!(unknown.status == 422 && unknown.count("#f-period-problem") == 1);
        let backwards = leader.open("/staff?from=2026-03-01&to=2026-02-01").await;
        assert!(backwards.status == 422 && backwards.sees("Ngày đầu không được sau ngày cuối"));
        let comments = leader.open("/staff/comments?unit=H19.26.02&from=x").await;
        assert!(comments.status == 422 && comments.sees("ví dụ 24/11/2026"));
        let today = hailong::domain::period::day_in_vietnam(chrono::Utc::now());
        let written = today.format("%d%%2F%m%%2F%Y").to_string();
        let typed = leader.open(&format!("/staff?from={written}&to={written}")).await;
        assert_eq!((typed.status, typed.value("from")), (200, today.to_string()));
        assert!(typed.sees("6 phiếu"));
    });
}

#[test]
fn a_change_tells_both_numbers_and_unequal_lengths() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.02", "web", 5, 6).await;
        counted(&database).await;
        // As if all six had come twice: in the month before, and in the one before that.
        for months in [1, 2] {
            database.execute(&format!(
                "insert into submissions (id, survey_id, form_version_id, unit_id, procedure_id, day, channel, \
                     language, answers) \
                 select gen_random_uuid(), survey_id, form_version_id, unit_id, procedure_id, \
                     (date_trunc('quarter', day) - interval '{months} month')::date, channel, language, answers \
                 from submissions order by day desc limit 6"
            ));
        }
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let today = hailong::domain::period::day_in_vietnam(chrono::Utc::now());
        let quarter = chrono::Datelike::month(&today).div_ceil(3);
        let page = leader.open(&format!("/staff?period={}-Q{quarter}", chrono::Datelike::year(&today))).await;
        assert!(page.sees("100,00 % từ 12 phiếu; kỳ này 6 phiếu)"), "{}", page.text());
        assert!(page.sees("kỳ này có phiếu trong 1 tháng, kỳ trước trong 2 tháng"), "{}", page.text());
        assert!(page.sees("Kỳ này chưa kết thúc: mới qua"), "{}", page.text());
    });
}

#[test]
fn a_month_bears_its_n() {
    let (database, service) = Service::fresh();
    let (code, _, error) = run(database.url(), &["demo", "300"], "");
    assert_eq!(code, 0, "{error}");
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff?survey=sipas&period=all").await;
        let picture = page.one("svg.months").html();
        let months = css("section[aria-labelledby=months] tbody tr:not(.whole)");
        let mut seen = 0;
        for cells in page.tree.select(&months) {
            let n = cells.select(&css("td.count")).next().unwrap().text().collect::<String>();
            seen += usize::from(!n.trim().is_empty() && picture.contains(&format!("\n{}\n", n.trim())));
        }
        assert!(seen >= 10, "{seen}: {picture}");
    });
}

#[test]
fn an_officer_sees_the_own_units_and_no_other() {
    let (database, service) = Service::fresh();
    employ_at(&database, "lan@x.vn", Role::Officer, "H19.26.02");
    block_on(async {
        answer(&service, "H19.26.02", "web", 5, 6).await;
        answer(&service, "H19.26.03", "web", 1, 9).await;
        counted(&database).await;
        let lan = Clerk::of(&database, &service, "lan@x.vn");
        let page = lan.open("/staff").await;
        assert_eq!(number(&page), 100.0);
        assert!(page.sees("6 phiếu") && !page.html.contains("H19.26.03"), "nothing of the neighbours");
        assert!(page.one(".office").text().collect::<String>().contains("Phòng Hợp tác quốc tế"));
        assert_eq!(lan.ask("/staff?unit=H19.26.03").await.status(), 404, "not told that there is one");
        assert_eq!(lan.ask("/staff?unit=H19.26").await.status(), 404);
        assert_eq!(lan.ask("/staff?unit=H19.26.02").await.status(), 200);
    });
}

#[test]
fn small_groups_are_hidden_and_cannot_be_worked_out() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    employ_at(&database, "lan@x.vn", Role::Officer, "H19.26.01");
    block_on(async {
        answer(&service, "H19.26.01", "web", 1, 3).await;
        answer(&service, "H19.26.02", "web", 5, 8).await;
        answer(&service, "H19.26.03", "web", 4, 20).await;
        answer(&service, "H19.26.03", "kiosk", 4, 6).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let hidden = async |query: &str| {
            let page = leader.open(&format!("/staff?{query}")).await;
            let is_hidden = page.sees("Số liệu được ẩn");
            assert_eq!(page.count(".number"), usize::from(!is_hidden), "{query}");
            is_hidden
        };
        let page = leader.open("/staff").await;
        assert!(page.sees("37 phiếu"), "the whole is large enough");
        assert_eq!(row(&page, "units", "Văn phòng Sở")[1..3], ["", "ẩn"]);
        assert_eq!(row(&page, "units", "Phòng Hợp tác quốc tế")[1..3], ["", "ẩn"], "37 less the others would be three");
        assert_eq!(row(&page, "units", "Phòng Lãnh sự")[1..3], ["26", "100,00 %"]);
        assert!(hidden("unit=H19.26.01").await, "three people");
        assert!(hidden("unit=H19.26.02").await, "the same unit asked for by itself");
        assert!(!hidden("unit=H19.26.03").await);
        assert!(!hidden("channel=kiosk").await && !hidden("unit=H19.26.03&channel=kiosk").await);
        assert!(hidden("unit=H19.26.02&channel=web").await, "all of its submissions came by the web");
        assert!(hidden("from=2020-01-01&unit=H19.26.01").await);
        let lan = Clerk::of(&database, &service, "lan@x.vn");
        assert!(lan.open("/staff").await.sees("Số liệu được ẩn"), "three are three for their own officer too");
    });
}

#[test]
fn somebody_not_signed_in_is_led_to_sign_in_and_back() {
    let (_database, service) = Service::fresh();
    block_on(async {
        assert_eq!(leads_to(&service.get("/staff").await), "/staff/sign-in");
        let away = service.get("/staff?unit=H19.26&period=2026-Q4").await;
        assert_eq!(leads_to(&away), "/staff/sign-in?next=/staff%3Funit%3DH19.26%26period%3D2026-Q4");
    });
}
