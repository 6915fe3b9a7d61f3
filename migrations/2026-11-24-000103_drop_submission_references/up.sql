-- Checking four references a row takes more of the machine than storing the row. The service takes these numbers from the catalogue
-- that it has read from these very tables, whose rows are never deleted; what has been counted is held by the references of tallies.
alter table submissions
    drop constraint submissions_survey_fkey,
    drop constraint submissions_form_version_fkey,
    drop constraint submissions_unit_fkey,
    drop constraint submissions_procedure_fkey;
