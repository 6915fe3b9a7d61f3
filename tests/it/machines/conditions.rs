//! Conditions as programs see them: all of them with every question, and answers to what is not asked refused.

use super::{fresh_id, schema, tables};
use crate::support::service::run;
use crate::support::{Database, Service, block_on};
use serde_json::{Value, json};

#[test]
fn a_program_can_follow_the_conditions_of_a_form() {
    let database = Database::new();
    let (code, _, error) = run(database.url(), &["survey", "open", "full", "--form", "sipas_full/2022"], "");
    assert_eq!(code, 0, "{error}");
    let service = Service::on(database.url());
    block_on(async {
        let document: Value = service.get("/api/openapi.json").await.json().await.unwrap();
        let described = json!({ "$ref": "#/components/schemas/SurveyFormOutput" });
        let question = |form: &Value, code: &str| -> Value {
            let sections = form["sections"].as_array().unwrap().iter();
            let mut all = sections.flat_map(|section| section["questions"].as_array().unwrap());
            all.find(|question| question["code"] == code).unwrap().clone()
        };
        let full: Value = service.get("/api/v1/surveys/full").await.json().await.unwrap();
        assert_eq!(schema::check(&document, &described, &full), Vec::<String>::new());
        let unless = |code: &str| json!({ "question": code, "any_of": [], "none_of": ["no"] });
        let feedback = question(&full, "feedback_1");
        assert_eq!(feedback["conditions"], json!([unless("experience_4"), unless("experience_5")]));
        assert_eq!(feedback["show_when"], Value::Null);
        assert_eq!(question(&full, "policy_1")["conditions"], json!([]));
        let counter: Value = service.get("/api/v1/surveys/counter").await.json().await.unwrap();
        let when = json!({ "question": "overall", "any_of": ["1", "2", "3"], "none_of": [] });
        let reason = question(&counter, "reason");
        assert_eq!(
            (&reason["show_when"], &reason["conditions"]),
            (&when, &json!([when])),
            "as it was, and said in full"
        );

        let submit = async |answers: Value| {
            let body =
                json!({ "id": fresh_id(), "unit": "H19.26", "channel": "paper", "language": "vi", "answers": answers });
            let response = service.post_json("/api/v1/surveys/full/submissions", &body).await;
            let status = response.status().as_u16();
            let problem: Value = response.json().await.unwrap();
            let errors = problem["errors"].as_array().cloned().unwrap_or_default();
            let named =
                errors.iter().map(|e| format!("{} {}", e["field"].as_str().unwrap(), e["code"].as_str().unwrap()));
            (status, named.collect::<Vec<_>>())
        };
        let refused = submit(json!({ "experience_4": "no", "access_1": 4, "feedback_1": 4, "channel": ["fax"] })).await;
        let expected = ["answers.channel not_an_option", "access_1 not_asked", "feedback_1 not_asked"];
        assert_eq!(refused, (422, expected.map(str::to_owned).to_vec()));
        let taken =
            submit(json!({ "experience_1": "no", "access_1": 4, "channel": ["media"], "bribery": "none" })).await;
        assert_eq!(taken.0, 201);
    });
    assert_eq!(database.text("select answer ->> 0 from answers_by_question where question = 'channel'"), "media");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.zip");
    let (code, _, error) =
        run(database.url(), &["export", "submissions", "--survey", "full", "-o", file.to_str().unwrap()], "");
    assert_eq!(code, 0, "{error}");
    let package = tables::read(std::fs::read(&file).unwrap());
    let row = &package.tables.values().next().unwrap()[0];
    let cell = |column: &str| row[column].as_str();
    assert_eq!((cell("channel"), cell("channel__media"), cell("channel__internet")), ("paper", "1", "0"));
    assert_eq!((cell("bribery"), cell("experience_1")), ("none", "no"));
}
