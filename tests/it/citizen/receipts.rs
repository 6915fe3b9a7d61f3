//! Looking a receipt up: it says received, counted and the day, to whoever holds the code; nothing else, and nothing to others.

use super::Citizen;
use crate::support::service::eventually;
use crate::support::{Service, block_on};
use hailong::domain::receipt::Receipt;
use hailong::storage::settings;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use uuid::Uuid;

#[test]
fn a_receipt_is_found_however_it_is_typed() {
    let (database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/s/counter?unit=H19.26").await;
        citizen.ticks("Nhìn chung", "Bình thường");
        citizen.presses("Gửi đánh giá").await;
        let code = citizen.receipt();
        eventually("the form is counted", async || {
            let seen = Citizen::opens(&service, &format!("/receipts/{code}")).await;
            seen.page.sees("Tính vào kết quả Đã tính").then_some(())
        })
        .await;
        citizen.follows("Tra cứu phiếu đã gửi").await;
        citizen.writes("Mã biên nhận", &format!(" {} ", code.to_lowercase().replace('-', " ")));
        citizen.presses("Tra cứu").await;
        assert_eq!(citizen.url.path(), format!("/receipts/{code}"));
        let day = database.text("select to_char(day, 'DD/MM/YYYY') from submissions");
        citizen.sees(&format!("Đã nhận Ngày {day}"));
        assert!(!citizen.page.sees("Cảm ơn") && !citizen.page.sees("Bình thường") && !citizen.page.sees("Ngoại vụ"));

        database.execute(
            "insert into exclusions (submission_id, step, actor, reason, made_at) \
             select id, 1, 'test', 'thử', now() from submissions",
        );
        citizen.goes_to(&format!("/receipts/{code}")).await;
        citizen.sees("phiếu đã được loại khỏi kết quả");
    });
}

#[test]
fn a_wrong_code_is_told_so_and_kept_for_correction() {
    let (_database, service) = Service::fresh();
    block_on(async {
        let mut citizen = Citizen::opens(&service, "/receipts").await;
        citizen.writes("Mã biên nhận", "ABC <");
        citizen.presses("Tra cứu").await;
        assert_eq!(citizen.page.status, 422);
        citizen.sees("Mã chưa đúng");
        assert_eq!(citizen.page.value("code"), "ABC <");
        assert_eq!(citizen.page.one("#code").value().attr("aria-invalid"), Some("true"));
        for unknown in ["0000-0000-0000", "nonsense", "%E1%BB%87"] {
            citizen.goes_to(&format!("/receipts/{unknown}")).await;
            assert_eq!(citizen.page.status, 404, "{unknown}");
            citizen.sees("Không có phiếu nào mang mã này.");
        }
    });
}

/// The receipt of a submission with an id of the sender's own, sent as another system does.
async fn handed_in(service: &Service, id: &str) -> String {
    let body = json!({"id": id, "unit": "H19.26", "channel": "import", "language": "vi", "answers": {"access_1": 4}});
    let answer = reqwest::Client::new().post(service.at("/api/v1/surveys/sipas/submissions")).json(&body).send();
    let answer: Value = answer.await.unwrap().json().await.unwrap();
    answer["receipt"].as_str().unwrap().to_owned()
}

#[test]
fn every_id_has_a_receipt_that_finds_it() {
    let (database, service) = Service::fresh();
    block_on(async {
        // Random; made by the moment, and beginning alike; hardly one at all.
        let random = "6f1e2b0c-5d3a-4c8e-9f27-0b1c2d3e4f50";
        let moment = ["01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-8000-000000000001"];
        let ids = [random, moment[0], moment[1], "00000000-0000-0000-0000-000000000007"];
        let mut codes = BTreeMap::new();
        for id in ids {
            codes.insert(handed_in(&service, id).await, id);
            assert_eq!(codes.get(&handed_in(&service, id).await), Some(&id), "the same for every retry");
        }
        assert_eq!(codes.len(), ids.len());
        let keys =
            database.text("select string_agg(id::text, ' ' order by id) from submissions where receipt_key is null");
        assert_eq!(keys, random, "only what begins with bits of its own needs no key");
        // Only the one is taken out: each code tells of its own.
        database.execute(&format!(
            "insert into exclusions (submission_id, step, actor, reason, made_at) values ('{}', 1, 'test', 'thử', now())",
            moment[1]
        ));
        for (code, id) in codes {
            let seen = Citizen::opens(&service, &format!("/receipts/{code}")).await;
            seen.sees("Đã nhận Ngày");
            assert_eq!(seen.page.sees("phiếu đã được loại khỏi kết quả"), id == moment[1], "{id}");
        }
    });
}

#[test]
fn a_receipt_that_was_given_before_is_found_still() {
    let (database, service) = Service::fresh();
    block_on(async {
        let id = "6f1e2b0c-5d3a-4c8e-9f27-0b1c2d3e4f50";
        let now = handed_in(&service, id).await;
        // As such ids had them once: a code that does not lead to the id, found by its stored key.
        let secret = settings::secret(&mut database.conn()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(b"receipt");
        mac.update(Uuid::parse_str(id).unwrap().as_bytes());
        let hash = mac.finalize().into_bytes();
        let bits = u64::from_be_bytes(*hash.first_chunk().unwrap()) >> 4;
        let digit = |at| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(bits >> (55 - 5 * at)) as usize & 31]);
        let then = Receipt::parse(&(0..12).map(digit).collect::<String>()).unwrap();
        assert_ne!(then.to_string(), now);
        let page = format!("/receipts/{then}");
        assert_eq!(Citizen::opens(&service, &page).await.page.status, 404);
        database.execute(&format!("update submissions set receipt_key = {}", then.key()));
        for code in [then.to_string(), now] {
            Citizen::opens(&service, &format!("/receipts/{code}")).await.sees("Đã nhận Ngày");
        }
    });
}
