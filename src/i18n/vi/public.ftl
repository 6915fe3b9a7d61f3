# The citizen's pages.

# Choosing.
choose-unit-title = Ông/Bà đã làm việc với cơ quan nào?
choose-unit-lead = Ông/Bà chọn cơ quan, chọn thủ tục đã làm rồi trả lời phiếu. Không cần đăng nhập, không cần ghi họ tên.
choose-unit-unknown = Đường dẫn này ghi một cơ quan không có trong đợt khảo sát. Ông/Bà vui lòng chọn cơ quan dưới đây.
search-unit-or-procedure = Tìm cơ quan hoặc thủ tục hành chính
search-procedure = Tìm thủ tục hành chính
search-note = Gõ có dấu hay không dấu đều được.
search = Tìm
found-title = Kết quả tìm “{ $query }”
found-nothing = Không tìm thấy. Ông/Bà thử ít từ hơn, hoặc chọn trong danh sách dưới đây.
found-units = Cơ quan
found-procedures = Thủ tục hành chính
all-units = Các cơ quan
nothing-open = Hiện không có đợt khảo sát nào đang mở. Mời Ông/Bà quay lại sau.
open-surveys = Các phiếu đang nhận trả lời
other-survey = Xem tất cả các phiếu
choose-procedure-title = Ông/Bà đã làm thủ tục nào?
choose-procedure-unknown = Đường dẫn này ghi một thủ tục mà cơ quan không tiếp nhận. Ông/Bà vui lòng chọn lại.
unverified-units = Tên và mã số các cơ quan ở đây chưa được kiểm chứng với danh mục chính thức.
unverified-procedures = Tên và mã số các thủ tục ở đây chưa được kiểm chứng với Cơ sở dữ liệu quốc gia về thủ tục hành chính.
change-unit = Đổi cơ quan
change-procedure = Đổi thủ tục
other-procedure-title = Không có trong danh sách?
other-procedure = Việc khác / không nhớ rõ
choose-survey-title = Ông/Bà chọn một phiếu
takes-minutes = Mất khoảng { $minutes } phút.
takes-half-a-minute = Mất chừng nửa phút.
survey-opens = Phiếu này nhận trả lời từ { $time } ngày { $day } (giờ Việt Nam). Mời Ông/Bà quay lại sau.
survey-closes = Nhận đến { $time } ngày { $day }.

# The form.
form-unit = Cơ quan
form-choose-unit = Chọn cơ quan
form-procedure = Thủ tục hành chính
form-procedure-none = Việc khác / không nhớ rõ
form-change = Đổi cơ quan hoặc thủ tục
form-part = Phần { $number } trên { $of }
form-text-limit = Tối đa { $max } ký tự.
form-no-answer = Không trả lời
form-when = Câu này chỉ dành cho người chọn { $answers } ở câu “{ $question }”.
form-part-when = Phần này chỉ dành cho người chọn { $answers } ở câu “{ $question }”.
form-unless = Xin bỏ qua câu này nếu Ông/Bà chọn { $answers } ở câu “{ $question }”.
form-part-unless = Xin bỏ qua phần này nếu Ông/Bà chọn { $answers } ở câu “{ $question }”.
form-quoted = “{ $text }”
form-or = {" hoặc "}
form-trap = Xin để trống ô này
form-consent = Bấm “Gửi đánh giá” là Ông/Bà đồng ý để phiếu được lưu và sử dụng như đã nói ở đầu trang. Đã gửi rồi thì không sửa được.
form-send = Gửi đánh giá
open-new-form = Mở phiếu mới

