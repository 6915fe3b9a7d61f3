-- Which key a receipt has cannot be known here, without the secret: receipts that lead to their ids are not found until the
-- service moves on again.
update submissions set receipt_key = hashtextextended(id::text, 0) where receipt_key is null;
drop index submissions_receipt_key_idx;
create index submissions_receipt_key_idx on submissions (receipt_key);
alter table submissions alter column receipt_key set not null;
comment on column submissions.receipt_key is 'Hash of the receipt code';
