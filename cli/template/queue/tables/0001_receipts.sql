-- This application's own tables. Files are applied once each, by their numbers, after Millrace's own; a change is a new file.
create schema if not exists shop;

create table shop.receipt (
  order_id text primary key,
  total_cents bigint not null,
  written_at timestamptz not null default now()
);

-- Handlers work with the login of the consumer, which may be another than the migrations'.
grant usage on schema shop to millrace_consumer;
grant select, insert, update, delete on shop.receipt to millrace_consumer;
