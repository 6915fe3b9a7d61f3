drop index exclusions_id_idx;
alter table exclusions drop constraint exclusions_pkey;
alter table exclusions add constraint exclusions_pkey primary key (id);
alter table exclusions add constraint exclusions_submission_step_key unique (submission_id, step);
comment on column exclusions.id is 'Number of the fact';
