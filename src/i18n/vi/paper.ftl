# Forms as paper, and their list.

paper-nav = Mẫu phiếu
paper-list-title = Mẫu phiếu
paper-list-lead = Mỗi mẫu phiếu mở được ở dạng giấy A4 để xem và in. Phiếu giấy thu về được nhập vào hệ thống theo kênh “giấy”.
paper-questions = { $count } câu hỏi
paper-surveys = Đợt khảo sát đang dùng: { $surveys }
paper-back = Về danh sách mẫu phiếu
paper-hint = Bản xem trước. Dùng lệnh in của trình duyệt (Ctrl + P) để in hoặc lưu thành PDF; thanh này không in ra.
paper-kind = Phiếu khảo sát
paper-intro = Kính thưa Ông/Bà! Để phục vụ người dân, tổ chức tốt hơn, xin Ông/Bà cho biết ý kiến bằng cách trả lời các câu hỏi dưới đây.
paper-privacy = Phiếu này không hỏi Ông/Bà là ai: xin không ghi họ tên, số điện thoại hay mã hồ sơ. Trả lời hay không là tùy Ông/Bà, câu nào cũng có thể bỏ qua. Kết quả chỉ được công bố dưới dạng số liệu tổng hợp và không ảnh hưởng đến việc giải quyết hồ sơ của Ông/Bà.
paper-privacy-required = Phiếu này không hỏi Ông/Bà là ai: xin không ghi họ tên, số điện thoại hay mã hồ sơ. Trả lời hay không là tùy Ông/Bà; câu nào không ghi “Cần trả lời” thì có thể bỏ qua. Kết quả chỉ được công bố dưới dạng số liệu tổng hợp và không ảnh hưởng đến việc giải quyết hồ sơ của Ông/Bà.
paper-coercion = Xin Ông/Bà tự trả lời theo suy nghĩ của mình. Không ai, dù là công chức hay người khác, được trả lời thay hoặc gợi ý câu trả lời cho Ông/Bà.
paper-how = Xin đánh dấu X vào ô phù hợp; mỗi dòng trong bảng chỉ đánh dấu một ô.
paper-unit = Cơ quan Ông/Bà đã làm việc:
paper-procedure = Thủ tục hành chính:
paper-part = Phần { $number }. { $title }
paper-number = Số
paper-content = Nội dung
paper-one = (chọn một ô)
paper-thanks = Trân trọng cảm ơn Ông/Bà!
