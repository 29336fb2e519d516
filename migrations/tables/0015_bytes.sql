-- What a claim needs to bound the bytes of its answer.

-- The message's size in KiB, rounded up, as claim hands it out: payload and headers as JSON text. A claim must know it
-- before it reads the message, since taking a large payload out of its compressed pieces is most of a claim's work.
-- The row grows by nothing: the two bytes were padding. Null for deliveries that were stored before this column was, and
-- for redriven and replayed ones: claims then measure the message itself.
alter table millrace.delivery add column kib smallint;

-- How many KiB a claim hands out, and whether the bound on them ended it although more was there.
alter type millrace.claimed add attribute kib integer, add attribute has_more boolean;