# Người được chọn vào mẫu.
code-ask = Đợt khảo sát này hỏi những người được chọn ngẫu nhiên. Ông/Bà vui lòng nhập mã ghi trong thư hoặc tin nhắn mời.
code-label = Mã mời
code-note = Gồm 12 chữ và số, ví dụ 7KQ2-M4XD-9TBR. Không phân biệt chữ hoa, chữ thường; có thể bỏ dấu gạch.
code-open = Mở phiếu
code-unknown = Không có mã này trong đợt khảo sát. Ông/Bà vui lòng xem lại từng chữ, từng số.
code-used = Mã này đã được dùng. Mỗi mã chỉ gửi được một phiếu; phiếu đã gửi vẫn được tính.
code-privacy = Mã chỉ dùng để mỗi người trả lời một lần. Câu trả lời được lưu tách khỏi mã, không ghi phiếu nào là của ai.

# Privacy.
privacy-title = Phiếu này không hỏi họ tên Ông/Bà
privacy-short = Trả lời hay không là tùy Ông/Bà; câu nào cũng có thể bỏ qua. Hệ thống không lưu họ tên, số điện thoại, địa chỉ mạng, loại thiết bị hay giờ gửi.
privacy-more = Ai chịu trách nhiệm, mục đích, nội dung lưu, thời gian lưu và quyền của Ông/Bà
privacy-office-title = Ai chịu trách nhiệm
privacy-office = Cơ quan thực hiện khảo sát và chịu trách nhiệm về dữ liệu: { $office }.
privacy-contact = Liên hệ: { $contact }.
privacy-contact-office = Ông/Bà có thể hỏi trực tiếp tại trụ sở cơ quan.
privacy-few = Ở nơi có ít người đến làm thủ tục, nhiều chi tiết cộng lại có thể khiến người khác đoán ra Ông/Bà. Câu nào không muốn trả lời, xin Ông/Bà bỏ qua. Số liệu của nhóm dưới 5 phiếu không được hiển thị.
privacy-purpose-title = Dùng vào việc gì
privacy-purpose = Chỉ để đo mức độ hài lòng và để cơ quan phục vụ tốt hơn. Kết quả được công bố dưới dạng số liệu tổng hợp. Câu trả lời không ảnh hưởng đến việc giải quyết hồ sơ của Ông/Bà.
privacy-stored-title = Lưu những gì
privacy-stored = Các câu trả lời và ý kiến của Ông/Bà; cơ quan, thủ tục, ngôn ngữ; phiếu đến qua đường nào (trang web, mã QR, máy tại quầy…); ngày gửi; và dấu hiệu cho thấy phiếu có thể do máy tự động gửi, nếu có.
privacy-sensitive = Các câu về bản thân (giới tính, độ tuổi, dân tộc, trình độ, nghề nghiệp, nơi sinh sống) đều không bắt buộc; nếu Ông/Bà trả lời thì được lưu cùng phiếu. Dân tộc là dữ liệu nhạy cảm, chỉ được dùng ở dạng số liệu tổng hợp.
privacy-not-stored = Địa chỉ mạng và một mã ngẫu nhiên đặt trong trình duyệt sau khi gửi chỉ dùng để chặn việc gửi hàng loạt, được giữ trong bộ nhớ ít phút và không ghi cùng phiếu.
privacy-long-title = Lưu bao lâu
privacy-closes = Đợt khảo sát này kết thúc ngày { $day }.
privacy-long = Phiếu không có họ tên được giữ lại để so sánh kết quả giữa các năm; hệ thống không tự xóa. Cơ quan thực hiện khảo sát hủy phiếu theo thời hạn lưu trữ tài liệu của mình.
privacy-rights-title = Quyền của Ông/Bà
privacy-rights = Theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15, việc đồng ý cung cấp dữ liệu cá nhân phải là tự nguyện và có thể rút lại. Trước khi gửi, Ông/Bà có thể dừng lại bất cứ lúc nào. Sau khi gửi, phiếu không ghi tên người trả lời, nên muốn yêu cầu điều gì về phiếu đó, Ông/Bà hãy đưa mã biên nhận cho cơ quan.

