-- Counts by who answered: of every question about the respondent, by option. Days that are over are summed up at once, so that no
-- row a day is kept. The counts are made anew from the submissions by the next fold.
create table tally_groups (
    survey_id bigint not null constraint tally_groups_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tally_groups_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tally_groups_unit_fkey references units (id),
    question smallint not null,
    grain smallint not null constraint tally_groups_grain_known check (grain in (1, 2)),
    first_day date not null,
    sizes bytea not null,
    counts bytea not null,
    constraint tally_groups_pkey primary key (survey_id, question, grain, first_day, unit_id)
);
alter table tally_groups alter column sizes set storage external, alter column counts set storage external;
comment on table tally_groups is 'Tallies of closed days by who answered, summed up by months and years; folded, never written by hand';
comment on column tally_groups.survey_id is 'The survey';
comment on column tally_groups.form_version_id is 'The form version, which lays out counts';
comment on column tally_groups.unit_id is 'The unit to which the submissions were sent';
comment on column tally_groups.question is 'The place of the question among those of the form, from 0';
comment on column tally_groups.grain is '1 a year, 2 a month';
comment on column tally_groups.first_day is 'The first day of the year or month in Vietnam';
comment on column tally_groups.sizes is 'How many by month (of a year) or day (of a month) and option, packed';
comment on column tally_groups.counts is 'The counts by option, packed: from 1 in the order of the form, 0 for who did not answer the question';

create table tally_group_days (
    survey_id bigint not null constraint tally_group_days_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tally_group_days_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tally_group_days_unit_fkey references units (id),
    day date not null,
    counts bytea not null,
    constraint tally_group_days_pkey primary key (survey_id, unit_id, day)
);
alter table tally_group_days alter column counts set storage external;
comment on table tally_group_days is 'The same of days that are not closed: they leave it when they are';
comment on column tally_group_days.survey_id is 'The survey';
comment on column tally_group_days.form_version_id is 'The form version, which lays out counts';
comment on column tally_group_days.unit_id is 'The unit to which the submissions were sent';
comment on column tally_group_days.day is 'The day in Vietnam';
comment on column tally_group_days.counts is 'The counts by question and option (64 x the place of the question + the option), packed';

update tally_watermark set counted_by = '';
