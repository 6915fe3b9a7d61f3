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
insert into tally_months (survey_id, form_version_id, unit_id, procedure_id, channel, month, submissions, counts)
select survey_id, form_version_id, unit_id, procedure_id, channel, month, sum(n)::bigint, array_agg(c order by i)
from (
    select survey_id, form_version_id, unit_id, procedure_id, channel, date_trunc('month', day::timestamp)::date as month,
        i, sum(c)::bigint as c, sum(submissions) filter (where i = 1) as n
    from tallies, unnest(counts) with ordinality as counted (c, i)
    group by 1, 2, 3, 4, 5, 6, 7
) as places
group by 1, 2, 3, 4, 5, 6;
comment on table tally_months is 'The tallies of whole months, for reading long periods; folded together with tallies, never written by hand';
comment on column tally_months.survey_id is 'The survey';
comment on column tally_months.form_version_id is 'The form version, which lays out counts';
comment on column tally_months.unit_id is 'The unit';
comment on column tally_months.procedure_id is 'The procedure; 0 where none was named';
comment on column tally_months.channel is 'The channel';
comment on column tally_months.month is 'The first day of the month in Vietnam';
comment on column tally_months.submissions is 'How many submissions, exclusions taken off';
comment on column tally_months.counts is 'For each question in the form''s order: answered, then one count an option';
