//! Intervals, comparisons and ranks as staff and programs see them: those of a recount, and nothing of what is hidden.

use crate::machines::token_of;
use crate::office::{Clerk, employ};
use crate::staff_dashboard::{answer, counted, row};
use crate::support::service::run;
use crate::support::{Database, Service, block_on, page::Page, page::css};
use chrono::Datelike;
use hailong::domain::access::Role;
use serde_json::{Value, json};

/// Wilson's interval of 95 % by the textbook formula, in per cent.
fn wilson(share: f64, n: f64) -> (f64, f64) {
    let z = 1.959963984540054;
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    (100.0 * (middle - half), 100.0 * (middle + half))
}

fn find<'a>(tree: &'a Value, code: &str) -> &'a Value {
    fn walk<'a>(tree: &'a Value, code: &str) -> Option<&'a Value> {
        if tree["code"] == code {
            return Some(tree);
        }
        tree["children"].as_array().unwrap().iter().find_map(|child| walk(child, code))
    }
    walk(tree, code).unwrap_or_else(|| panic!("no node {code}"))
}

fn near(found: &Value, expected: (f64, f64)) {
    let (low, high) = (found["low"].as_f64().unwrap(), found["high"].as_f64().unwrap());
    assert!((low - expected.0).abs() < 0.0051 && (high - expected.1).abs() < 0.0051, "{found} for {expected:?}");
    assert_eq!(found["level"], 0.95);
}

fn written(value: f64) -> String {
    format!("{value:.1}").replace('.', ",")
}

/// The standard error of the factor `access`, from each person's four answers, which are the form's first, recounted here by the database.
fn se_of_access(database: &Database) -> f64 {
    let part = |what: &str| {
        let each =
            (1..=4).map(|i| format!("coalesce(({})::int, 0)", what.replace('#', &format!("answers ->> {}", i - 1))));
        each.collect::<Vec<_>>().join(" + ")
    };
    let (y, m) = (part("(#)::int >= 4"), part("(#) is not null"));
    let rows = format!(
        "(select {y} as y, {m} as m from submissions where survey_id = (select id from surveys where code = 'sipas')) as rows where m > 0"
    );
    let text = database.text(&format!(
        "select sqrt(count(*)::float8 / (count(*) - 1) * sum((y - r.ratio * m) ^ 2)) / sum(m) \
         from (select sum(y)::float8 / sum(m) as ratio from {rows}) as r, {rows}"
    ));
    text.parse().unwrap()
}

#[test]
fn intervals_are_those_of_a_recount_on_the_page_in_the_interface_and_in_the_file() {
    let (database, service) = Service::fresh();
    assert_eq!(run(database.url(), &["demo", "500", "--seed", "5"], "").0, 0);
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        counted(&database).await;
        let request = service.client.get(service.at("/api/v1/index?survey=sipas"));
        let answer = request.bearer_auth(token_of(&database, "leader@x.vn")).send().await.unwrap();
        let tree: Value = answer.json().await.unwrap();
        let share = |node: &Value| node["satisfied"].as_f64().unwrap() / node["n"].as_f64().unwrap();
        let criterion = find(&tree, "officer_3");
        near(&criterion["interval"], wilson(share(criterion), criterion["n"].as_f64().unwrap()));
        let factor = find(&tree, "access");
        let p = factor["children"].as_array().unwrap().iter().map(share).sum::<f64>() / 4.0;
        let se = se_of_access(&database);
        let effective = p * (1.0 - p) / (se * se);
        let people = factor["children"][0]["n"].as_f64().unwrap();
        assert!(effective > people && effective < factor["n"].as_f64().unwrap(), "{effective} of {people}");
        near(&factor["interval"], wilson(p, effective));
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff?survey=sipas&period=all").await;
        let (low, high) = wilson(p, effective);
        assert_eq!(row(&page, "tree", "Tiếp cận dịch vụ")[2], format!("{}–{}", written(low), written(high)));
        let big = page.one(".big .interval").text().collect::<String>();
        let ends = big.strip_prefix("(khoảng 95 %: ").and_then(|ends| ends.strip_suffix(')')).unwrap();
        for (shown, end) in ends.split('–').zip(["low", "high"]) {
            // One decimal here and two there, each rounded by itself.
            let (shown, told) =
                (shown.replace(',', ".").parse::<f64>().unwrap(), tree["interval"][end].as_f64().unwrap());
            assert!((shown - told).abs() < 0.0551, "{shown} for {told}");
        }
        assert_eq!(ends.split('–').count(), 2);
        assert!(page.sees("tính theo sipas_service/2022") && page.sees("không phải là một mẫu ngẫu nhiên"));
        let (code, out, error) = run(database.url(), &["index", "--survey", "sipas", "--json"], "");
        assert_eq!(code, 0, "{error}");
        let printed: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(find(&printed, "access")["interval"], factor["interval"]);
    });
}

