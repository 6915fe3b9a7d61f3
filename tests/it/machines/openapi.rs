//! The description is true: every route, every status that it names happens, and every answer fits its schema.

use super::{fresh_id, good, schema, token_of};
use crate::office::{employ, employ_at};
use crate::support::{Database, Service, block_on, page};
use hailong::domain::access::Role;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

struct Stage {
    database: Database,
    service: Service,
    officer: String,
    leader: String,
}

impl Stage {
    fn set() -> Self {
        let database = Database::new();
        let service =
            Service::with(database.url(), &[("HAILONG_LIMIT_PER_DEVICE", "5"), ("HAILONG_LIMIT_PER_ADDRESS", "0")]);
        employ(&database, "l@x.vn", Role::Leader);
        employ_at(&database, "o@x.vn", Role::Officer, "H19.26.01");
        let (officer, leader) = (token_of(&database, "o@x.vn"), token_of(&database, "l@x.vn"));
        Self { database, service, officer, leader }
    }

    async fn submit(&self, survey: &str, content_type: &str, body: String) -> Response {
        let path = self.service.at(&format!("/api/v1/surveys/{survey}/submissions"));
        let request = self.service.client.post(path).header("x-device", fresh_id().to_string());
        request.header(header::CONTENT_TYPE, content_type).body(body).send().await.unwrap()
    }

    async fn index(&self, token: &str, query: &str) -> Response {
        let request = self.service.client.get(self.service.at(&format!("/api/v1/index{query}")));
        request.bearer_auth(token).send().await.unwrap()
    }

    async fn change_survey(&self, code: &str, dates: &str) {
        self.database.execute(&format!(
            "update surveys set {dates} where code = '{code}'; \
             update catalogue_revision set revision = revision + 1"
        ));
        let state = if dates.contains("closes") { "closed" } else { "upcoming" };
        crate::support::service::eventually("the survey has changed", || async {
            let form: Value = self.service.get(&format!("/api/v1/surveys/{code}")).await.json().await.unwrap();
            (form["state"] == state).then_some(())
        })
        .await;
    }

    /// Makes an operation answer with a status; nothing where nobody knows how.
    async fn provoke(&self, operation: &str, status: &str) -> Option<Response> {
        const JSON: &str = "application/json";
        let body = || good(fresh_id()).to_string();
        let get = |path: &'static str| async { Some(self.service.get(path).await) };
        match (operation, status) {
            ("list_surveys", "200") => get("/api/v1/surveys").await,
            ("read_survey", "200") => get("/api/v1/surveys/counter").await,
            ("read_survey", "404") => get("/api/v1/surveys/none").await,
            ("submit", "201") => Some(self.submit("sipas", JSON, body()).await),
            ("submit", "200") => {
                let body = body();
                self.submit("sipas", JSON, body.clone()).await;
                Some(self.submit("sipas", JSON, body).await)
            }
            ("submit", "400") => Some(self.submit("sipas", JSON, "{".to_owned()).await),
            ("submit", "404") => Some(self.submit("none", JSON, body()).await),
            ("submit", "409") => {
                let body = body();
                self.submit("sipas", JSON, body.clone()).await;
                Some(self.submit("sipas", JSON, body.replace("\"vi\"", "\"en\"")).await)
            }
            ("submit", "413") => Some(self.submit("sipas", JSON, "x".repeat(70_000)).await),
            ("submit", "415") => Some(self.submit("sipas", "text/csv", body()).await),
            ("submit", "422") => Some(self.submit("sipas", JSON, "{\"answers\":{\"access_1\":9}}".to_owned()).await),
            ("submit", "429") => {
                let path = self.service.at("/api/v1/surveys/sipas/submissions");
                let send = || self.service.client.post(&path).header("x-device", "one").body("").send();
                for _ in 0..5 {
                    send().await.unwrap();
                }
                Some(send().await.unwrap())
            }
            ("submit", "410") => {
                self.change_survey("counter", "closes_at = opens_at").await;
                Some(self.submit("counter", JSON, body()).await)
            }
            ("submit", "403") => {
                self.change_survey("sipas", "opens_at = '2999-01-01'").await;
                Some(self.submit("sipas", JSON, body()).await)
            }
            ("read_index", "200") => Some(self.index(&self.leader, "?survey=sipas").await),
            ("read_index", "401") => Some(self.index("none", "?survey=sipas").await),
            ("read_index", "404") => Some(self.index(&self.officer, "?survey=sipas&unit=H19").await),
            ("read_index", "422") => Some(self.index(&self.leader, "?survey=sipas&from=x").await),
            ("openapi", "200") => get("/api/openapi.json").await,
            ("docs", "200") => get("/api/docs").await,
            ("health", "200") => get("/healthz").await,
            ("readiness", "200") => get("/readyz").await,
            ("readiness", "503") => {
                self.database.execute("delete from __diesel_schema_migrations where version = '20261123000001'");
                get("/readyz").await
            }
            ("metrics", "200") => get("/metrics").await,
            _ => None,
        }
    }
}

