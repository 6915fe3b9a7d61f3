//! What goes with satisfaction: the command over the sample, and the page over what people sent.

use crate::office::{Clerk, employ, employ_at};
use crate::staff_dashboard::counted;
use crate::support::service::run;
use crate::support::{Service, block_on, page::css};
use hailong::domain::access::Role;
use serde_json::{Value, json};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/survey_sample.csv");

fn drivers(arguments: &[&str]) -> (i32, String, String) {
    run("", &[&["drivers"], arguments].concat(), "")
}

#[test]
fn the_command_tells_importances_and_alphas() {
    let (code, out, error) = drivers(&[SAMPLE, "--index", "sipas_service/2022", "--json"]);
    assert_eq!(code, 0, "{error}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["people"], &found["incomplete"], &found["outcome"]), (&json!(446), &json!(9), &Value::Null));
    let parts = found["parts"].as_array().unwrap();
    // Computed by going through all orders of the five parts with numpy.
    for (part, (code, importance, alpha)) in parts.iter().zip([
        ("access", 0.19451556952389865, 0.6900613823188563),
        ("procedure", 0.20544079128293047, 0.6816218164193666),
        ("officer", 0.2062863802051085, 0.7467364713561814),
        ("result", 0.18923185931069939, 0.6461846250787646),
        ("feedback", 0.20452539967736383, 0.6816518257460429),
    ]) {
        assert_eq!(part["code"], code);
        assert!((part["importance"].as_f64().unwrap() - importance).abs() < 1e-9, "{part}");
        assert!((part["alpha"].as_f64().unwrap() - alpha).abs() < 1e-9, "{part}");
        assert!(part["low"].as_f64().unwrap() < importance && importance < part["high"].as_f64().unwrap());
    }
    let again = drivers(&[SAMPLE, "--index", "sipas_service/2022", "--json"]);
    assert_eq!(again.1, out, "the seed is fixed");
    let (code, table, _) = drivers(&[SAMPLE, "--index", "sipas_service/2022", "--seed", "7"]);
    assert!(
        code == 0 && table.contains("446 people") && table.contains("seed 7") && table.contains("20.6%"),
        "{table}"
    );
    let refused = drivers(&[SAMPLE, "--index", "sipas_service/2022", "--outcome", "access_1"]);
    assert!(refused.0 == 2 && refused.2.contains("access_1 is a criterion"), "{refused:?}");
    let alone = drivers(&[SAMPLE, "--index", "counter/2026"]);
    assert!(alone.0 == 1 && alone.2.contains("no parts to compare"), "{alone:?}");
}

/// One submission: every criterion of a factor at one level.
fn answers(levels: [u8; 5]) -> Value {
    let mut answers = serde_json::Map::new();
    for ((factor, count), level) in
        [("access", 4), ("procedure", 4), ("officer", 5), ("result", 3), ("feedback", 3)].into_iter().zip(levels)
    {
        answers.extend((1..=count).map(|i| (format!("{factor}_{i}"), level.into())));
    }
    answers.into()
}

/// Sends submissions to a unit in which people differ in the officers only.
async fn differ_in_officers(service: &Service, unit: &str, count: usize) {
    for number in 0..count {
        let officer = [1, 5][number % 2];
        let body = json!({
            "id": uuid::Uuid::new_v4(), "unit": unit, "channel": "web", "language": "vi",
            "answers": answers([5, 5 - u8::from(number % 10 == 0), officer, 5, 5]),
        });
        let answer = service.post_json("/api/v1/surveys/sipas/submissions", &body).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }
}

#[test]
fn the_page_names_the_part_in_which_people_differ() {
    let (database, service) = Service::fresh();
    employ(&database, "leader@x.vn", Role::Leader);
    employ_at(&database, "officer@x.vn", Role::Officer, "H19.26.02");
    block_on(async {
        differ_in_officers(&service, "H19.26.01", 120).await;
        differ_in_officers(&service, "H19.26.02", 12).await;
        counted(&database).await;
        let leader = Clerk::of(&database, &service, "leader@x.vn");
        let page = leader.open("/staff/drivers?survey=sipas&unit=H19.26.01&period=all").await;
        assert!(page.sees("Nên xem trước: Công chức trực tiếp giải quyết công việc"), "{}", page.html);
        assert_eq!(page.tree.select(&css("table.drivers tbody tr")).count(), 5);
        let first = page.one("table.drivers tbody tr").text().collect::<Vec<_>>().join(" ");
        assert!(first.contains("50,00") && first.contains("600"), "share and answers about the officers: {first}");
        assert!(page.html.contains("<svg class=\"months\"") && page.html.contains("sipas_service/2022"));
        let dashboard = leader.open("/staff?survey=sipas&unit=H19.26.01&period=all").await;
        assert!(dashboard.sees("Điều gì đi cùng sự hài lòng ở đây"), "{}", dashboard.html);
        let english = leader.open("/staff/drivers?survey=sipas&unit=H19.26.01&period=all&lang=en").await;
        assert!(english.sees("Look at this first"), "{}", english.html);
        let officer = Clerk::of(&database, &service, "officer@x.vn");
        let few = officer.open("/staff/drivers?survey=sipas&period=all&lang=vi").await;
        assert!(few.sees("ở đây có 12"), "{}", few.html);
        let counter = leader.open("/staff/drivers?survey=counter&period=all&lang=vi").await;
        assert!(counter.sees("không có các phần để so sánh"), "{}", counter.html);
    });
}
