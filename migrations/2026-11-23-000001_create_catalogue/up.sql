create table units (
    id bigint generated always as identity constraint units_pkey primary key,
    code text not null constraint units_code_length check (length(code) between 1 and 35),
    code_key text not null,
    parent_id bigint constraint units_parent_fkey references units (id),
    name_vi text not null constraint units_name_vi_given check (name_vi <> ''),
    name_en text not null constraint units_name_en_given check (name_en <> ''),
    kind text not null,
    valid_from date not null,
    valid_to date,
    successor text,
    status text not null default '',
    constraint units_code_key_valid_from_key unique (code_key, valid_from),
    constraint units_valid_in_order check (valid_to is null or valid_to >= valid_from)
);
create index units_parent_idx on units (parent_id);
comment on table units is 'Offices and their parts, one row a period of validity: results keep the names of their time';
comment on column units.id is 'The number of this period of validity';
comment on column units.code is 'The code as it was typed, in either official order';
comment on column units.code_key is 'The code with the top level on the left, without padding: what codes are compared by';
comment on column units.parent_id is 'The unit above';
comment on column units.name_vi is 'Vietnamese name in this period';
comment on column units.name_en is 'English name in this period';
comment on column units.kind is 'province, department, office, division, ward, ...';
comment on column units.valid_from is 'First day of validity';
comment on column units.valid_to is 'Last day of validity; null while it lasts';
comment on column units.successor is 'Code of the unit that took over';
comment on column units.status is 'chưa kiểm chứng where the row has not been verified';

create table procedures (
    id bigint generated always as identity constraint procedures_pkey primary key,
    code text not null constraint procedures_code_length check (length(code) between 1 and 40),
    name_vi text not null constraint procedures_name_vi_given check (name_vi <> ''),
    name_en text not null constraint procedures_name_en_given check (name_en <> ''),
    field_vi text not null,
    field_en text not null,
    valid_from date not null,
    valid_to date,
    status text not null default '',
    constraint procedures_code_valid_from_key unique (code, valid_from),
    constraint procedures_valid_in_order check (valid_to is null or valid_to >= valid_from)
);
comment on table procedures is 'Administrative procedures (thủ tục hành chính), one row a period of validity';
comment on column procedures.id is 'The number of this period of validity';
comment on column procedures.code is 'Code in the national catalogue, or a local one';
comment on column procedures.name_vi is 'Vietnamese name';
comment on column procedures.name_en is 'English name';
comment on column procedures.field_vi is 'Field (lĩnh vực) in Vietnamese';
comment on column procedures.field_en is 'Field in English';
comment on column procedures.valid_from is 'First day of validity';
comment on column procedures.valid_to is 'Last day of validity; null while it lasts';
comment on column procedures.status is 'chưa kiểm chứng where the row has not been verified';

create table procedure_units (
    procedure_id bigint not null constraint procedure_units_procedure_fkey references procedures (id) on delete cascade,
    unit_id bigint not null constraint procedure_units_unit_fkey references units (id),
    constraint procedure_units_pkey primary key (procedure_id, unit_id)
);
comment on table procedure_units is 'Which units receive a procedure';
comment on column procedure_units.procedure_id is 'The procedure';
comment on column procedure_units.unit_id is 'The unit that receives it';

create table catalogue_revision (
    singleton boolean not null default true constraint catalogue_revision_pkey primary key,
    revision bigint not null,
    constraint catalogue_revision_single check (singleton)
);
insert into catalogue_revision (revision) values (1);
comment on table catalogue_revision is 'One row that rises with every change of units, procedures or surveys, so that servers know when to read them anew';
comment on column catalogue_revision.singleton is 'Always true: there is one row';
comment on column catalogue_revision.revision is 'The number of the last change';
