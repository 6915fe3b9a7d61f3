//! Other systems hand in forms: what is taken, what is refused, and how they are told.

use super::{fresh_id, good};
use crate::support::{Database, Service, block_on};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PATH: &str = "/api/v1/surveys/sipas/submissions";

/// A refusal: its status, its headers, and the document, which is checked.
pub async fn refusal(response: Response) -> (u16, header::HeaderMap, Value) {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json", "{status}");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status, "{problem}");
    assert!(problem["type"].as_str().unwrap().starts_with("urn:hailong:problem:"), "{problem}");
    let texts = problem.to_string();
    assert!(!texts.contains('⟦') && problem["title"] != "" && problem["detail"] != "", "{texts}");
    (status, headers, problem)
}

fn faults(problem: &Value) -> BTreeMap<&str, &str> {
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap())).collect()
}

#[test]
fn a_retry_counts_once_and_other_content_is_refused() {
    let (database, service) = Service::fresh();
    block_on(async {
        let submission = good(fresh_id());
        let first = service.post_json(PATH, &submission).await;
        assert_eq!(first.status(), StatusCode::CREATED);
        let first: Value = first.json().await.unwrap();
        let again = service.post_json(PATH, &submission).await;
        assert_eq!(again.status(), StatusCode::OK);
        assert_eq!(again.json::<Value>().await.unwrap(), first);
        let mut other = submission.clone();
        other["answers"]["access_1"] = json!(1);
        let (status, _, problem) = refusal(service.post_json(PATH, &other).await).await;
        assert_eq!((status, problem["type"].as_str()), (409, Some("urn:hailong:problem:conflict")));
        assert_eq!(database.number("select count(*) from submissions"), 1);
        assert_eq!(database.number("select answer::int from answers_by_question where question = 'access_1'"), 4);
        assert_eq!(database.number("select channel from submissions"), 6);
    });
}

#[test]
fn everything_that_is_wrong_is_told_at_once_in_either_language() {
    let (database, service) = Service::fresh();
    let bad = json!({
        "id": "7", "unit": "H99", "channel": "invitation", "language": "en", "colour": "red",
        "answers": {
            "access_1": 6, "access_2": "4", "access_3": ["4", "5"], "gender": "x", "nothing": 1, "access_4": true,
            "comment": "x".repeat(2001),
        },
    });
    block_on(async {
        let (status, headers, problem) = refusal(service.post_json(PATH, &bad).await).await;
        assert_eq!((status, headers[header::CONTENT_LANGUAGE].to_str().unwrap()), (422, "en"));
        let expected = BTreeMap::from([
            ("id", "not_a_uuid"),
            ("unit", "unknown"),
            ("channel", "unknown"),
            ("colour", "unknown_field"),
            ("access_1", "not_an_option"),
            ("access_2", "wrong_type"),
            ("access_3", "more_than_one"),
            ("access_4", "wrong_type"),
            ("gender", "not_an_option"),
            ("comment", "too_long"),
            ("nothing", "unknown_question"),
        ]);
        assert_eq!(faults(&problem), expected);
        assert!(problem.to_string().contains("At most 2000 characters; 2001 were given."), "{problem}");
        let mut bad = bad;
        bad["language"] = json!("vi");
        let (_, _, problem) = refusal(service.post_json(PATH, &bad).await).await;
        assert_eq!(faults(&problem), expected);
        assert!(problem.to_string().contains("Tối đa 2000 ký tự; đã gửi 2001 ký tự."), "{problem}");
        assert_eq!(database.number("select count(*) from submissions"), 0);
    });
}

#[test]
fn a_wrong_field_beside_good_answers_stores_nothing() {
    let (database, service) = Service::fresh();
    block_on(async {
        for (change, field, code) in [
            (json!({ "note": 1 }), "note", "unknown_field"),
            (json!({ "unit": 5 }), "unit", "wrong_type"),
            (json!({ "unit": null }), "unit", "missing"),
            (json!({ "channel": null }), "channel", "missing"),
            (json!({ "language": "" }), "language", "missing"),
            (json!({ "language": "fr" }), "language", "unknown"),
            (json!({ "answers": {} }), "answers", "nothing_answered"),
            (json!({ "answers": [] }), "answers", "wrong_type"),
            (json!({ "procedure": "SNGV-CNLS", "unit": "H19" }), "procedure", "not_at_this_unit"),
        ] {
            let mut submission = good(fresh_id());
            submission.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let (status, _, problem) = refusal(service.post_json(PATH, &submission).await).await;
            assert_eq!(status, 422, "{change}");
            assert_eq!(faults(&problem).get(field), Some(&code), "{problem}");
        }
        let twice = good(fresh_id()).to_string().replace("\"access_1\":4", "\"access_1\":4,\"access_1\":5");
        let (_, _, problem) = refusal(send(&service, PATH, twice, "application/json").await).await;
        assert_eq!(faults(&problem), BTreeMap::from([("access_1", "more_than_one")]));
        assert_eq!(database.number("select count(*) from submissions"), 0);
    });
}

async fn send(service: &Service, path: &str, body: String, content_type: &str) -> Response {
    let request = service.client.post(service.at(path)).header(header::CONTENT_TYPE, content_type);
    request.body(body).send().await.unwrap()
}

