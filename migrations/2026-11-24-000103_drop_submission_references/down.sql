alter table submissions
    add constraint submissions_survey_fkey foreign key (survey_id) references surveys (id),
    add constraint submissions_form_version_fkey foreign key (form_version_id) references form_versions (id),
    add constraint submissions_unit_fkey foreign key (unit_id) references units (id),
    add constraint submissions_procedure_fkey foreign key (procedure_id) references procedures (id);
