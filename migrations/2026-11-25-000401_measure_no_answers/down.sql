alter table submissions alter column answers set statistics -1;
