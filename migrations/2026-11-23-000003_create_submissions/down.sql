drop table exclusions;
drop table submissions;
