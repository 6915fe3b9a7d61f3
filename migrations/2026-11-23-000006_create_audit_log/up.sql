create table audit_log (
    id bigint generated always as identity constraint audit_log_pkey primary key,
    at timestamptz not null,
    staff_id bigint,
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null
);
comment on table audit_log is 'Who did what and when; refuses update and delete';
comment on column audit_log.id is 'Number';
comment on column audit_log.at is 'When';
comment on column audit_log.staff_id is 'Who, where it was a member of staff';
comment on column audit_log.actor is 'Who, in words: an e-mail address, or the command line';
comment on column audit_log.action is 'What, as a verb phrase';
comment on column audit_log.subject is 'To what';
comment on column audit_log.detail is 'Particulars, without secrets';

create function audit_log_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'audit_log is append-only' using errcode = 'integrity_constraint_violation', constraint = 'audit_log_append_only';
end
$$;
create trigger audit_log_append_only before update or delete on audit_log
    for each row execute function audit_log_refuse();
create trigger audit_log_no_truncate before truncate on audit_log
    for each statement execute function audit_log_refuse();