/// Statuses that need the database gone: `submissions` and `operation` provoke them.
const WITHOUT_DATABASE: [(&str, &str); 2] = [("submit", "503"), ("read_index", "503")];

/// These change what the others need, and come last.
const LAST: [&str; 3] = ["410", "403", "503"];

#[test]
fn every_answer_that_is_described_happens_and_fits() {
    let stage = Stage::set();
    block_on(async {
        let document: Value = stage.service.get("/api/openapi.json").await.json().await.unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let mut all: Vec<(String, String, Value)> = Vec::new();
        for operation in operations(&document) {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            for (status, answer) in operation["responses"].as_object().unwrap() {
                all.push((id.clone(), status.clone(), answer.clone()));
            }
        }
        all.sort_by_key(|(_, status, _)| LAST.iter().position(|last| last == status));
        for (id, status, answer) in all {
            if WITHOUT_DATABASE.contains(&(id.as_str(), status.as_str())) {
                continue;
            }
            let response = stage.provoke(&id, &status).await;
            let response = response.unwrap_or_else(|| panic!("nobody knows how {id} answers {status}"));
            assert_eq!(response.status().as_str(), status, "{id}");
            let (kind, described) = answer["content"].as_object().unwrap().iter().next().unwrap();
            assert_eq!(response.headers()[header::CONTENT_TYPE].to_str().unwrap(), kind, "{id} {status}");
            if kind.ends_with("json") {
                let value: Value = response.json().await.unwrap();
                let wrong = schema::check(&document, &described["schema"], &value);
                assert!(wrong.is_empty() || id == "openapi", "{id} {status}: {wrong:#?}");
            }
        }
    });
}

fn operations(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().unwrap().values();
    paths.flat_map(|path| path.as_object().unwrap().values()).collect()
}

#[test]
fn every_route_for_machines_is_described_and_no_other() {
    let source = include_str!("../../../src/web/api/mod.rs");
    let registered: BTreeSet<(&str, &str)> = source
        .lines()
        .filter_map(|line| line.split_once("_only(\""))
        .filter_map(|(before, after)| {
            let verb = if before.trim_end().ends_with("post") { "post" } else { "get" };
            after.split_once('"').map(|(path, _)| (verb, path))
        })
        .collect();
    assert_eq!(source.matches("_only(\"").count(), source.matches(".service(").count());
    assert!(registered.len() > 5 && !source.contains("config.route("), "{registered:?}");
    let (_database, service) = Service::fresh();
    block_on(async {
        let document: Value = service.get("/api/openapi.json").await.json().await.unwrap();
        let paths = document["paths"].as_object().unwrap();
        let described: BTreeSet<(&str, &str)> = paths
            .iter()
            .flat_map(|(path, verbs)| verbs.as_object().unwrap().keys().map(move |verb| (verb.as_str(), path.as_str())))
            .collect();
        assert_eq!(registered, described);
        for (_, path) in described {
            let path = path.replace("{survey}", "sipas");
            let refused = service.client.request(Method::DELETE, service.at(&path)).send().await.unwrap();
            let (status, headers, _) = super::submissions::refusal(refused).await;
            assert!(status == 405 && headers.contains_key(header::ALLOW), "{path}");
        }
    });
}

#[test]
fn the_example_of_the_description_is_taken() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let document: Value = service.get("/api/openapi.json").await.json().await.unwrap();
        let path = "/api/v1/surveys/{survey}/submissions";
        let example = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"];
        let response = service.post_json(&path.replace("{survey}", "sipas"), example).await;
        assert_eq!(response.status(), 201, "{}", response.text().await.unwrap());
        let form: Value = service.get("/api/v1/surveys/sipas").await.json().await.unwrap();
        assert_eq!(form["sections"][0]["questions"][0]["code"], "access_1");
        let unit = form["units"].as_array().unwrap().iter().find(|unit| unit["code"] == "H19.26").unwrap();
        assert!(unit["procedures"].as_array().unwrap().contains(&json!("SNGV-CNLS")), "{unit}");
    });
}

#[test]
fn the_description_reads_as_a_page_in_both_languages() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let vietnamese = page::page(service.get("/api/docs").await).await;
        let english = page::page(service.get("/api/docs?lang=en").await).await;
        for (page, text) in [(&vietnamese, "Gửi một phiếu đã trả lời"), (&english, "Hand in a completed form")]
        {
            assert!(page.sees(text) && page.sees("POST /api/v1/surveys/{survey}/submissions"), "{}", page.text());
            for link in page.tree.select(&page::css("main a[href^='#']")) {
                let id = link.value().attr("href").unwrap().trim_start_matches('#');
                assert_eq!(page.count(&format!("[id=\"{id}\"]")), 1, "{id}");
            }
        }
        assert!(!vietnamese.sees("Hand in a completed form"));
    });
}
