# The staff's pages.
staff-title = For staff
staff-nav = Staff pages
staff-nav-account = Account
staff-email = E-mail address
staff-password = Password
staff-sign-in = Sign in
staff-sign-out = Sign out
staff-sign-out-everywhere = Sign out on all devices
staff-role-administrator = Administrator
staff-role-leader = Leader
staff-role-officer = Officer
staff-role-province = Province

# Signing in.
staff-sign-in-title = Staff sign-in
staff-sign-in-empty = Please enter your e-mail address and your password.
staff-sign-in-wrong = The e-mail address or the password is not right. Please check both and try again.
staff-sign-in-wait = There were too many wrong tries. Please try again in { $minutes } min.
staff-sign-in-forgotten = If you have forgotten your password, ask an administrator for a link to set a new one.

# Passwords.
staff-password-old = Current password
staff-password-new = New password
staff-password-again = New password again
staff-password-rule = At least { $shortest } characters. A short sentence you remember beats a word you do not.
staff-password-change = Change password
staff-password-too-short = A password needs at least { $shortest } characters.
staff-password-too-long = A password may have at most { $longest } characters.
staff-password-is-name = The password must not be the e-mail address.
staff-password-too-common = This password is too easy to guess. Please choose another.
staff-password-differs = The two new passwords differ. Please type them again.
staff-password-wrong-old = The current password is not right. Please type it again.
staff-welcome-title = Set your password
staff-welcome-text = This is the password for the account { $email }. The link works once.
staff-welcome-button = Set password and sign in
staff-dead-link-title = This link no longer works
staff-dead-link-text = It has been used, has expired or was replaced by a newer one. Please ask an administrator for another.

# The own account.
staff-account-title = Account
staff-account-password = Password
staff-account-password-changed = The password was changed. Other devices have been signed out.
staff-account-sessions = Sessions
staff-account-sessions-rule = A session ends after { $minutes } minutes without use and after { $hours } hours at the latest.
staff-account-begun = Began
staff-account-seen = Last used
staff-account-which = Device
staff-account-this = This device
staff-account-other = Another device
staff-account-tokens = Tokens for programs
staff-account-tokens-count = Tokens that let programs read the index on your behalf: { $count }.
staff-account-tokens-revoke = Take back all tokens
staff-account-tokens-revoked = All tokens were taken back. Programs that used them can no longer read the index.
