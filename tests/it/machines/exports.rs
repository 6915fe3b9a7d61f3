//! Files to take away: they say what they hold, they agree with the dashboard's figures, and nobody gets more than their part.

use super::tables::{Package, Row, read};
use super::{VISITED, fill, fold, fresh_id, good, multiply, token_of};
use crate::office::{Clerk, employ, employ_at};
use crate::support::{Database, Service, block_on};
use chrono::{NaiveDate, TimeDelta};
use hailong::actions::exclude_submission::{Direction, exclude_submission};
use hailong::documents::submissions::FIXED;
use hailong::domain::access::Role;
use hailong::domain::ids::SubmissionId;
use hailong::storage::audit_log::Actor;
use reqwest::header;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

const SIPAS: &str = "submissions_sipas_service_2022.csv";
const COUNTER: &str = "submissions_counter_2026.csv";

async fn take(clerk: &Clerk<'_>, path: &str) -> Package {
    let response = clerk.ask(path).await;
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/zip");
    assert!(response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment; filename="));
    read(response.bytes().await.unwrap().to_vec())
}

fn exclude(database: &Database, many: i64, reason: &str, direction: Direction) {
    let mut conn = database.conn();
    for number in 0..many {
        let id = format!(
            "select ('x' || replace(left(id::text, 8), '-', ''))::bit(32)::bigint from submissions order by id offset {number} limit 1"
        );
        let start = database.number(&id);
        let found = ids(database).into_iter().find(|found| i64::from((found.as_u128() >> 96) as u32) == start).unwrap();
        exclude_submission(
            &mut conn,
            chrono::Utc::now(),
            &Actor::command_line(),
            SubmissionId(found),
            direction,
            reason,
        )
        .unwrap();
    }
    fold(database);
}

fn ids(database: &Database) -> Vec<Uuid> {
    use diesel::prelude::*;
    use hailong::storage::schema::submissions;
    submissions::table.select(submissions::id).order(submissions::id).load(&mut database.conn()).unwrap()
}

/// Answers, and satisfied ones, by unit, month and question, counted from exported rows that are not excluded.
fn recount<'a>(
    rows: impl Iterator<Item = &'a Row>,
    criteria: &[&str],
) -> BTreeMap<(String, String, String), (i64, i64)> {
    let mut counts: BTreeMap<(String, String, String), (i64, i64)> = BTreeMap::new();
    for row in rows.filter(|row| row["excluded"] == "false") {
        for question in criteria {
            let Ok(level) = row[*question].parse::<i64>() else { continue };
            let key = (row["unit"].clone(), row["submitted_on"][..7].to_owned(), (*question).to_owned());
            let count = counts.entry(key).or_default();
            *count = (count.0 + 1, count.1 + i64::from(level >= 4));
        }
    }
    counts
}

