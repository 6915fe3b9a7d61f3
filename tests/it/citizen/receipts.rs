//! Looking a receipt up: it says received, counted and the day, to whoever holds the code; nothing else, and nothing to others.

use super::Citizen;
use crate::support::service::eventually;
use crate::support::{Service, block_on};

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
