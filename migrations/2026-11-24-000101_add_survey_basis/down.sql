alter table surveys drop column basis;
