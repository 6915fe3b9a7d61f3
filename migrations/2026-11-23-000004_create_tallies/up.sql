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
comment on table tallies is 'Counts of answers by day, folded from submissions and exclusions, never written by hand';
comment on column tallies.survey_id is 'The survey';
comment on column tallies.form_version_id is 'The form version, which lays out counts';
comment on column tallies.unit_id is 'The unit';
comment on column tallies.procedure_id is 'The procedure; 0 where none was named';
comment on column tallies.channel is 'The channel';
comment on column tallies.day is 'The day in Vietnam';
comment on column tallies.submissions is 'How many submissions, exclusions taken off';
comment on column tallies.counts is 'For each question in the form''s order: answered, then one count an option';

create table tally_watermark (
    singleton boolean not null default true constraint tally_watermark_pkey primary key,
    folded_below bigint not null,
    cluster text not null,
    folded_at timestamptz,
    constraint tally_watermark_single check (singleton)
);
insert into tally_watermark (folded_below, cluster) values (0, '');
comment on table tally_watermark is 'How far the facts have been folded into tallies';
comment on column tally_watermark.singleton is 'Always true: there is one row';
comment on column tally_watermark.folded_below is 'Every fact of a transaction below this number is in the tallies, no other is';
comment on column tally_watermark.cluster is 'Identifier of the database cluster that counted: after a restore into another one everything is folded anew';
comment on column tally_watermark.folded_at is 'When the last fold ended';
