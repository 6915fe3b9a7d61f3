# The staff's pages.
staff-title = Dành cho cán bộ
staff-nav = Các trang của cán bộ
staff-nav-account = Tài khoản
staff-email = Địa chỉ thư điện tử
staff-password = Mật khẩu
staff-sign-in = Đăng nhập
staff-sign-out = Đăng xuất
staff-sign-out-everywhere = Đăng xuất khỏi mọi thiết bị
staff-role-administrator = Quản trị viên
staff-role-leader = Lãnh đạo
staff-role-officer = Cán bộ đơn vị
staff-role-province = Cơ quan cấp tỉnh

# Signing in.
staff-sign-in-title = Đăng nhập dành cho cán bộ
staff-sign-in-empty = Vui lòng nhập địa chỉ thư điện tử và mật khẩu.
staff-sign-in-wrong = Địa chỉ thư điện tử hoặc mật khẩu chưa đúng. Vui lòng kiểm tra rồi nhập lại.
staff-sign-in-wait = Đã nhập sai nhiều lần. Vui lòng thử lại sau { $minutes } phút.
staff-sign-in-forgotten = Nếu quên mật khẩu, vui lòng liên hệ quản trị viên để nhận liên kết đặt lại mật khẩu.

# Passwords.
staff-password-old = Mật khẩu hiện tại
staff-password-new = Mật khẩu mới
staff-password-again = Nhập lại mật khẩu mới
staff-password-rule = Ít nhất { $shortest } ký tự. Một câu ngắn dễ nhớ tốt hơn một từ khó nhớ.
staff-password-change = Đổi mật khẩu
staff-password-too-short = Mật khẩu cần có ít nhất { $shortest } ký tự.
staff-password-too-long = Mật khẩu chỉ được dài tối đa { $longest } ký tự.
staff-password-is-name = Mật khẩu không được trùng với địa chỉ thư điện tử.
staff-password-too-common = Mật khẩu này quá dễ đoán. Vui lòng chọn mật khẩu khác.
staff-password-differs = Hai lần nhập mật khẩu mới chưa giống nhau. Vui lòng nhập lại.
staff-password-wrong-old = Mật khẩu hiện tại chưa đúng. Vui lòng nhập lại.
staff-welcome-title = Đặt mật khẩu
staff-welcome-text = Mật khẩu này dành cho tài khoản { $email }. Liên kết chỉ dùng được một lần.
staff-welcome-button = Đặt mật khẩu và đăng nhập
staff-dead-link-title = Liên kết không còn dùng được
staff-dead-link-text = Liên kết đã được sử dụng, đã hết hạn hoặc đã được thay bằng liên kết mới. Vui lòng liên hệ quản trị viên để nhận liên kết khác.

# The own account.
staff-account-title = Tài khoản
staff-account-password = Mật khẩu
staff-account-password-changed = Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất.
staff-account-sessions = Các phiên đăng nhập
staff-account-sessions-rule = Phiên tự kết thúc sau { $minutes } phút không sử dụng và chậm nhất sau { $hours } giờ.
staff-account-begun = Bắt đầu
staff-account-seen = Sử dụng lần cuối
staff-account-which = Thiết bị
staff-account-this = Thiết bị này
staff-account-other = Thiết bị khác
staff-account-tokens = Khóa dành cho chương trình
staff-account-tokens-count = Có { $count } khóa cho phép chương trình đọc chỉ số thay tài khoản này.
staff-account-tokens-revoke = Thu hồi mọi khóa
staff-account-tokens-revoked = Đã thu hồi mọi khóa. Chương trình dùng khóa cũ không còn đọc được chỉ số.
