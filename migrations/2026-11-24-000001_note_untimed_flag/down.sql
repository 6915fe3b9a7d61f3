comment on column submissions.flags is 'Bits: 1 a field that people do not see was filled, 2 filled in faster than one can read';
