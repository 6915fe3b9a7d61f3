alter table tally_watermark drop column counted_by;
comment on column tallies.counts is 'For each question in the form''s order: answered, then one count an option';
comment on column tally_months.counts is 'For each question in the form''s order: answered, then one count an option';
update tally_watermark set cluster = '';
