-- What is worked out from sums of closed days may be kept in memory for as long as these are what they were.
alter table tally_watermark add column sums_mark uuid not null default gen_random_uuid();
comment on column tally_watermark.sums_mark is 'Another one whenever sums of closed days change';