#[test]
fn the_files_the_interface_and_a_recount_agree() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    fill(&database, 1500, 7);
    exclude(&database, 3, "trùng lặp", Direction::Out);
    exclude(&database, 1, "nhầm", Direction::Back);
    let clerk = Clerk::of(&database, &service, "l@x.vn");
    block_on(async {
        let submissions = take(&clerk, "/staff/exports/submissions.zip").await;
        let rows: Vec<&Row> = submissions.tables.values().flatten().collect();
        assert_eq!(rows.len(), 1500);
        assert_eq!(rows.iter().filter(|row| row["excluded"] == "true").count(), 2);
        assert_eq!(submissions.manifest["exclusions"], json!([{ "reason": "trùng lặp", "count": 2 }]));
        for table in submissions.tables.values() {
            let ids: Vec<&str> = table.iter().map(|row| row["id"].as_str()).collect();
            assert!(ids.is_sorted(), "by id, which says nothing of who came before whom");
        }
        let index = take(&clerk, "/staff/exports/index.zip?flavour=excel").await;
        let token = token_of(&database, "l@x.vn");
        let mut shown = 0;
        for (survey, path) in [("sipas", SIPAS), ("counter", COUNTER)] {
            let nodes: Vec<&Row> = index.tables["index.csv"].iter().filter(|row| row["survey"] == survey).collect();
            let is_asked = |column: &&str| !FIXED.contains(column) && nodes.iter().any(|node| node["node"] == *column);
            let criteria: Vec<&str> = submissions.tables[path][0].keys().map(String::as_str).filter(is_asked).collect();
            let counted = recount(submissions.tables[path].iter(), &criteria);
            let is_month_of_unit = |row: &&&Row| row["unit"] != "*" && row["period"].len() == 7;
            let of_units = nodes.iter().filter(is_month_of_unit);
            for row in of_units.filter(|row| criteria.contains(&row["node"].as_str()) && row["hidden"] == "false") {
                let key = (row["unit"].clone(), row["period"].clone(), row["node"].clone());
                let found = (row["n"].parse().unwrap(), row["satisfied"].parse().unwrap());
                assert_eq!(counted.get(&key).copied().unwrap_or_default(), found, "{key:?}");
                shown += 1;
            }
            let request = service.client.get(service.at(&format!("/api/v1/index?survey={survey}"))).bearer_auth(&token);
            let tree: Value = request.send().await.unwrap().json().await.unwrap();
            let share = |tree: &Value| format!("{:.2}", tree["share"].as_f64().unwrap()).replace('.', ",");
            let page = clerk.open(&format!("/staff?survey={survey}&period=all")).await;
            assert!(page.sees(&share(&tree)), "{} is not on the dashboard: {}", share(&tree), page.text());
            for question in &criteria {
                let all = counted.iter().filter(|(key, _)| key.2 == *question).map(|(_, count)| *count);
                let sum = all.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                let node = find(&tree, question).unwrap();
                assert_eq!((node["n"].as_i64(), node["satisfied"].as_i64()), (Some(sum.0), Some(sum.1)), "{question}");
                assert_eq!(node["share"].as_f64().unwrap(), (1e4 * sum.1 as f64 / sum.0 as f64).round() / 100.0);
                let together = row_of(&nodes, "*", "../..", question);
                assert_eq!((together["n"].clone(), together["hidden"].as_str()), (sum.0.to_string(), "false"));
                for unit in VISITED {
                    let of_unit = counted.iter().filter(|(key, _)| key.0 == unit && key.2 == *question);
                    let n: i64 = of_unit.map(|(_, count)| count.0).sum();
                    let row = row_of(&nodes, unit, "../..", question);
                    assert!(row["hidden"] == "true" || row["n"] == n.to_string(), "{row:?}");
                }
            }
            let root = row_of(&nodes, "*", "../..", tree["code"].as_str().unwrap());
            assert_eq!(root["share"], format!("{:.2}", tree["share"].as_f64().unwrap()));
            for end in ["low", "high"] {
                assert_eq!(root[end], format!("{:.2}", tree["interval"][end].as_f64().unwrap()), "{end}");
            }
            assert_eq!(root["level"], "0.95");
            let hidden = nodes.iter().filter(|row| row["hidden"] == "true");
            assert!(hidden.into_iter().all(|row| row["low"].is_empty() && row["level"].is_empty()));
            assert!(!root["node_title_vi"].is_empty() && !root["node_title_en"].is_empty());
            assert!(nodes.iter().any(|row| row["unit"] == "*" && row["period"].len() == 7), "months of all together");
        }
        assert!(shown > 100, "only {shown} figures could be compared");
    });
}

fn row_of<'a>(rows: &[&'a Row], unit: &str, period: &str, node: &str) -> &'a Row {
    let is_it = |row: &&&Row| row["unit"] == unit && row["period"] == period && row["node"] == node;
    rows.iter().find(is_it).unwrap_or_else(|| panic!("no row {unit} {period} {node}"))
}

fn find<'a>(tree: &'a Value, code: &str) -> Option<&'a Value> {
    if tree["code"] == code {
        Some(tree)
    } else {
        tree["children"].as_array()?.iter().find_map(|child| find(child, code))
    }
}

#[test]
fn columns_are_those_of_the_contract() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    fill(&database, 60, 3);
    let clerk = Clerk::of(&database, &service, "l@x.vn");
    block_on(async {
        let plain = take(&clerk, "/staff/exports/submissions.zip?flavour=plain").await;
        let header = |path: &str| {
            let text = String::from_utf8(plain.files[path].clone()).unwrap();
            text.split("\r\n").next().unwrap().to_owned()
        };
        assert!(
            header(SIPAS)
                .starts_with("id,survey,form,unit,procedure,channel,language,submitted_on,excluded,access_1,access_2,")
        );
        let after = "overall,reason__time,reason__offices,reason__visits,reason__information,reason__attitude,\
             reason__lawfulness_and_cost,reason__complaint_handling,reason__online_service,reason__other";
        assert_eq!(
            header(COUNTER),
            format!("id,survey,form,unit,procedure,channel,language,submitted_on,excluded,{after}")
        );
        assert!(!header(SIPAS).contains("ethnicity") && !header(SIPAS).contains("comment"));
        for row in &plain.tables[COUNTER] {
            let marks: Vec<&str> =
                row.iter().filter(|(name, _)| name.starts_with("reason__")).map(|(_, v)| v.as_str()).collect();
            assert!(marks.iter().all(|m| m.is_empty()) || marks.iter().all(|m| ["0", "1"].contains(m)), "{marks:?}");
        }
        let row = &plain.tables[SIPAS][0];
        assert_eq!((row["survey"].as_str(), row["form"].as_str()), ("sipas", "sipas_service/2022"));
        assert!(VISITED.contains(&row["unit"].as_str()));
        let with_texts = take(&clerk, "/staff/exports/submissions.zip?flavour=plain&texts=yes&survey=sipas").await;
        let written: Vec<&str> =
            with_texts.tables[SIPAS].iter().map(|row| row["comment"].as_str()).filter(|t| !t.is_empty()).collect();
        assert!(!written.is_empty() && written.iter().all(|text| *text == "=1+1, \"thật\"\ntốt"));
        assert_eq!(with_texts.tables.len(), 1);
        let excel = take(&clerk, "/staff/exports/submissions.zip?flavour=excel&texts=yes&survey=sipas").await;
        let safe = excel.tables[SIPAS].iter().map(|row| row["comment"].as_str()).filter(|t| !t.is_empty());
        assert!(safe.into_iter().all(|text| text == "'=1+1, \"thật\"\ntốt"));
        let filters = &excel.manifest["filters"];
        assert_eq!(
            *filters,
            json!({ "survey": "sipas", "unit": null, "procedure": null, "channel": null, "from": null, "to": null, "free_texts": true })
        );
        assert_eq!(excel.manifest["versions"][0]["index"], "sipas_service/2022", "by which they are counted");
    });
}

