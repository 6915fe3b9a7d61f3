alter table tally_watermark drop column sums_mark;
