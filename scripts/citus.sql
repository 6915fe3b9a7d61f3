-- Spreads a database of this service over several machines with Citus: once, after `hailong migrate`, on the coordinator, in a
-- database where the extension is (create extension citus).
--
-- Submissions lie by their id, with what belongs to each beside it; counts by the unit they are of. Everything else is small and
-- lies whole on every machine, but for what only the coordinator needs. The keys that this asks of the tables are tested on a
-- plain PostgreSQL.
select create_reference_table('units');
select create_reference_table('procedures');
select create_reference_table('procedure_units');
select create_reference_table('form_versions');
select create_reference_table('surveys');
select create_reference_table('survey_units');
select create_reference_table('frames');
select create_reference_table('frame_people');
select create_reference_table('frame_contacts');
select create_reference_table('draws');
select create_reference_table('drawn');
select create_reference_table('void_returns');

select create_distributed_table('submissions', 'id');
select create_distributed_table('exclusions', 'submission_id', colocate_with => 'submissions');
select create_distributed_table('sampled_submissions', 'submission_id', colocate_with => 'submissions');

select create_distributed_table('tallies', 'unit_id', colocate_with => 'none');
select create_distributed_table('tally_subtrees', 'unit_id', colocate_with => 'tallies');
select create_distributed_table('tally_sums', 'unit_id', colocate_with => 'tallies');
select create_distributed_table('tally_groups', 'unit_id', colocate_with => 'tallies');
select create_distributed_table('tally_group_days', 'unit_id', colocate_with => 'tallies');
