drop table catalogue_revision;
drop table procedure_units;
drop table procedures;
drop table units;
