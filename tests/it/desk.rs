//! The desk of the staff: reading comments apart from answers, taking submissions out of the index, looking after people.

use crate::office::{Clerk, DEPARTMENT, PASSWORD, employ, employ_at, leads_to};
use crate::support::page::css;
use crate::support::service::eventually;
use crate::support::{Browser, Database, Service, block_on, page};
use fantoccini::Locator;
use hailong::domain::access::Role;
use serde_json::json;
use uuid::Uuid;

/// Two divisions of the department.
const OFFICE: &str = "H19.26.01";
const COOPERATION: &str = "H19.26.02";

/// Somebody answers at a unit; returns the id.
async fn answer(service: &Service, unit: &str, comment: &str) -> Uuid {
    let id = Uuid::new_v4();
    let mut answers = json!({ "overall": 5 });
    if !comment.is_empty() {
        answers["comment"] = json!(comment);
    }
    let body = json!({ "id": id, "unit": unit, "channel": "web", "language": "vi", "answers": answers });
    let response = service.post_json("/api/v1/surveys/counter/submissions", &body).await;
    assert_eq!(response.status(), 201, "{}", response.text().await.unwrap());
    id
}

/// Several people answer at a unit, the first with a comment.
async fn answers(service: &Service, unit: &str, count: usize, comment: &str) -> Vec<Uuid> {
    let mut ids = vec![answer(service, unit, comment).await];
    while ids.len() < count {
        ids.push(answer(service, unit, "").await);
    }
    ids
}

async fn counted(database: &Database, count: i64) {
    let sum = "select coalesce(sum(submissions), 0) from tallies";
    eventually(&format!("{count} count"), async || (database.number(sum) == count).then_some(())).await;
}

#[test]
fn comments_are_read_apart_from_answers_and_within_the_scope() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    employ_at(&database, "hoa@x.vn", Role::Officer, OFFICE);
    employ(&database, "tinh@x.vn", Role::Province);
    block_on(async {
        let mut ids = answers(&service, OFFICE, 6, "Hướng dẫn rõ ràng").await;
        ids.extend(answers(&service, COOPERATION, 5, "Chờ hơi lâu\nnhưng <b>tốt</b>").await);
        counted(&database, 11).await;
        let leader = Clerk::of(&database, &service, "lan@x.vn");
        let all = leader.open("/staff/comments?survey=counter").await;
        assert!(all.sees("Hướng dẫn rõ ràng") && all.sees("Chờ hơi lâu nhưng <b>tốt</b>") && all.sees("2 ý kiến"));
        assert!(all.sees("Văn phòng Sở") && all.sees("Phòng Hợp tác quốc tế"));
        let month = database.text("to_char(now() at time zone '+07', 'MM/YYYY')");
        let day = database.text("to_char(now() at time zone '+07', 'DD/MM/YYYY')");
        let records = all.tree.select(&css(".records li")).map(|e| e.text().collect::<String>()).collect::<String>();
        assert!(records.contains(&month) && !all.sees(&day), "the month and not the day: {records}");
        for id in &ids {
            let id = id.to_string();
            assert!(!all.html.contains(&id) && !all.html.contains(&id[24..]), "an id is told");
        }
        let one = leader.open(&format!("/staff/comments?survey=counter&unit={COOPERATION}")).await;
        assert!(one.sees("Chờ hơi lâu") && !one.sees("Hướng dẫn rõ ràng"));
        let other = leader.open("/staff/comments?survey=sipas").await;
        assert!(other.sees("Không có ý kiến nào") && other.count(".records") == 0);
        let before = leader.open("/staff/comments?survey=counter&period=2025").await;
        assert_eq!(before.count(".records"), 0);
        let officer = Clerk::of(&database, &service, "hoa@x.vn");
        let own = officer.open("/staff/comments?survey=counter").await;
        assert!(own.sees("Hướng dẫn rõ ràng") && !own.sees("Chờ hơi lâu") && own.sees("1 ý kiến"));
        let foreign = officer.ask(&format!("/staff/comments?survey=counter&unit={COOPERATION}")).await;
        assert_eq!(foreign.status(), 404);
        let province = Clerk::of(&database, &service, "tinh@x.vn");
        assert_eq!(province.ask("/staff/comments").await.status(), 403);
        assert_eq!(province.open("/staff/account").await.count("a[href='/staff/comments']"), 0);
    });
}

