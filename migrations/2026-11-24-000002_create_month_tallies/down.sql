drop table tally_months;
