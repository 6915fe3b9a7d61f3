# Errors, as pages and as problems for machines.
error-not-found-title = Không tìm thấy trang
error-not-found-text = Địa chỉ này không có trang nào. Ông/Bà vui lòng kiểm tra lại đường dẫn hoặc bắt đầu từ trang chủ.
error-gone-title = Đợt khảo sát đã kết thúc
error-gone-text = Đợt khảo sát này không còn nhận đánh giá. Cảm ơn Ông/Bà đã quan tâm.
error-forbidden-title = Không có quyền xem trang này
error-forbidden-text = Tài khoản của Ông/Bà không được giao việc này. Nếu cần, hãy liên hệ quản trị viên.
error-invalid-title = Yêu cầu chưa hợp lệ
error-invalid-text = Hệ thống không hiểu được yêu cầu. Ông/Bà vui lòng quay lại và thử lại.
error-conflict-title = Phiếu này đã được gửi với nội dung khác
error-conflict-text = Phiếu gửi lần đầu đã được ghi nhận và giữ nguyên. Muốn đánh giá lần nữa, Ông/Bà hãy mở một phiếu mới.
error-too-many-title = Gửi quá nhiều lần trong thời gian ngắn
error-too-many-text = Ông/Bà vui lòng đợi một phút rồi thử lại.
error-unavailable-title = Hệ thống tạm thời gián đoạn
error-unavailable-text = Ông/Bà vui lòng thử lại sau ít phút.
error-internal-title = Hệ thống gặp lỗi
error-internal-text = Lỗi đã được ghi lại. Ông/Bà vui lòng thử lại sau.
error-home = Về trang chủ
