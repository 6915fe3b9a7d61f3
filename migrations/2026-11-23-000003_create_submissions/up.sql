create table submissions (
    id uuid not null constraint submissions_pkey primary key,
    survey_id bigint not null constraint submissions_survey_fkey references surveys (id),
    form_version_id bigint not null constraint submissions_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint submissions_unit_fkey references units (id),
    procedure_id bigint constraint submissions_procedure_fkey references procedures (id),
    txid bigint not null default (pg_current_xact_id()::text)::bigint,
    receipt_key bigint not null,
    day date not null,
    channel smallint not null constraint submissions_channel_known check (channel between 1 and 6),
    language smallint not null constraint submissions_language_known check (language in (1, 2)),
    flags smallint not null default 0,
    is_demo boolean not null default false,
    answers jsonb not null
);
create index submissions_txid_idx on submissions (txid);
create index submissions_receipt_key_idx on submissions (receipt_key);
create index submissions_flagged_idx on submissions (day) where flags <> 0;
create index submissions_demo_idx on submissions (day) where is_demo;
comment on table submissions is 'One completed form each, append-only; no address, no device, no moment finer than the day';
comment on column submissions.id is 'Made by the sender before sending: the key that makes a retry harmless';
comment on column submissions.survey_id is 'The survey answered';
comment on column submissions.form_version_id is 'The exact form version answered';
comment on column submissions.unit_id is 'The unit that served';
comment on column submissions.procedure_id is 'The procedure, where one was named';
comment on column submissions.txid is 'Writing transaction, by which tallies find what is new';
comment on column submissions.receipt_key is 'Hash of the receipt code';
comment on column submissions.day is 'Day of submission in Vietnam';
comment on column submissions.channel is '1 web, 2 qr, 3 invitation, 4 kiosk, 5 paper, 6 import';
comment on column submissions.language is '1 Vietnamese, 2 English';
comment on column submissions.flags is 'Bits: 1 a field that people do not see was filled, 2 filled in faster than one can read';
comment on column submissions.is_demo is 'Synthetic, removable';
comment on column submissions.answers is 'Answers by question code; absent means not answered';

create table exclusions (
    id bigint generated always as identity constraint exclusions_pkey primary key,
    submission_id uuid not null constraint exclusions_submission_fkey references submissions (id) on delete cascade,
    step smallint not null constraint exclusions_step_positive check (step > 0),
    staff_id bigint,
    actor text not null constraint exclusions_actor_given check (actor <> ''),
    reason text not null constraint exclusions_reason_given check (reason <> ''),
    made_at timestamptz not null,
    txid bigint not null default (pg_current_xact_id()::text)::bigint,
    constraint exclusions_submission_step_key unique (submission_id, step)
);
create index exclusions_txid_idx on exclusions (txid);
comment on table exclusions is 'Facts: a submission taken out of the index (odd step) or put back (even step), by whom, why, when';
comment on column exclusions.id is 'Number of the fact';
comment on column exclusions.submission_id is 'The submission';
comment on column exclusions.step is '1 taken out, 2 put back, 3 taken out again, ...: no step can happen twice';
comment on column exclusions.staff_id is 'The member of staff; null for a rule of the service';
comment on column exclusions.actor is 'Who, as it was then';
comment on column exclusions.reason is 'Why';
comment on column exclusions.made_at is 'When';
comment on column exclusions.txid is 'Writing transaction, by which tallies find what is new';
