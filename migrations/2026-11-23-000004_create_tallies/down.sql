drop table tally_watermark;
drop table tallies;
