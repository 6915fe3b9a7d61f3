-- PostgreSQL looks at a sample of every column's values now and then, to plan by how often each occurs. No query chooses rows by
-- their answers, and to sort thirty thousand of them takes a core for a second: beside a load of ten thousand submissions a second,
-- people waited for that once a minute.
alter table submissions alter column answers set statistics 0;
