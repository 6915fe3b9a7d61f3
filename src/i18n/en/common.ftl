# What every page shares.
site-name = Hài Lòng
site-tagline = Rate the service of a public office
skip-to-content = Skip to main content
language-name = English
switch-language = Tiếng Việt
view-options = Display
view-larger = Larger text
view-normal-size = Normal text size
view-high-contrast = High contrast
view-normal-contrast = Normal contrast
unverified = not yet verified
back = Back
title-error = {"Error: "}
footer-links = Links
footer-start = Choose another office
footer-receipts = Look up a form you sent
footer-staff = For staff
