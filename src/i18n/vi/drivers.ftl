# What goes with satisfaction.

drivers-title = Điều gì đi cùng sự hài lòng
drivers-picture = Mức quan trọng và tỷ lệ hài lòng
drivers-caption = Mỗi số là một phần của chỉ số, tên ở bảng dưới. Càng về bên phải càng quan trọng (thanh mảnh là khoảng 95 %); càng lên cao càng nhiều người hài lòng. Hai đường đứt là mức trung bình.
drivers-column-number = Số
drivers-column-part = Phần của chỉ số
drivers-column-importance = Mức quan trọng
drivers-column-interval = Khoảng 95 %
drivers-column-alpha = Alpha
drivers-words = Nên xem trước: { $parts }. Quan trọng rõ rệt hơn trung bình mà tỷ lệ hài lòng thấp hơn chỉ số chung.
drivers-words-none = Chưa thấy phần nào vừa quan trọng rõ rệt hơn trung bình, vừa có tỷ lệ hài lòng thấp hơn chỉ số chung.
drivers-too-few = Cần ít nhất { $fewest } người trả lời đủ các phần; ở đây có { $people }. Ông/Bà chọn khoảng thời gian dài hơn hoặc phạm vi rộng hơn.
drivers-all-alike = Mọi người trả lời gần như giống nhau, nên không có khác biệt để phân tích.
drivers-no-parts = Chỉ số này không có các phần để so sánh: cần từ 2 đến { $most } phần tính theo tỷ lệ hài lòng.
drivers-term-people = Số người
drivers-people = { $people } phiếu mới nhất trả lời mọi phần; { $incomplete } phiếu không được dùng vì có phần để trống.
drivers-term-outcome = Mức hài lòng chung
drivers-outcome-own = Mẫu phiếu không có câu hỏi về mức hài lòng chung, nên lấy chỉ số của từng người, tính từ chính các phần. Vì vậy mức quan trọng cho biết mọi người khác nhau nhiều ở phần nào.
drivers-outcome-asked = Câu hỏi “{ $question }”. Các phần cùng giải thích { $explained } khác biệt giữa người này với người khác.
drivers-term-method = Cách tính
drivers-method = Mức quan trọng là phần mà mỗi yếu tố đóng góp vào R² của hồi quy bình phương nhỏ nhất, lấy trung bình trên mọi thứ tự đưa vào (Shapley; Lindeman, Merenda và Gold 1980). Khoảng 95 % lấy từ { $replicates } lần rút lại mẫu (bootstrap, hạt giống { $seed }), nên tính lại luôn ra cùng kết quả.
drivers-term-alpha = Alpha
drivers-alpha = Hệ số Cronbach cho biết các tiêu chí trong một phần có đo cùng một điều hay không, tính trên những người trả lời đủ tiêu chí của phần đó. Thường từ 0,7 trở lên được coi là chấp nhận được.
drivers-term-limits = Điều cần nhớ
drivers-limits = Đi cùng không có nghĩa là gây ra. Người tự chọn trả lời không đại diện cho mọi người được phục vụ; khoảng 95 % chỉ nói về may rủi.
drivers-link = Điều gì đi cùng sự hài lòng ở đây
