-- What an enqueue has to know of a type, in the one row that it reads: the queues that its messages go to, in order. Null when the
-- type is not declared or one of the queues limits its depth: such messages take the longer way, which finds out why.
-- sync says it with each migration; until the first one has, all take that way.
alter table millrace.message_type add column plain_queues smallint[];
