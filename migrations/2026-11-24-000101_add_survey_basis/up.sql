alter table surveys add column basis smallint not null default 1 constraint surveys_basis_known check (basis in (1, 2));
comment on column surveys.basis is 'How those who answer come to it: 1 by themselves, 2 drawn from a frame';