# Problems with a form.
summary-title = Phiếu chưa gửi được, còn chỗ cần xem lại
summary-problem = “{ $question }”: { $problem }
problem-too-long = Phần này dài { $given } ký tự, tối đa là { $max }. Ông/Bà vui lòng rút ngắn { $over } ký tự.
problem-nothing-answered = Phiếu chưa có câu trả lời nào. Ông/Bà vui lòng trả lời ít nhất một câu.
problem-id = Phiếu bị thiếu mã số. Hệ thống đã cấp mã mới, các câu trả lời vẫn còn. Ông/Bà vui lòng bấm “Gửi đánh giá” lần nữa.
problem-unit = Ông/Bà vui lòng chọn cơ quan.
problem-procedure = Cơ quan này không tiếp nhận thủ tục đã ghi. Ông/Bà có thể gửi lại phiếu mà không kèm thủ tục, hoặc chọn lại thủ tục.
problem-channel = Đợt khảo sát không nhận phiếu theo cách này. Ông/Bà vui lòng bấm “Gửi đánh giá” lần nữa.
problem-language = Ngôn ngữ của phiếu không hợp lệ. Ông/Bà vui lòng bấm “Gửi đánh giá” lần nữa.
problem-unknown-question = Phiếu không có câu hỏi “{ $code }”, nên phần này đã được bỏ ra. Ông/Bà vui lòng bấm “Gửi đánh giá” lần nữa.
problem-more-than-one = Câu này chỉ chọn một mục. Ông/Bà vui lòng chọn lại.
problem-not-an-option = Ông/Bà vui lòng chọn một trong các mục dưới đây.
try-again-title = Phiếu chưa gửi được vì hệ thống đang gián đoạn
try-again-text = Các câu trả lời của Ông/Bà vẫn còn nguyên dưới đây. Đợi ít giây rồi bấm nút này; bấm nhiều lần thì phiếu cũng chỉ được tính một lần.
try-again-send = Gửi lại
too-many-kept = Các câu trả lời của Ông/Bà vẫn còn nguyên dưới đây. Ông/Bà vui lòng đợi { $seconds } giây rồi bấm nút này.

# Receipts.
thanks-title = Cảm ơn Ông/Bà
thanks-text = Phiếu đánh giá đã được ghi nhận.
thanks-next-title = Tiếp theo
thanks-next-keep = Ông/Bà có thể ghi lại hoặc chụp lại mã biên nhận. Có mã này, sau này Ông/Bà tra cứu được phiếu đã được tính hay chưa; dùng mã này không xem được Ông/Bà đã trả lời gì.
thanks-next-text = Câu trả lời được cộng chung với các phiếu khác thành chỉ số hài lòng của cơ quan.
rate-another = Đánh giá một việc khác
receipt-title = Phiếu đã gửi
receipt-code = Mã biên nhận
receipt-code-note = Gồm 12 chữ và số, ví dụ 7KQ2-M4XD-9TBR. Viết hoa hay thường, có gạch nối hay không đều được.
receipt-received = Đã nhận
receipt-received-on = Ngày { $day }
receipt-counted = Tính vào kết quả
receipt-counted-yes = Đã tính
receipt-counted-soon = Chưa, sẽ được tính trong ít phút
receipt-counted-out = Không; phiếu đã được loại khỏi kết quả
receipt-says-only = Trang này chỉ cho biết bấy nhiêu; không ai dùng mã này mà xem được câu trả lời.
receipt-ask-title = Tra cứu phiếu đã gửi
receipt-ask-text = Mã biên nhận hiện ra sau khi Ông/Bà gửi phiếu.
receipt-look-up = Tra cứu
receipt-bad-code = Mã chưa đúng: mã biên nhận gồm 12 chữ và số. Ông/Bà vui lòng kiểm tra lại.
receipt-unknown = Không có phiếu nào mang mã này. Ông/Bà vui lòng kiểm tra lại từng chữ, từng số.
