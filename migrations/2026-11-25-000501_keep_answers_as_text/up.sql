-- Answers taken apart for Postgres (jsonb) took two to four times the room of their text (331 bytes against 147 with many answers
-- that are words, 264 against 64 with few), which went through the log and the disk with each submission, and made a fifth of
-- what Postgres does to store one. They are read whole, by code, or by hand through the view below;
-- nothing looks one up by an answer.
drop view answers_by_question;
alter table submissions alter column answers type json using answers::text::json;
comment on column submissions.answers is 'Answers in the order of the form version''s questions (form_questions) as JSON text; null, or nothing at the end, where not answered';

create view answers_by_question as
select s.id as submission_id, s.survey_id, s.form_version_id, s.unit_id, s.procedure_id, s.channel, s.day, q.code as question,
    (s.answers -> (q.place - 1))::jsonb as answer
from submissions s
join form_questions q on q.form_version_id = s.form_version_id
where (s.answers -> (q.place - 1))::text <> 'null';
comment on view answers_by_question is 'One row for each answer, with the code of its question, for reading by hand; submissions taken out of the index are in it';