#[test]
fn comments_of_small_groups_are_held_back_and_no_day_can_be_chosen() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    employ(&database, "quan@x.vn", Role::Administrator);
    block_on(async {
        let ids = answers(&service, OFFICE, 5, "Nơi đủ năm phiếu").await;
        answers(&service, COOPERATION, 4, "Nơi có bốn phiếu").await;
        // The same unit two years ago: one person alone in a month, five in the year.
        let old = answers(&service, DEPARTMENT, 5, "Năm kia").await;
        counted(&database, 14).await;
        let leader = Clerk::of(&database, &service, "lan@x.vn");
        let path = "/staff/comments?survey=counter";
        let small = leader.open(&format!("{path}&unit={COOPERATION}")).await;
        assert!(!small.sees("Nơi có bốn phiếu") && small.sees("Có 1 ý kiến chưa được hiển thị"), "{}", small.text());
        let all = leader.open(path).await;
        assert!(all.sees("Nơi đủ năm phiếu") && !all.sees("Nơi có bốn phiếu") && all.sees("2 ý kiến"));
        // Days are widened to their months.
        let today = database.text("(now() at time zone '+07')::date");
        let on_a_day = leader.open(&format!("{path}&from={today}&to={today}")).await;
        assert!(on_a_day.sees("Nơi đủ năm phiếu"));
        let first = database.text("date_trunc('month', now() at time zone '+07')::date");
        let before = leader.open(&format!("{path}&from={first}&to={first}")).await;
        assert!(before.sees("Nơi đủ năm phiếu"), "the first of the month is the whole month");
        // What is excluded is not shown, and the unit falls below five.
        let administrator = Clerk::of(&database, &service, "quan@x.vn");
        let fields = [("id", ids[4].to_string()), ("direction", "out".into()), ("reason", "Thử máy".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(leads_to(&administrator.send("/staff/exclusions", &fields).await), "/staff/exclusions?done=out");
        let fields = [("id", old[0].to_string()), ("direction", "out".into()), ("reason", "Thử máy".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        administrator.send("/staff/exclusions", &fields).await;
        counted(&database, 12).await;
        let less = leader.open(path).await;
        assert!(!less.sees("Nơi đủ năm phiếu") && !less.sees("Năm kia") && less.sees("0 ý kiến"), "{}", less.text());
        assert!(less.sees("Có 2 ý kiến chưa được hiển thị"), "{}", less.text());
    });
}

#[test]
fn a_month_with_few_answers_is_not_named() {
    let (database, service) = Service::fresh();
    employ(&database, "lan@x.vn", Role::Leader);
    block_on(async {
        let ids = answers(&service, OFFICE, 6, "Một mình trong tháng").await;
        counted(&database, 6).await;
        drop(service);
        // Nobody can answer in the past, so the facts are moved there and folded anew.
        database.execute(&format!("update submissions set day = '2024-03-05' where id = '{}'", ids[0]));
        database.execute(&format!("update submissions set day = '2024-06-05' where id <> '{}'", ids[0]));
        database.execute("delete from tallies; update tally_watermark set folded_below = 0");
        let service = Service::on(database.url());
        eventually("folded anew", async || {
            (database.number("select count(*) from tallies where day = '2024-03-05'") == 1).then_some(())
        })
        .await;
        counted(&database, 6).await;
        let leader = Clerk::of(&database, &service, "lan@x.vn");
        let year = leader.open("/staff/comments?survey=counter&period=2024").await;
        let record = year.one(".records li").text().collect::<String>();
        assert!(record.contains("Một mình trong tháng") && record.contains("Năm 2024"), "{record}");
        assert!(!record.contains("03/2024"), "{record}");
        let month = leader.open("/staff/comments?survey=counter&period=2024-03").await;
        assert!(!month.sees("Một mình trong tháng") && month.sees("Có 1 ý kiến chưa được hiển thị"));
    });
}

#[test]
fn an_administrator_takes_a_submission_out_and_puts_it_back() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    for (email, role) in [("lan@x.vn", Role::Leader), ("hoa@x.vn", Role::Officer), ("tinh@x.vn", Role::Province)] {
        employ(&database, email, role);
    }
    block_on(async {
        let id = answers(&service, DEPARTMENT, 7, "").await[0].to_string();
        counted(&database, 7).await;
        let quan = Clerk::of(&database, &service, "quan@x.vn");
        let send = async |clerk: &Clerk<'_>, id: &str, direction: &str, reason: &str| {
            clerk.send("/staff/exclusions", &[("id", id), ("direction", direction), ("reason", reason)]).await
        };
        for email in ["lan@x.vn", "hoa@x.vn", "tinh@x.vn"] {
            let clerk = Clerk::of(&database, &service, email);
            assert_eq!(send(&clerk, &id, "out", "Không thích").await.status(), 403, "{email}");
            assert_eq!(clerk.ask("/staff/exclusions").await.status(), 403, "{email}");
        }
        assert_eq!(database.number("select count(*) from exclusions"), 0);
        let index = async |count: &str| {
            let leader = Clerk::of(&database, &service, "lan@x.vn");
            eventually(&format!("the index counts {count}"), async || {
                let dashboard = leader.open("/staff?survey=counter").await;
                dashboard.sees(&format!("{count} phiếu")).then_some(())
            })
            .await;
        };
        index("7").await;
        // Without a reason, with one too long, with an id nobody has: the form again, with what was typed.
        let again = page::page(send(&quan, &id, "out", "  ").await).await;
        assert_eq!(again.status, 422);
        assert!(again.sees("Vui lòng ghi lý do.") && again.value("id") == id);
        assert_eq!(again.one("#reason").value().attr("aria-describedby"), Some("reason-hint reason-problem"));
        let long = page::page(send(&quan, &id, "out", &"á".repeat(501)).await).await;
        assert!(long.sees("Lý do dài 501 ký tự") && long.one("#reason").text().count() == 1);
        let unknown = page::page(send(&quan, &Uuid::new_v4().to_string(), "out", "Gửi trùng").await).await;
        assert_eq!(unknown.status, 422);
        assert!(unknown.sees("Không có phiếu nào mang mã này") && unknown.count("#id[aria-invalid]") == 1);
        assert_eq!(unknown.one("#reason").text().collect::<String>(), "Gửi trùng");
        assert_eq!(database.number("select count(*) from exclusions"), 0);

        let out = send(&quan, &format!(" {id} "), "out", "Phiếu thử máy").await;
        let told = quan.open(&leads_to(&out)).await;
        assert!(told.sees("Đã loại phiếu khỏi chỉ số") && told.sees("Phiếu đang bị loại: 1"), "{}", told.text());
        assert!(told.sees("Phiếu thử máy") && told.sees("quan@x.vn,") && told.sees(&id[24..]));
        index("6").await;
        let twice = send(&quan, &id, "out", "Lần nữa").await;
        assert!(quan.open(&leads_to(&twice)).await.sees("đã bị loại khỏi chỉ số từ trước"));
        let back = send(&quan, &id, "back", "Nhầm phiếu").await;
        let told = quan.open(&leads_to(&back)).await;
        assert!(told.sees("Đã đưa phiếu trở lại") && told.sees("Không có phiếu nào đang bị loại"));
        index("7").await;
        let twice = send(&quan, &id, "back", "Lần nữa").await;
        assert!(quan.open(&leads_to(&twice)).await.sees("đang được tính vào chỉ số"));
    });
    assert_eq!(database.number("select count(*) from exclusions"), 2);
    assert_eq!(database.number("select count(*) from audit_log where action like '%a submission%'"), 2);
}

#[test]
fn flagged_submissions_are_listed_in_words_until_they_are_out() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    block_on(async {
        let ids = answers(&service, OFFICE, 2, "Lời không ai được thấy ở đây").await;
        database.execute(&format!("update submissions set flags = 3 where id = '{}'", ids[0]));
        let quan = Clerk::of(&database, &service, "quan@x.vn");
        let list = quan.open("/staff/exclusions").await;
        assert!(list.sees("Phiếu cần xem xét: 1") && list.sees("Ô ẩn với người đọc đã được điền"), "{}", list.text());
        assert!(list.sees("Điền nhanh hơn") && list.sees("Văn phòng Sở") && list.sees(&ids[0].to_string()[24..]));
        assert!(!list.sees("Lời không ai") && !list.sees(&ids[1].to_string()[24..]));
        let link = list.one("section[aria-labelledby=flagged] a").value().attr("href").unwrap().to_owned();
        let form = quan.open(link.split('#').next().unwrap()).await;
        assert_eq!(form.value("id"), ids[0].to_string());
        let fields = [("id", form.value("id")), ("direction", "out".to_owned()), ("reason", "Máy gửi".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(quan.send("/staff/exclusions", &fields).await.status(), 303);
        assert!(quan.open("/staff/exclusions").await.sees("Phiếu cần xem xét: 0"));
        assert!(quan.open("/staff/exclusions?lang=en&page=9&out=-1").await.sees("Excluded now: 1"));
    });
}

/// The secret that a page tells once.
fn told(page: &page::Page) -> String {
    page.one(".once").text().collect::<String>().trim().to_owned()
}

#[test]
fn a_new_officer_gets_in_by_the_link_and_is_out_at_once_when_access_ends() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    block_on(async {
        let quan = Clerk::of(&database, &service, "quan@x.vn");
        let add = async |email: &str, role: &str, unit: &str| {
            let fields = [("email", email), ("role", role), ("unit", unit)];
            page::page(quan.send("/staff/people", &fields).await).await
        };
        let without = add("moi@x.vn", "officer", "").await;
        assert!(
            without.status == 422
                && without.sees("Vui lòng chọn đơn vị")
                && without.one("#email").value().attr("value") == Some("moi@x.vn")
        );
        assert!(add("moi", "officer", OFFICE).await.sees("Địa chỉ thư điện tử chưa đúng"));
        assert!(add("quan@x.vn", "leader", "").await.sees("đã có tài khoản"));
        let added = add("Moi@x.vn", "officer", OFFICE).await;
        assert!(
            added.sees("Liên kết dành cho moi@x.vn") && added.sees("Chưa đặt mật khẩu") && added.sees("Văn phòng Sở")
        );
        let link = told(&added);
        assert!(!quan.open("/staff/people").await.html.contains(&link), "told once");
        let path = link.split_once("/staff/").map(|(_, rest)| format!("/staff/{rest}")).unwrap();
        let officer = service.visitor();
        let fields = [("password", PASSWORD), ("again", PASSWORD)];
        let inside = officer.post(service.at(&path)).form(&fields).send().await.unwrap();
        assert_eq!((inside.status().as_u16(), inside.url().path()), (200, "/staff"));
        let token = told(&page::page(quan.send("/staff/people/token", &[("email", "moi@x.vn")]).await).await);
        let ask = async |token: &str| {
            let request = service.client.get(service.at("/api/v1/index?survey=counter")).bearer_auth(token);
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(ask(&token).await, 200);
        assert!(quan.open("/staff/people").await.sees("Số khóa cho chương trình: 1"));
        assert_eq!(quan.send("/staff/people/revoke-tokens", &[("email", "moi@x.vn")]).await.status(), 303);
        assert_eq!(ask(&token).await, 401);
        let second = told(&page::page(quan.send("/staff/people/token", &[("email", "moi@x.vn")]).await).await);
        let ended = quan.send("/staff/people/end", &[("email", "moi@x.vn")]).await;
        assert!(quan.open(&leads_to(&ended)).await.sees("Đã kết thúc quyền truy cập."));
        assert_eq!(ask(&second).await, 401);
        let outside = officer.get(service.at("/staff")).send().await.unwrap();
        assert_eq!(outside.url().path(), "/staff/sign-in");
        assert_eq!(quan.send("/staff/people/link", &[("email", "moi@x.vn")]).await.status(), 404);
        let again = page::page(quan.send("/staff/people/resume", &[("email", "moi@x.vn")]).await).await;
        assert!(told(&again).contains("/staff/welcome/"));
    });
    let logged = "select string_agg(action, ', ' order by id) from audit_log where subject = 'moi@x.vn' \
                  and actor = 'quan@x.vn'";
    let expected = "add staff, make a token, revoke tokens, make a token, end access, resume access";
    assert_eq!(database.text(logged), expected);
}

#[test]
fn nobody_ends_the_own_access_nor_that_of_the_last_administrator() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    employ(&database, "hai@x.vn", Role::Administrator);
    block_on(async {
        let (quan, hai) = (Clerk::of(&database, &service, "quan@x.vn"), Clerk::of(&database, &service, "hai@x.vn"));
        let own = page::page(quan.send("/staff/people/end", &[("email", "quan@x.vn")]).await).await;
        assert!(own.status == 422 && own.sees("Không thể tự kết thúc"));
        let tokens = (quan.form_token().await, hai.form_token().await);
        let end = async |clerk: &Clerk<'_>, token: &str, email: &str| {
            clerk.send_bare("/staff/people/end", &[("form_token", token), ("email", email)]).await.status()
        };
        // Both at the same moment: one of them stays.
        let both = tokio::join!(end(&quan, &tokens.0, "hai@x.vn"), end(&hai, &tokens.1, "quan@x.vn"));
        let left = database.number("select count(*) from staff where email like '%@x.vn' and ended_at is null");
        assert_eq!(left, 1, "{both:?}");
    });
}

