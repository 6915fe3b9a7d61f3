create table frames (
    id bigint generated always as identity constraint frames_pkey primary key,
    survey_id bigint not null constraint frames_survey_key unique constraint frames_survey_fkey references surveys (id),
    people bigint not null constraint frames_people_positive check (people > 0),
    imported_at timestamptz not null,
    actor text not null
);
comment on table frames is 'The list of people served from which a survey draws; one a survey';
comment on column frames.id is 'Number of the frame';
comment on column frames.survey_id is 'The survey';
comment on column frames.people is 'How many people it lists';
comment on column frames.imported_at is 'When it was imported';
comment on column frames.actor is 'Who imported it';

create table frame_people (
    frame_id bigint not null constraint frame_people_frame_fkey references frames (id) on delete cascade,
    number bigint not null constraint frame_people_number_positive check (number > 0),
    dossier text not null,
    unit_id bigint not null constraint frame_people_unit_fkey references units (id),
    procedure_id bigint constraint frame_people_procedure_fkey references procedures (id),
    kind text not null,
    constraint frame_people_pkey primary key (frame_id, number),
    constraint frame_people_dossier_key unique (frame_id, dossier)
);
comment on table frame_people is 'People served, one a dossier; nothing here leads to an answer';
comment on column frame_people.frame_id is 'The frame';
comment on column frame_people.number is 'Place on the list, from 1; draws are repeated by it';
comment on column frame_people.dossier is 'Code of the dossier';
comment on column frame_people.unit_id is 'The unit that served';
comment on column frame_people.procedure_id is 'The procedure, where one is named';
comment on column frame_people.kind is 'Kind of person or way of filing, as the list has it; may be empty';

create table frame_contacts (
    frame_id bigint not null,
    number bigint not null,
    contact text not null,
    constraint frame_contacts_pkey primary key (frame_id, number),
    constraint frame_contacts_person_fkey foreign key (frame_id, number) references frame_people (frame_id, number) on delete cascade
);
comment on table frame_contacts is 'How people on the list are reached; deleted when the survey has closed';
comment on column frame_contacts.frame_id is 'The frame';
comment on column frame_contacts.number is 'Place on the list';
comment on column frame_contacts.contact is 'Telephone number or address';

create table draws (
    id bigint generated always as identity constraint draws_pkey primary key,
    frame_id bigint not null constraint draws_frame_key unique constraint draws_frame_fkey references frames (id),
    method text not null constraint draws_method_known check (method in ('stratified', 'systematic', 'two-stage')),
    seed bigint not null,
    parameters jsonb not null,
    people bigint not null,
    made_at timestamptz not null,
    actor text not null
);
comment on table draws is 'A sample drawn from a frame, repeatable from method, parameters and seed; one a frame';
comment on column draws.id is 'Number of the draw';
comment on column draws.frame_id is 'The frame';
comment on column draws.method is 'stratified, systematic or two-stage';
comment on column draws.seed is 'What chance began with';
comment on column draws.parameters is 'Size, least number of each unit, units of the first stage';
comment on column draws.people is 'How many were drawn';
comment on column draws.made_at is 'When';
comment on column draws.actor is 'Who drew';

create table drawn (
    draw_id bigint not null constraint drawn_draw_fkey references draws (id),
    number bigint not null,
    code_hash bytea not null constraint drawn_code_hash_key unique,
    stratum text not null,
    cluster text,
    probability double precision not null constraint drawn_probability_valid check (probability > 0 and probability <= 1),
    weight double precision not null constraint drawn_weight_valid check (weight >= 1),
    fpc double precision,
    returned_on date,
    outcome smallint constraint drawn_outcome_known check (outcome in (1, 2)),
    rule text,
    rules text,
    sheet_key bytea,
    is_mixed boolean not null default false,
    constraint drawn_pkey primary key (draw_id, number),
    constraint drawn_returned_whole check ((returned_on is null) = (outcome is null))
);
comment on table drawn is 'People drawn; tells on which day a code was used, not which answer came with it';
comment on column drawn.draw_id is 'The draw';
comment on column drawn.number is 'Place on the list';
comment on column drawn.code_hash is 'Keyed hash of the code; the code itself is only on the draw sheet';
comment on column drawn.stratum is 'Stratum';
comment on column drawn.cluster is 'Cluster; null where people were drawn alone';
comment on column drawn.probability is 'Probability of being drawn';
comment on column drawn.weight is 'One over the probability: how many people this one stands for';
comment on column drawn.fpc is 'Clusters of the stratum in the frame; null where units were drawn first';
comment on column drawn.returned_on is 'Day in Vietnam on which a sheet with the code came back';
comment on column drawn.outcome is '1 valid, 2 invalid; null while nothing came back';
comment on column drawn.rule is 'The rule by which the sheet is invalid or flagged';
comment on column drawn.rules is 'The version of the rules';
comment on column drawn.sheet_key is 'Keyed hash of the paper sheet that came back, so that keying it in again counts once; forgotten when the survey has closed';
comment on column drawn.is_mixed is 'Whether the row was rewritten together with others, so that its writing transaction leads to no answer';

create table sampled_submissions (
    submission_id uuid not null constraint sampled_submissions_pkey primary key
        constraint sampled_submissions_submission_fkey references submissions (id) on delete cascade,
    draw_id bigint not null constraint sampled_submissions_draw_fkey references draws (id),
    stratum text not null,
    cluster text,
    weight double precision not null,
    fpc double precision,
    flagged_by text,
    rules text not null
);
create index sampled_submissions_draw_idx on sampled_submissions (draw_id);
comment on table sampled_submissions is 'What estimation has to know of an answer of somebody who was drawn; not who that is';
comment on column sampled_submissions.submission_id is 'The submission';
comment on column sampled_submissions.draw_id is 'The draw';
comment on column sampled_submissions.stratum is 'Stratum';
comment on column sampled_submissions.cluster is 'Cluster; null where people were drawn alone';
comment on column sampled_submissions.weight is 'Weight at the draw';
comment on column sampled_submissions.fpc is 'Clusters of the stratum in the frame; null where units were drawn first';
comment on column sampled_submissions.flagged_by is 'The rule by which it is flagged, if any';
comment on column sampled_submissions.rules is 'The version of the rules';

create table void_returns (
    survey_id bigint not null constraint void_returns_survey_fkey references surveys (id),
    key uuid not null,
    unit_id bigint constraint void_returns_unit_fkey references units (id),
    rule text not null,
    rules text not null,
    day date not null,
    constraint void_returns_pkey primary key (survey_id, key)
);
comment on table void_returns is 'Sheets that came back and belong to nobody who could still answer: codes used before, sheets from outside the frame';
comment on column void_returns.survey_id is 'The survey';
comment on column void_returns.key is 'Made from the sheet or by its sender: the same sheet counts once';
comment on column void_returns.unit_id is 'The unit, where the code names one';
comment on column void_returns.rule is 'The rule by which it is invalid';
comment on column void_returns.rules is 'The version of the rules';
comment on column void_returns.day is 'Day in Vietnam';
