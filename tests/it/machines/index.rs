//! Programs read the index: whose token it is decides what they see, and small groups stay hidden.

use super::submissions::refusal;
use super::{day, fill, fresh_id, good, token_of};
use crate::office::{employ, employ_at};
use crate::support::{Service, block_on};
use hailong::domain::access::Role;
use reqwest::{Response, header};
use serde_json::{Value, json};

async fn ask(service: &Service, token: &str, query: &str) -> Response {
    let request = service.client.get(service.at(&format!("/api/v1/index{query}")));
    request.header(header::AUTHORIZATION, format!("Bearer {token}")).send().await.unwrap()
}

async fn figures(service: &Service, token: &str, query: &str) -> Value {
    let response = ask(service, token, query).await;
    assert_eq!(response.status(), 200, "{query}");
    response.json().await.unwrap()
}

fn node<'a>(tree: &'a Value, code: &str) -> Option<&'a Value> {
    if tree["code"] == code {
        return Some(tree);
    }
    tree["children"].as_array().unwrap().iter().find_map(|child| node(child, code))
}

#[test]
fn without_a_valid_token_nothing_is_told() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    let token = token_of(&database, "l@x.vn");
    block_on(async {
        let anonymous = service.get("/api/v1/index?survey=sipas").await;
        let basic = service.client.get(service.at("/api/v1/index?survey=sipas")).basic_auth("l@x.vn", Some("x"));
        let wrong = ask(&service, &"0".repeat(64), "?survey=sipas").await;
        for response in [anonymous, basic.send().await.unwrap(), wrong] {
            let (status, headers, _) = refusal(response).await;
            assert_eq!(status, 401);
            assert!(headers[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"));
        }
        assert_eq!(ask(&service, &token, "?survey=sipas").await.status(), 200);
        database.execute("update staff set ended_at = now()");
        assert_eq!(refusal(ask(&service, &token, "?survey=sipas").await).await.0, 401, "access has ended");
    });
}

#[test]
fn the_tree_counts_what_was_answered() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    let token = token_of(&database, "l@x.vn");
    block_on(async {
        let empty = figures(&service, &token, "?survey=sipas").await;
        assert_eq!((empty["n"].as_i64(), &empty["share"]), (Some(0), &Value::Null));
        for level in [5, 4, 4, 3, 2, 1] {
            let mut submission = good(fresh_id());
            submission["answers"] = json!({ "access_1": level, "access_2": 5, "officer_1": level });
            assert_eq!(service.post_json("/api/v1/surveys/sipas/submissions", &submission).await.status(), 201);
        }
        let tree = crate::support::service::eventually("six submissions are folded", || async {
            let tree = figures(&service, &token, "?survey=sipas").await;
            (tree["submissions"] == 6).then_some(tree)
        })
        .await;
        let seen = |code: &str| {
            let node = node(&tree, code).unwrap();
            (node["n"].as_i64(), node["satisfied"].as_i64(), node["share"].as_f64())
        };
        assert_eq!(seen("access_1"), (Some(6), Some(3), Some(50.0)));
        assert_eq!(seen("access"), (Some(12), Some(9), Some(75.0)));
        assert_eq!(seen("officer"), (Some(6), Some(3), Some(50.0)));
        assert_eq!(seen("sipas_service"), (Some(18), Some(12), Some(62.5)), "the mean of two factors");
        assert_eq!(seen("result"), (Some(0), Some(0), None));
        for (name, value) in [("survey", "sipas"), ("form", "sipas_service/2022"), ("index", "sipas_service/2022")] {
            assert_eq!(tree[name], value);
        }
        assert_eq!(tree["filters"], json!({ "unit": null, "procedure": null, "channel": null }));
    });
}

#[test]
fn periods_are_days_or_named_and_filters_must_be_known() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    let token = token_of(&database, "l@x.vn");
    fill(&database, 800, 1);
    block_on(async {
        let by_days = figures(&service, &token, "?survey=sipas&from=2026-04-01&to=2026-06-30").await;
        assert_eq!(by_days, figures(&service, &token, "?survey=sipas&from=2026-Q2&to=2026-06").await);
        assert_eq!(by_days["period"], json!({ "from": day(2026, 4, 1), "to": day(2026, 6, 30) }));
        let all = figures(&service, &token, "?survey=sipas&from=2026").await;
        assert!(by_days["n"].as_i64() < all["n"].as_i64());
        let qr = figures(&service, &token, "?survey=sipas&channel=qr&unit=H19.26&procedure=").await;
        assert_eq!(qr["filters"], json!({ "unit": "H19.26", "procedure": null, "channel": "qr" }));
        for (query, field, code) in [
            ("", "survey", "missing"),
            ("?survey=sipas&units=H19", "units", "unknown_field"),
            ("?survey=sipas&procedure=9", "procedure", "unknown"),
            ("?survey=sipas&channel=post", "channel", "unknown"),
            ("?survey=sipas&from=1.4.2026", "from", "not_a_day"),
            ("?survey=sipas&from=2026-06-30&to=2026-06-01", "to", "before_from"),
            ("?survey=sipas&survey=counter", "survey", "more_than_one"),
        ] {
            let (status, _, problem) = refusal(ask(&service, &token, query).await).await;
            let first = &problem["errors"][0];
            assert_eq!(
                (status, first["field"].as_str(), first["code"].as_str()),
                (422, Some(field), Some(code)),
                "{query}"
            );
        }
        assert_eq!(refusal(ask(&service, &token, "?survey=none").await).await.0, 404);
    });
}

#[test]
fn an_officer_sees_the_own_part_and_small_groups_are_hidden() {
    let (database, service) = Service::fresh();
    employ_at(&database, "o@x.vn", Role::Officer, "H19.26.01");
    employ(&database, "p@x.vn", Role::Province);
    let (officer, province) = (token_of(&database, "o@x.vn"), token_of(&database, "p@x.vn"));
    block_on(async {
        for unit in ["H19.26.01", "H19.26.01", "H19.26.01", "H19.26.02", "H19.26.02", "H19.26.02", "H19.26.03"] {
            let mut submission = good(fresh_id());
            submission["unit"] = json!(unit);
            assert_eq!(service.post_json("/api/v1/surveys/sipas/submissions", &submission).await.status(), 201);
        }
        crate::support::service::eventually("seven are folded", || async {
            (figures(&service, &province, "?survey=sipas").await["submissions"] == 7).then_some(())
        })
        .await;
        let own = figures(&service, &officer, "?survey=sipas").await;
        assert_eq!(own["filters"]["unit"], "H19.26.01");
        assert_eq!((&own["hidden"], &own["n"], &own["submissions"]), (&json!(true), &Value::Null, &Value::Null));
        let mut answers = Vec::new();
        for elsewhere in ["H19.26", "H19.26.02", "H99"] {
            let refused = refusal(ask(&service, &officer, &format!("?survey=sipas&unit={elsewhere}")).await).await;
            assert_eq!(refused.0, 404, "{elsewhere}");
            answers.push(refused.2);
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "nobody is told which of them exist: {answers:?}");
        let whole = figures(&service, &province, "?survey=sipas&unit=H19").await;
        assert_eq!((whole["submissions"].as_i64(), whole.get("hidden")), (Some(7), None));
    });
}
