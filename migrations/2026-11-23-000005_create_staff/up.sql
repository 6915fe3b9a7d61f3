create table staff (
    id bigint generated always as identity constraint staff_pkey primary key,
    email text not null constraint staff_email_key unique constraint staff_email_folded check (email = lower(email)),
    role text not null constraint staff_role_known check (role in ('administrator', 'leader', 'officer', 'province')),
    unit_code text,
    password_hash text,
    created_at timestamptz not null,
    ended_at timestamptz,
    constraint staff_officer_has_unit check (role <> 'officer' or unit_code is not null)
);
comment on table staff is 'People of the office who sign in';
comment on column staff.id is 'Number of the person';
comment on column staff.email is 'E-mail address in lower case, the name for signing in';
comment on column staff.role is 'administrator, leader, officer or province';
comment on column staff.unit_code is 'Code of the own unit; an officer sees it and all below it, in all periods of validity';
comment on column staff.password_hash is 'argon2id; null until a password is set';
comment on column staff.created_at is 'When access began';
comment on column staff.ended_at is 'When access ended; null while it lasts';

create table staff_sessions (
    token_hash bytea not null constraint staff_sessions_pkey primary key,
    staff_id bigint not null constraint staff_sessions_staff_fkey references staff (id) on delete cascade,
    created_at timestamptz not null,
    seen_at timestamptz not null
);
create index staff_sessions_staff_idx on staff_sessions (staff_id);
comment on table staff_sessions is 'Signed-in browsers; ended ones are deleted';
comment on column staff_sessions.token_hash is 'SHA-256 of the token in the cookie';
comment on column staff_sessions.staff_id is 'Who';
comment on column staff_sessions.created_at is 'Start, from which the absolute expiry counts';
comment on column staff_sessions.seen_at is 'Last use, from which the idle expiry counts';

create table staff_links (
    token_hash bytea not null constraint staff_links_pkey primary key,
    staff_id bigint not null constraint staff_links_staff_fkey references staff (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index staff_links_staff_idx on staff_links (staff_id);
comment on table staff_links is 'One-time links that set a password';
comment on column staff_links.token_hash is 'SHA-256 of the token in the link';
comment on column staff_links.staff_id is 'Whose password';
comment on column staff_links.created_at is 'When it was made';
comment on column staff_links.expires_at is 'When it stops working';
comment on column staff_links.used_at is 'When it was used; it works once';

create table staff_tokens (
    token_hash bytea not null constraint staff_tokens_pkey primary key,
    staff_id bigint not null constraint staff_tokens_staff_fkey references staff (id) on delete cascade,
    created_at timestamptz not null,
    revoked_at timestamptz
);
create index staff_tokens_staff_idx on staff_tokens (staff_id);
comment on table staff_tokens is 'Tokens by which programs read the index for a member of staff';
comment on column staff_tokens.token_hash is 'SHA-256 of the token';
comment on column staff_tokens.staff_id is 'On whose behalf';
comment on column staff_tokens.created_at is 'When it was made';
comment on column staff_tokens.revoked_at is 'When it was taken back';

create table sign_in_failures (
    id bigint generated always as identity constraint sign_in_failures_pkey primary key,
    name_hash bytea not null,
    failed_at timestamptz not null
);
create index sign_in_failures_name_idx on sign_in_failures (name_hash, failed_at);
comment on table sign_in_failures is 'Failed sign-ins, for slowing down guessing; deleted after a day';
comment on column sign_in_failures.id is 'Number';
comment on column sign_in_failures.name_hash is 'Keyed hash of the name tried, whether or not it exists';
comment on column sign_in_failures.failed_at is 'When';

create table settings (
    name text not null constraint settings_pkey primary key,
    value bytea not null
);
comment on table settings is 'Secrets made at the first start and shared by all servers on this database';
comment on column settings.name is 'Which';
comment on column settings.value is 'Its bytes';
