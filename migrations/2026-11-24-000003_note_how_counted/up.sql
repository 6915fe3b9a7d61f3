alter table tally_watermark add column counted_by text not null default '';
comment on column tally_watermark.counted_by is 'Name of the way of counting (what is counted, and where it stands in counts): where a program counts in another way everything is folded anew';
comment on column tallies.counts is 'For each question in the form''s order: answered, then one count an option; then, where index definitions count the form, a mark of the layout and six moments for each composite';
comment on column tally_months.counts is 'For each question in the form''s order: answered, then one count an option; then, where index definitions count the form, a mark of the layout and six moments for each composite';
