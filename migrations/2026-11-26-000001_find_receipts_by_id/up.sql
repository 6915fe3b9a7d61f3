-- Each submission had a place in an index of receipts: 31 bytes, and with many stored one more page to write into at random. Most
-- ids begin with bits that are their own; their receipts now lead to the id, and through the index of ids to the submission. The key
-- stays where an id may begin as another does, and for all receipts that were given before.
alter table submissions alter column receipt_key drop not null;
drop index submissions_receipt_key_idx;
create index submissions_receipt_key_idx on submissions (receipt_key) where receipt_key is not null;
comment on column submissions.receipt_key is 'Hash of the receipt code; null where the code leads to the id';