/// The quarter that a day some months ago lies in, as filters name it.
fn quarter() -> String {
    let today = hailong::domain::period::day_in_vietnam(chrono::Utc::now());
    format!("{}-Q{}", today.year(), today.month().div_ceil(3))
}

/// Moves everything stored into the quarter before.
fn to_quarter_before(database: &Database) {
    database.execute("update submissions set day = (date_trunc('quarter', day) - interval '1 month')::date");
    database.execute("update tally_watermark set counted_by = ''");
}

fn compared(page: &Page) -> Vec<String> {
    let cells = css("section[aria-labelledby=tree] tbody td.compared");
    page.tree.select(&cells).map(|cell| cell.text().collect::<String>()).collect()
}

#[test]
fn a_change_is_called_clear_only_where_chance_hardly_makes_it() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.02", "web", 5, 12).await;
        answer(&service, "H19.26.02", "web", 1, 12).await;
        counted(&database).await;
        to_quarter_before(&database);
        answer(&service, "H19.26.02", "web", 5, 8).await;
        answer(&service, "H19.26.02", "web", 1, 5).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let path = format!("/staff?period={}", quarter());
        let page = leader.open(&path).await;
        assert!(
            page.sees("Chưa thấy thay đổi rõ rệt so với kỳ trước: tăng 11,54 điểm phần trăm, khoảng 95 %: −"),
            "{}",
            page.text()
        );
        assert!(page.sees("0 trên 24 dòng thay đổi rõ rệt"), "{}", page.text());
        let rows = compared(&page);
        assert!(
            rows.len() == 24 && rows.iter().all(|row| row.contains("+11,54") && row.contains("chưa rõ rệt")),
            "{rows:?}"
        );
        for _ in 0..2 {
            answer(&service, "H19.26.02", "web", 5, 30).await;
        }
        counted(&database).await;
        let page = leader.open(&path).await;
        assert!(page.sees("Tăng rõ rệt so với kỳ trước: tăng "), "{}", page.text());
        assert!(compared(&page).iter().all(|row| row.contains("tăng rõ rệt")));
        let english = leader.open(&format!("{path}&lang=en")).await;
        assert!(english.sees("Clearly up on the period before: up ") && english.sees("24 of 24 rows changed clearly"));
    });
}

#[test]
fn units_have_ranges_of_ranks_and_nothing_hidden_is_compared() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.01", "web", 1, 3).await;
        answer(&service, "H19.26.02", "web", 5, 40).await;
        answer(&service, "H19.26.03", "web", 1, 30).await;
        answer(&service, "H19.26.03", "web", 5, 12).await;
        answer(&service, "H19.26", "web", 2, 9).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff").await;
        let small = row(&page, "units", "Văn phòng Sở");
        assert_eq!(small[2], "ẩn");
        assert_eq!([&small[3], &small[5], &small[6]], ["", "", ""], "no interval, no comparison, no rank");
        let direct = row(&page, "units", "Sở Ngoại vụ Đồng Nai (gửi trực tiếp)");
        assert!(
            direct[2] == "ẩn" && direct[5].is_empty() && direct[6].is_empty(),
            "hidden for the small one: {direct:?}"
        );
        let (high, low) = (row(&page, "units", "Phòng Hợp tác quốc tế"), row(&page, "units", "Phòng Lãnh sự"));
        assert!(high[5].ends_with("cao hơn rõ rệt phần còn lại") && high[5].contains("+77,"), "{high:?}");
        assert!(low[5].ends_with("thấp hơn rõ rệt phần còn lại"), "{low:?}");
        assert_eq!([&high[6], &low[6]], ["hạng 1–1 trên 2", "hạng 2–2 trên 2"], "of the two that are shown");
        assert!(row(&page, "units", "Sở Ngoại vụ Đồng Nai (toàn bộ)")[6].is_empty());
        let request = service.client.get(service.at("/api/v1/index?survey=sipas&unit=H19.26.01"));
        let hidden: Value =
            request.bearer_auth(token_of(&database, "leader@x.vn")).send().await.unwrap().json().await.unwrap();
        assert_eq!((&hidden["hidden"], &hidden["interval"]), (&json!(true), &Value::Null));
    });
}

#[test]
fn two_groups_alone_are_not_compared_with_a_rest_that_is_too_small() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    block_on(async {
        answer(&service, "H19.26.02", "web", 5, 20).await;
        answer(&service, "H19.26.03", "web", 1, 4).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff").await;
        assert_eq!(page.count("section[aria-labelledby=units] td.compared .clear"), 0);
        assert_eq!(page.count("section[aria-labelledby=units] td.compared .quiet"), 0);
        let ranks = css("section[aria-labelledby=units] td.rank");
        assert!(page.tree.select(&ranks).all(|cell| cell.text().collect::<String>().trim().is_empty()));
    });
}