#[test]
fn the_three_pages_are_accessible_and_fit_a_phone() {
    let (database, service) = Service::fresh();
    employ(&database, "quan@x.vn", Role::Administrator);
    employ_at(&database, "canbo.phonghoptacquocte@songoaivu.dongnai.gov.vn", Role::Officer, COOPERATION);
    block_on(async {
        let ids = answers(&service, OFFICE, 5, "Cán bộ hướng dẫn rõ ràng, dễ hiểu. Mong có thêm ghế ngồi chờ.").await;
        answers(&service, COOPERATION, 2, "Một mình").await;
        database.execute(&format!("update submissions set flags = 3 where id in ('{}', '{}')", ids[0], ids[1]));
        counted(&database, 7).await;
        let quan = Clerk::of(&database, &service, "quan@x.vn");
        let id = ids[2].to_string();
        let reason = "Phiếu do máy gửi khi thử thiết bị tại quầy";
        quan.send("/staff/exclusions", &[("id", &id), ("direction", "out"), ("reason", reason)]).await;
        quan.send("/staff/people/token", &[("email", "quan@x.vn")]).await;
        let browser = Browser::open(1280, true).await;
        browser.goto(&service.at("/staff/sign-in")).await;
        browser.fill("#email", "quan@x.vn").await;
        browser.fill("#password", PASSWORD).await;
        browser.choose("Đăng nhập").await;
        browser.sees("quan@x.vn").await;
        let look = async |name: &str| {
            for (width, word) in [(1280, "wide"), (360, "phone")] {
                browser.client.set_window_size(width, 1600).await.unwrap();
                browser.picture(&format!("desk-{name}-{word}")).await;
                browser.check_accessibility().await;
                browser.check_fits_width().await;
            }
        };
        for (name, path) in [
            ("comments", "/staff/comments?survey=counter"),
            ("exclusions", "/staff/exclusions"),
            ("people", "/staff/people"),
            ("comments-en", "/staff/comments?survey=counter&lang=en"),
            ("exclusions-en", "/staff/exclusions"),
            ("people-en", "/staff/people?lang=en"),
        ] {
            browser.goto(&service.at(path)).await;
            if name == "people-en" {
                let first = browser.client.find(Locator::Css("summary")).await.unwrap();
                first.click().await.unwrap();
            }
            look(name).await;
        }
        browser.goto(&service.at("/staff/people?lang=vi")).await;
        browser.fill("#email", "moi@x.vn").await;
        browser.choose("Thêm và tạo liên kết").await;
        browser.sees("Vui lòng chọn đơn vị").await;
        look("people-problem").await;
    });
}
