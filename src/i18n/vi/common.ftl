# What every page shares.
site-name = Hài Lòng
site-tagline = Đánh giá sự phục vụ của cơ quan hành chính nhà nước
skip-to-content = Đến nội dung chính
language-name = Tiếng Việt
switch-language = English
view-options = Cách hiển thị
view-larger = Chữ lớn hơn
view-normal-size = Cỡ chữ thường
view-high-contrast = Tương phản cao
view-normal-contrast = Tương phản thường
unverified = chưa kiểm chứng
back = Quay lại
title-error = {"Lỗi: "}
footer-links = Liên kết
footer-start = Chọn cơ quan khác
footer-receipts = Tra cứu phiếu đã gửi
footer-staff = Dành cho cán bộ
