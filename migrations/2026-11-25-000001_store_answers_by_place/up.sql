-- The codes of the questions took more room in each row than the answers. A form version never changes once it is published, so
-- the place of an answer says what its code did.
create view form_questions as
select f.id as form_version_id, q.place::int as place, q.question ->> 'code' as code
from form_versions f,
    lateral jsonb_path_query(f.definition, 'strict $.sections[*].questions[*]') with ordinality as q (question, place);
comment on view form_questions is 'The questions of each form version in the form''s order, from 1';

update submissions s set answers = coalesce(
    (select jsonb_agg(coalesce(s.answers -> q.code, 'null') order by q.place)
     from form_questions q
     where q.form_version_id = s.form_version_id
         and q.place <= (select max(a.place) from form_questions a
                         where a.form_version_id = s.form_version_id and s.answers ? a.code)),
    '[]');
comment on column submissions.answers is 'Answers in the order of the form version''s questions (form_questions); null, or nothing at the end, where not answered';

create view answers_by_question as
select s.id as submission_id, s.survey_id, s.form_version_id, s.unit_id, s.procedure_id, s.channel, s.day, q.code as question,
    s.answers -> (q.place - 1) as answer
from submissions s
join form_questions q on q.form_version_id = s.form_version_id
where s.answers -> (q.place - 1) <> 'null';
comment on view answers_by_question is 'One row for each answer, with the code of its question, for reading by hand; submissions taken out of the index are in it';
