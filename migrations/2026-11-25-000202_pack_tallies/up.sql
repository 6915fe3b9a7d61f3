-- A row a unit and day with everything in it packed, instead of a row a procedure and channel with an array of mostly zeros: a tenth
-- of the room, and a page reads rows by the dozen. The counts are made anew from the submissions by the next fold.
drop table tally_months;
drop table tallies;

create table tallies (
    survey_id bigint not null constraint tallies_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tallies_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tallies_unit_fkey references units (id),
    day date not null,
    submissions bigint not null,
    sizes bytea not null,
    whole bytea not null,
    cells bytea not null,
    constraint tallies_pkey primary key (survey_id, unit_id, day)
);
create index tallies_survey_day_idx on tallies (survey_id, day);
alter table tallies alter column sizes set storage external, alter column whole set storage external, alter column cells set storage external;
comment on table tallies is 'Counts of answers by unit and day, folded from submissions and exclusions, never written by hand';
comment on column tallies.survey_id is 'The survey';
comment on column tallies.form_version_id is 'The form version, which lays out counts';
comment on column tallies.unit_id is 'The unit to which the submissions were sent';
comment on column tallies.day is 'The day in Vietnam';
comment on column tallies.submissions is 'How many submissions, exclusions taken off';
comment on column tallies.sizes is 'How many by procedure and channel, packed';
comment on column tallies.whole is 'The counts by channel, packed: for each question answered and one count an option, then the moments of composites';
comment on column tallies.cells is 'The same counts by procedure and channel, packed';

create table tally_subtrees (
    survey_id bigint not null constraint tally_subtrees_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tally_subtrees_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tally_subtrees_unit_fkey references units (id),
    day date not null,
    whole bytea not null,
    cells bytea not null,
    constraint tally_subtrees_pkey primary key (survey_id, unit_id, day)
);
alter table tally_subtrees alter column whole set storage external, alter column cells set storage external;
comment on table tally_subtrees is 'Tallies of closed days of a unit and all below it, for units that have some below them';
comment on column tally_subtrees.survey_id is 'The survey';
comment on column tally_subtrees.form_version_id is 'The form version, which lays out counts';
comment on column tally_subtrees.unit_id is 'The unit';
comment on column tally_subtrees.day is 'The day in Vietnam';
comment on column tally_subtrees.whole is 'The counts by channel, packed';
comment on column tally_subtrees.cells is 'The counts by procedure and channel, packed';

create table tally_sums (
    survey_id bigint not null constraint tally_sums_survey_fkey references surveys (id),
    form_version_id bigint not null constraint tally_sums_form_version_fkey references form_versions (id),
    unit_id bigint not null constraint tally_sums_unit_fkey references units (id),
    is_subtree boolean not null,
    grain smallint not null constraint tally_sums_grain_known check (grain in (1, 2)),
    first_day date not null,
    procedure_id bigint not null,
    sizes bytea not null,
    counts bytea not null,
    constraint tally_sums_pkey primary key (survey_id, unit_id, is_subtree, grain, first_day, procedure_id)
);
create index tally_sums_sizes_idx on tally_sums (survey_id, grain, first_day) where procedure_id = -1 and not is_subtree;
alter table tally_sums alter column sizes set storage external, alter column counts set storage external;
comment on table tally_sums is 'Tallies of closed days summed up by months and years, for reading long periods';
comment on column tally_sums.survey_id is 'The survey';
comment on column tally_sums.form_version_id is 'The form version, which lays out counts';
comment on column tally_sums.unit_id is 'The unit';
comment on column tally_sums.is_subtree is 'Whether all below the unit is in it; only for units that have some below them';
comment on column tally_sums.grain is '1 a year, 2 a month';
comment on column tally_sums.first_day is 'The first day of the year or month in Vietnam';
comment on column tally_sums.procedure_id is 'The procedure; 0 where none was named, -1 for all together';
comment on column tally_sums.sizes is 'For all procedures of the unit itself: how many by month (of a year) or day (of a month), procedure and channel, packed';
comment on column tally_sums.counts is 'The counts by channel, packed';

alter table tally_watermark
    add column closed_before date not null default '0001-01-01',
    add column tree text not null default '',
    add column catalogue_revision bigint not null default -1;
update tally_watermark set counted_by = '';
comment on column tally_watermark.closed_before is 'Days before this one are in the sums of subtrees, months and years; later ones in the tallies of days only';
comment on column tally_watermark.tree is 'Name of the tree of units by which subtrees were summed up: for another tree they are summed up anew';
comment on column tally_watermark.catalogue_revision is 'The revision of the catalogue whose tree that is';
