-- The bookstore's own tables: what its handlers do can be seen here. Each effect happens once however often its
-- message is handled, because its key is the order's.
create schema bookstore;

create table bookstore.payment (
  order_id text primary key,
  amount_cents bigint not null,
  attempt integer not null,
  captured_at timestamptz not null default statement_timestamp()
);

create table bookstore.reservation (
  order_id text not null,
  sku text not null,
  quantity integer not null,
  reserved_at timestamptz not null default statement_timestamp(),
  primary key (order_id, sku)
);

create table bookstore.email (
  order_id text not null,
  kind text not null,
  recipient text not null,
  sent_at timestamptz not null default statement_timestamp(),
  primary key (order_id, kind)
);

create table bookstore.shipment (
  order_id text primary key,
  shipped_at timestamptz not null default statement_timestamp()
);
