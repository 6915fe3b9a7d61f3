drop table settings;
drop table sign_in_failures;
drop table staff_tokens;
drop table staff_links;
drop table staff_sessions;
drop table staff;
