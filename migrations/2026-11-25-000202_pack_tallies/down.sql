alter table tally_watermark drop column closed_before, drop column tree, drop column catalogue_revision;
drop table tally_sums;
drop table tally_subtrees;
drop table tallies;

create table tallies (
    survey_id bigint not null constraint tallies_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tallies_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tallies_unit_fkey references units (id),
    procedure_id bigint not null,
    channel smallint not null,
    day date not null,
    submissions bigint not null,
    counts bigint[] not null,
    constraint tallies_pkey primary key (survey_id, unit_id, procedure_id, channel, day)
);
create index tallies_form_version_day_idx on tallies (form_version_id, day);
create table tally_months (
    survey_id bigint not null constraint tally_months_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tally_months_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tally_months_unit_fkey references units (id),
    procedure_id bigint not null,
    channel smallint not null,
    month date not null constraint tally_months_first_day check (extract(day from month) = 1),
    submissions bigint not null,
    counts bigint[] not null,
    constraint tally_months_pkey primary key (survey_id, unit_id, procedure_id, channel, month)
);
update tally_watermark set counted_by = '';
