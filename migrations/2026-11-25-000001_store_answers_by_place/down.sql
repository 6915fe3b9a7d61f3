drop view answers_by_question;
update submissions s set answers = coalesce(
    (select jsonb_object_agg(q.code, s.answers -> (q.place - 1))
     from form_questions q
     where q.form_version_id = s.form_version_id and s.answers -> (q.place - 1) <> 'null'),
    '{}');
comment on column submissions.answers is 'Answers by question code; absent means not answered';
drop view form_questions;
