-- The schema, its roles, and the settings that the database itself goes by.
create schema if not exists millrace;

-- Roles belong to the server, so another database may have made them, or be making them at this moment.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['millrace_producer', 'millrace_consumer', 'millrace_operator'] loop
    begin
      execute format('create role %I nologin', role_name);
    exception
      when duplicate_object or unique_violation then null;
    end;
    execute format('grant usage on schema millrace to %I', role_name);
  end loop;
end
$$;

create table millrace.setting (
  only_row boolean primary key default true constraint one_row check (only_row),
  retention_days integer not null default 30 constraint retention_in_range check (retention_days between 1 and 3650),
  maintained_at timestamptz not null default '-infinity'
);
insert into millrace.setting default values;