#[test]
fn nobody_takes_more_than_their_part() {
    let (database, service) = Service::fresh();
    employ_at(&database, "o@x.vn", Role::Officer, "H19.26.01");
    employ(&database, "p@x.vn", Role::Province);
    fill(&database, 200, 4);
    let (officer, province) = (Clerk::of(&database, &service, "o@x.vn"), Clerk::of(&database, &service, "p@x.vn"));
    block_on(async {
        let own = take(&officer, "/staff/exports/submissions.zip?from=2026-02-01&to=2026-02-28").await;
        assert_eq!(own.manifest["filters"]["unit"], "H19.26.01");
        let rows: Vec<&Row> = own.tables.values().flatten().collect();
        assert!(
            !rows.is_empty()
                && rows.iter().all(|row| row["unit"] == "H19.26.01" && row["submitted_on"].starts_with("2026-02"))
        );
        let index = take(&officer, "/staff/exports/index.zip").await;
        assert!(index.tables["index.csv"].iter().all(|row| ["H19.26.01", "*"].contains(&row["unit"].as_str())));
        let qr = take(&officer, "/staff/exports/submissions.zip?channel=qr&from=01/01/2026").await;
        assert!(qr.tables.values().flatten().all(|row| row["channel"] == "qr"));
        assert_eq!(
            (&qr.manifest["filters"]["channel"], &qr.manifest["filters"]["from"]),
            (&json!("qr"), &json!("2026-01-01"))
        );
        for query in ["?unit=H19.26.02", "?unit=H99", "?procedure=9.9", "?channel=pigeon"] {
            for file in ["submissions", "index"] {
                let page = officer.open(&format!("/staff/exports/{file}.zip{query}")).await;
                assert!(page.status == 404 && page.count("nav.pages") == 1, "{query}");
            }
        }
        for (clerk, query, text) in [
            (&officer, "?survey=none", "Không có đợt khảo sát này"),
            (&province, "?texts=yes", "không được xem lời góp ý"),
            (&province, "?from=2026-02-30", "Ngày chưa đúng"),
            (&province, "?from=2026-02-02&to=2026-02-01", "Ngày cuối đứng trước ngày đầu"),
        ] {
            for file in ["submissions", "index"] {
                let page = clerk.open(&format!("/staff/exports/{file}.zip{query}")).await;
                assert!(page.status == 422 && page.sees(text), "{query}: {}", page.text());
            }
        }
        let page = officer.open("/staff/exports?lang=en").await;
        assert!(page.sees("Recent downloads") && page.sees("o@x.vn") && page.sees("H19.26.01"), "{}", page.text());
        assert_eq!(page.count("option[value='H19.26.02']"), 0);
        assert_eq!(province.open("/staff/exports").await.count("input[name=texts]"), 0);
        assert_eq!(
            database
                .number("select count(*) from audit_log where action in ('export submissions', 'export the index')"),
            3
        );
        assert_eq!(database.number("select count(*) from audit_log where action = 'export submissions' and detail->>'unit' = 'H19.26.01' and detail->>'from' = '2026-02-01'"), 1);
    });
}

