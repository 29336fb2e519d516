-- The weekly summary is an email about no order: it is about a week, named by its last day, and logged once for each.
alter table bookstore.email drop constraint email_pkey;
alter table bookstore.email alter column order_id drop not null;
alter table bookstore.email add column week_ending date;
alter table bookstore.email add constraint one_of_a_kind_for_an_order unique (order_id, kind);
alter table bookstore.email add constraint one_of_a_kind_for_a_week unique (week_ending, kind);
alter table bookstore.email add constraint about_an_order_or_a_week check (num_nonnulls(order_id, week_ending) = 1);