#[test]
fn what_is_no_json_is_told_where() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let broken = "{\"id\": \"x\",\n  \"unit\" \"H19\"}".to_owned();
        let request =
            service.client.post(service.at(PATH)).header(header::CONTENT_TYPE, "application/json; charset=utf-8");
        let request = request.header(header::ACCEPT_LANGUAGE, "en-GB, vi;q=0.5").body(broken.clone());
        let (status, _, problem) = refusal(request.send().await.unwrap()).await;
        assert_eq!(status, 400);
        assert!(problem["detail"].as_str().unwrap().contains("line 2, column 10"), "{problem}");
        for body in ["[]", "7", "", "{\"id\": \"\\ud800\"}"] {
            let (status, _, problem) = refusal(send(&service, PATH, body.to_owned(), "application/json").await).await;
            assert_eq!((status, problem["type"].as_str()), (400, Some("urn:hailong:problem:malformed")), "{body}");
        }
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/xml"]
        {
            let response = send(&service, PATH, good(fresh_id()).to_string(), kind).await;
            assert_eq!(refusal(response).await.0, 415, "{kind}");
        }
        let large = json!({ "id": "x".repeat(70_000) }).to_string();
        assert_eq!(refusal(send(&service, PATH, large.clone(), "application/json").await).await.0, 413);
        let pieces: Vec<Result<String, std::io::Error>> = (0..70).map(|_| Ok("x".repeat(1000))).collect();
        let unannounced = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
        let request = service.client.post(service.at(PATH)).header(header::CONTENT_TYPE, "application/json");
        assert_eq!(refusal(request.body(unannounced).send().await.unwrap()).await.0, 413);
    });
}

#[test]
fn closed_unknown_and_coming_surveys_refuse() {
    let (database, service) = Service::fresh();
    database.execute("update surveys set opens_at = '2020-01-01', closes_at = '2020-02-01' where code = 'counter'");
    database.execute("update surveys set opens_at = '2999-01-01' where code = 'sipas'");
    database.execute("update catalogue_revision set revision = revision + 1");
    block_on(async {
        crate::support::service::eventually("the new dates", || async {
            let response = service.get("/api/v1/surveys").await;
            (response.json::<Value>().await.unwrap()["surveys"] == json!([])).then_some(())
        })
        .await;
        for (survey, status, word) in
            [("none", 404, "not-found"), ("counter", 410, "gone"), ("sipas", 403, "not-open-yet")]
        {
            for submission in [good(fresh_id()), json!({ "odd": 1 })] {
                let path = format!("/api/v1/surveys/{survey}/submissions");
                let (found, _, problem) = refusal(service.post_json(&path, &submission).await).await;
                assert_eq!(
                    (found, problem["type"].as_str().unwrap()),
                    (status, format!("urn:hailong:problem:{word}").as_str())
                );
            }
        }
        let (status, headers, _) = refusal(service.get(PATH).await).await;
        assert_eq!((status, headers[header::ALLOW].to_str().unwrap()), (405, "POST"));
        assert_eq!(refusal(service.get("/api/v1/nothing").await).await.0, 404);
        let form: Value = service.get("/api/v1/surveys/counter").await.json().await.unwrap();
        assert_eq!(form["state"], "closed");
    });
}

#[test]
fn many_from_one_device_wait_and_others_behind_the_address_do_not() {
    let database = Database::new();
    let limits = [("HAILONG_LIMIT_PER_DEVICE", "2"), ("HAILONG_LIMIT_PER_ADDRESS", "5")];
    let service = Service::with(database.url(), &limits);
    let from = async |device: &str| {
        let request = service.client.post(service.at(PATH)).header("x-device", device).json(&good(fresh_id()));
        request.send().await.unwrap()
    };
    block_on(async {
        assert_eq!([from("a").await.status(), from("a").await.status()], [StatusCode::CREATED; 2]);
        let (status, headers, _) = refusal(from("a").await).await;
        let wait: u64 = headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!(status == 429 && (1..=60).contains(&wait), "{status} {wait}");
        for device in ["b", "", "c"] {
            assert_eq!(from(device).await.status(), StatusCode::CREATED, "{device}");
        }
        assert_eq!(refusal(from("d").await).await.0, 429, "the address is the last limit");
    });
}

#[test]
fn while_the_database_is_away_one_may_send_again() {
    let (database, service) = Service::fresh();
    let (before, after) = database.url().split_once("@/").unwrap();
    let (name, query) = after.split_once('?').unwrap();
    let away = |is_away: bool| {
        let mut conn = PgConnection::establish(&format!("{before}@/hailong?{query}")).unwrap();
        let switch = format!("alter database {name} with allow_connections {}", !is_away);
        conn.batch_execute(&switch).unwrap();
        // One that was just connecting may have been let in before, and show only after a first look.
        for _ in 0..if is_away { 5 } else { 0 } {
            let end = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
            conn.batch_execute(&end).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    };
    block_on(async {
        let submission = good(fresh_id());
        away(true);
        let (status, headers, _) = refusal(service.post_json(PATH, &submission).await).await;
        assert_eq!((status, headers.contains_key(header::RETRY_AFTER)), (503, true));
        let index = service.client.get(service.at("/api/v1/index?survey=sipas")).bearer_auth("0".repeat(64));
        let (status_of_index, ..) = refusal(index.send().await.unwrap()).await;
        assert_eq!(status_of_index, 503);
        let (status, headers, _) = refusal(service.get("/readyz").await).await;
        assert_eq!((status, headers.contains_key(header::RETRY_AFTER)), (503, true));
        assert_eq!(service.get("/healthz").await.status(), 200);
        let metrics = service.get("/metrics").await.text().await.unwrap();
        assert!(metrics.contains("\nhailong_database_up 0\n"), "{metrics}");
        away(false);
        let taken = service.post_json(PATH, &submission).await.status();
        assert!(taken.is_success(), "{taken}");
        assert_eq!(database.number("select count(*) from submissions"), 1);
    });
}
