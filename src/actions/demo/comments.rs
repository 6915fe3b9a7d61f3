//! What people write, made up: praise, complaints and wishes as they are said at a counter. Nobody is named in them.

use crate::domain::text::Language;
use rand::RngExt;
use rand::rngs::StdRng;

/// How somebody felt about the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Satisfied.
    Content,
    /// Not satisfied.
    Annoyed,
}

const PRAISE: [&str; 16] = [
    "Cán bộ hướng dẫn tận tình, giải thích dễ hiểu.",
    "Hồ sơ được trả trước hẹn hai ngày, tôi rất hài lòng.",
    "Thái độ phục vụ lịch sự, nhã nhặn.",
    "Nộp hồ sơ trực tuyến rất tiện, không phải đi lại nhiều lần.",
    "Phòng tiếp dân sạch sẽ, có nước uống và đủ ghế ngồi chờ.",
    "Thủ tục nhanh gọn hơn năm ngoái nhiều.",
    "Được nhắn tin báo kết quả nên không phải gọi hỏi.",
    "Cảm ơn các anh chị ở quầy đã hỗ trợ người lớn tuổi như tôi.",
    "Mọi thứ rõ ràng, lệ phí đúng như niêm yết.",
    "Lần đầu làm thủ tục mà không thấy khó khăn gì.",
    "Cán bộ gọi lại ngay khi tôi thiếu giấy tờ, rất chu đáo.",
    "Kết quả gửi qua bưu điện đúng hẹn, đóng gói cẩn thận.",
    "Rất hài lòng, mong cơ quan tiếp tục phát huy.",
    "Làm việc chuyên nghiệp, đúng giờ.",
    "Quét mã QR nộp phí xong trong một phút, quá tiện.",
    "Hỏi gì cũng được trả lời rõ ràng, vui vẻ.",
];

const COMPLAINTS: [&str; 16] = [
    "Phải đi lại ba lần mới đủ giấy tờ, mong được hướng dẫn đầy đủ ngay từ đầu.",
    "Chờ lâu quá, hơn một tiếng mới đến lượt.",
    "Hồ sơ trễ hẹn một tuần mà không có thông báo hay thư xin lỗi.",
    "Trang dịch vụ công hay bị lỗi khi tải tệp lên.",
    "Biểu mẫu khó hiểu, nhiều mục không biết điền thế nào.",
    "Gọi điện nhiều lần không ai nghe máy.",
    "Chỗ để xe chật, trời mưa không có mái che.",
    "Mỗi người hướng dẫn một kiểu, tôi phải làm lại hồ sơ.",
    "Phản ánh đã gửi từ tháng trước nhưng chưa thấy trả lời.",
    "Thái độ của người tiếp nhận chưa thân thiện.",
    "Chỉ có một quầy làm việc nên rất đông.",
    "Thời gian giải quyết dài quá, lỡ cả chuyến công tác của tôi.",
    "Không tìm thấy mức lệ phí trên trang thông tin của cơ quan.",
    "Phải nộp lại bản sao giấy tờ đã có trong hệ thống, rất mất thời gian.",
    "Đến đúng giờ hẹn nhưng người phụ trách đi họp, không ai tiếp thay.",
    "Máy lấy số bị hỏng, mọi người chen nhau.",
];

const WISHES: [&str; 10] = [
    "Đề nghị có quầy ưu tiên cho người già và phụ nữ mang thai.",
    "Mong cơ quan làm việc thêm sáng thứ Bảy.",
    "Nên có mẫu điền sẵn để người dân tham khảo.",
    "Nên cho đặt lịch hẹn trước qua mạng.",
    "Đề nghị nhắn tin mỗi khi hồ sơ chuyển bước.",
    "Nên có bảng hướng dẫn bằng tiếng Anh cho người nước ngoài.",
    "Mong được nộp lệ phí bằng chuyển khoản ở tất cả các quầy.",
    "Đề nghị rút ngắn thời gian trả kết quả.",
    "Nên thông báo sớm khi thay đổi giờ làm việc dịp lễ, Tết.",
    "Mong có wifi ở phòng chờ.",
];

const PRAISE_EN: [&str; 5] = [
    "The staff were patient and explained everything clearly.",
    "Quick and well organised, thank you.",
    "I had my papers two days before the date I was given.",
    "Applying online saved me two trips.",
    "Friendly people, clean office.",
];

const COMPLAINTS_EN: [&str; 5] = [
    "I had to come back twice because one form had not been mentioned.",
    "The website is only partly translated.",
    "The waiting room was crowded and hot.",
    "Nobody could tell me how long it would take.",
    "Each desk told me something different.",
];

const WISHES_EN: [&str; 3] = [
    "A list of the required papers in English would help.",
    "Please accept payment by card.",
    "It would be good to book an appointment online.",
];

/// A comment in somebody's mood.
pub fn write(random: &mut StdRng, mood: Mood, language: Language) -> String {
    let mut one = |texts: &[&'static str]| texts[random.random_range(0..texts.len())];
    let (first, wish) = match (language, mood) {
        (Language::Vi, Mood::Content) => (one(&PRAISE), one(&WISHES)),
        (Language::Vi, Mood::Annoyed) => (one(&COMPLAINTS), one(&WISHES)),
        (Language::En, Mood::Content) => (one(&PRAISE_EN), one(&WISHES_EN)),
        (Language::En, Mood::Annoyed) => (one(&COMPLAINTS_EN), one(&WISHES_EN)),
    };
    match random.random_range(0..100) {
        0..=64 => first.to_owned(),
        65..=79 => wish.to_owned(),
        _ => format!("{first} {wish}"),
    }
}
