-- A step of a submission is what identifies the fact. With the submission in the key the table can lie beside its submissions, on
-- however many machines these are spread.
alter table exclusions drop constraint exclusions_pkey;
alter table exclusions drop constraint exclusions_submission_step_key;
alter table exclusions add constraint exclusions_pkey primary key (submission_id, step);
create index exclusions_id_idx on exclusions (id);
comment on column exclusions.id is 'Number of the fact: later ones are higher';
