create table form_versions (
    id bigint generated always as identity constraint form_versions_pkey primary key,
    name text not null constraint form_versions_name_key unique,
    hash text not null,
    definition jsonb not null
);
comment on table form_versions is 'Frozen form versions that surveys have asked';
comment on column form_versions.id is 'Number of the version';
comment on column form_versions.name is 'form/version';
comment on column form_versions.hash is 'SHA-256 of the definition: a changed file is noticed';
comment on column form_versions.definition is 'The whole form as it was published, so that answers can be read for as long as they are kept';

create table surveys (
    id bigint generated always as identity constraint surveys_pkey primary key,
    code text not null constraint surveys_code_key unique,
    form_version_id bigint not null constraint surveys_form_version_fkey references form_versions (id),
    title_vi text not null,
    title_en text not null,
    note_vi text not null,
    note_en text not null,
    opens_at timestamptz not null,
    closes_at timestamptz,
    channels smallint[] not null,
    constraint surveys_open_in_order check (closes_at is null or closes_at >= opens_at)
);
comment on table surveys is 'A form version open for answers from one minute to another';
comment on column surveys.id is 'Number of the survey';
comment on column surveys.code is 'Code in addresses and files';
comment on column surveys.form_version_id is 'The form version it asks';
comment on column surveys.title_vi is 'Vietnamese title for the respondent';
comment on column surveys.title_en is 'English title for the respondent';
comment on column surveys.note_vi is 'Vietnamese note: nobody may answer for the respondent';
comment on column surveys.note_en is 'English note';
comment on column surveys.opens_at is 'First moment of answering';
comment on column surveys.closes_at is 'Moment from which answers are refused; null: no end set';
comment on column surveys.channels is 'Channels taken: 1 web, 2 qr, 3 invitation, 4 kiosk, 5 paper, 6 import';

create table survey_units (
    survey_id bigint not null constraint survey_units_survey_fkey references surveys (id) on delete cascade,
    unit_id bigint not null constraint survey_units_unit_fkey references units (id),
    constraint survey_units_pkey primary key (survey_id, unit_id)
);
comment on table survey_units is 'Units a survey asks about, each with all below it; none: all units';
comment on column survey_units.survey_id is 'The survey';
comment on column survey_units.unit_id is 'The unit';
