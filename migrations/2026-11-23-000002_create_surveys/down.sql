drop table survey_units;
drop table surveys;
drop table form_versions;