#[test]
fn small_groups_are_hidden_in_the_index_and_an_empty_survey_has_empty_tables() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    let clerk = Clerk::of(&database, &service, "l@x.vn");
    block_on(async {
        let empty = take(&clerk, "/staff/exports/submissions.zip?survey=counter").await;
        assert_eq!(empty.tables[COUNTER].len(), 0);
        assert_eq!(take(&clerk, "/staff/exports/index.zip").await.tables["index.csv"].len(), 0);
        for unit in
            ["H19.26.01", "H19.26.01", "H19.26.01", "H19.26.01", "H19.26.01", "H19.26.01", "H19.26.02", "H19.26.02"]
        {
            let mut submission = good(fresh_id());
            submission["unit"] = json!(unit);
            assert_eq!(service.post_json("/api/v1/surveys/sipas/submissions", &submission).await.status(), 201);
        }
        fold(&database);
        let index = take(&clerk, "/staff/exports/index.zip?survey=sipas&flavour=plain").await;
        let rows = &index.tables["index.csv"];
        let units: std::collections::BTreeSet<&str> = rows.iter().map(|row| row["unit"].as_str()).collect();
        assert_eq!(units.iter().copied().collect::<Vec<_>>(), ["*", "H19.26.01", "H19.26.02"]);
        let together = |row: &&Row| row["unit"] == "*";
        let eight = rows.iter().filter(together).find(|row| row["period"] == "../..").unwrap();
        assert_eq!(eight["hidden"], "false", "all eight together are enough, as on the dashboard");
        for row in rows.iter().filter(|row| !together(row)) {
            assert_eq!(row["hidden"], "true", "two small ones, and the six that would give them away: {row:?}");
            assert_eq!((row["n"].as_str(), row["satisfied"].as_str(), row["share"].as_str()), ("", "", ""));
        }
        assert!(index.manifest["disclosure"].as_str().unwrap().contains("fewer than five"));
        assert_eq!(index.manifest["versions"][0]["index"], "sipas_service/2022");
    });
}

#[test]
fn a_large_file_is_made_in_the_same_memory() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    fill(&database, 2500, 5);
    let clerk = Clerk::of(&database, &service, "l@x.vn");
    block_on(async {
        take(&clerk, "/staff/exports/submissions.zip?survey=sipas").await;
        // So many that each kept row would be felt.
        multiply(&database, 60);
        fold(&database);
        let before = memory(&service);
        let most = AtomicU64::new(0);
        let watched = async {
            loop {
                most.fetch_max(memory(&service), Ordering::Relaxed);
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let whole = async {
            let response = clerk.ask("/staff/exports/submissions.zip?survey=sipas&texts=yes").await;
            response.bytes().await.unwrap().to_vec()
        };
        let zip = tokio::select! {
            zip = whole => zip,
            () = watched => unreachable!(),
        };
        let grown = most.into_inner().saturating_sub(before);
        let mut table = String::new();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
        let bytes = archive.by_index(0).unwrap().read_to_string(&mut table).unwrap();
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let mut ids: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
        let stored = "select count(*) from submissions s join surveys v on v.id = s.survey_id where v.code = 'sipas'";
        assert_eq!(ids.len() as i64, database.number(stored));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len() as i64, database.number(stored), "each once");
        let pages = "select pg_relation_size('submissions') / 8192";
        assert!(database.number(pages) > 2048, "so many that they are not read at once");
        let day = "select (day - date '1970-01-01')::bigint as number from submissions group by day order by count(*) limit 1";
        let day = NaiveDate::default() + TimeDelta::days(database.number(day));
        let few = take(&clerk, &format!("/staff/exports/submissions.zip?survey=sipas&from={day}&to={day}")).await;
        let ids: Vec<&str> = few.tables[SIPAS].iter().map(|row| row["id"].as_str()).collect();
        assert!((2..5000).contains(&ids.len()), "{}", ids.len());
        assert!(ids.is_sorted(), "from many pages, and still by id");
        assert!(bytes > 16_000_000, "{bytes}");
        assert!(grown < 24_000_000, "the service grew by {grown} bytes for a file of {bytes}");
    });
}

fn memory(service: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[test]
fn whoever_leaves_in_the_middle_ends_the_work() {
    let (database, service) = Service::fresh();
    employ(&database, "l@x.vn", Role::Leader);
    fill(&database, 2000, 6);
    multiply(&database, 30);
    let clerk = Clerk::of(&database, &service, "l@x.vn");
    let reading = "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'copy (select s.id%' and pid <> pg_backend_pid()";
    block_on(async {
        let mut response = clerk.ask("/staff/exports/submissions.zip?texts=yes").await;
        assert!(response.chunk().await.unwrap().is_some());
        assert!(database.number(reading) >= 1, "it is being made");
        drop(response);
        crate::support::service::eventually("the work ends", || async {
            (database.number(reading) == 0).then_some(())
        })
        .await;
    });
}
