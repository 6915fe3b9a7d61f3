drop table tally_group_days;
drop table tally_groups;
update tally_watermark set counted_by = '';
