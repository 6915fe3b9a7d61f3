# Intervals, comparisons and ranks on the staff's pages.
interval-range = { $low }–{ $high }
interval-of-share = khoảng 95 %: { $low }–{ $high }
interval-column = Khoảng 95 %
interval-counted-by = tính theo { $version }
interval-in-words = khoảng 95 % từ { $low } đến { $high }

difference-up = tăng { $points } điểm phần trăm, khoảng 95 %: { $low } đến { $high }
difference-down = giảm { $points } điểm phần trăm, khoảng 95 %: { $low } đến { $high }
difference-none = chênh lệch { $points } điểm phần trăm, khoảng 95 %: { $low } đến { $high }
difference-short = { $points } ({ $low } đến { $high })
difference-clear-up = tăng rõ rệt
difference-clear-down = giảm rõ rệt
difference-unclear = chưa thấy thay đổi rõ rệt
difference-unclear-short = chưa rõ rệt
difference-whole-up = Tăng rõ rệt so với kỳ trước: { $difference } ({ $period }: { $share } từ { $before } phiếu; kỳ này { $now } phiếu).
difference-whole-down = Giảm rõ rệt so với kỳ trước: { $difference } ({ $period }: { $share } từ { $before } phiếu; kỳ này { $now } phiếu).
difference-whole-unclear = Chưa thấy thay đổi rõ rệt so với kỳ trước: { $difference } ({ $period }: { $share } từ { $before } phiếu; kỳ này { $now } phiếu).
difference-column-period = So với kỳ trước (điểm phần trăm)
difference-column-month = So với tháng trước (điểm phần trăm)
difference-column-rest = So với phần còn lại (điểm phần trăm)
difference-higher = cao hơn rõ rệt phần còn lại
difference-lower = thấp hơn rõ rệt phần còn lại
difference-period-label = So với kỳ trước:
difference-month-label = So với tháng trước:
difference-rest-label = So với phần còn lại:
difference-rows-clear = So với kỳ trước ({ $period }): { $holm } trên { $all } dòng thay đổi rõ rệt khi xét cả bảng cùng lúc (cách Holm); theo cách ít chặt hơn của Benjamini và Hochberg là { $other } dòng.

rank-column = Thứ hạng
rank-range = hạng { $best }–{ $worst } trên { $of }
rank-why = Hạng 1 là chỉ số cao nhất. Mỗi đơn vị có một khoảng hạng chứ không có một hạng, vì chênh lệch nhỏ có thể do ngẫu nhiên.

interval-method = Khoảng 95 %
interval-method-text = Khoảng 95 % tính theo công thức Wilson, với chỉ số và yếu tố thì từ độ phân tán giữa các phiếu; khoảng này chỉ nói về sai lệch do ngẫu nhiên, không nói gì về những người không trả lời, và những người tự chọn trả lời không phải là một mẫu ngẫu nhiên.
difference-method = So sánh
difference-method-text = “Rõ rệt” nghĩa là kiểm định hai phía với mức 5 %, đã điều chỉnh theo Holm cho mọi so sánh trong cùng một bảng; khoảng của từng chênh lệch thì không điều chỉnh. Khoảng hạng của các đơn vị có được từ mọi cặp đơn vị, cũng điều chỉnh theo Holm.
