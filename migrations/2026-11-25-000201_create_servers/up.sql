create unlogged table servers (
    id uuid constraint servers_pkey primary key,
    heard_at timestamptz not null
);
comment on table servers is 'Servers of this database that run now; they share its limits. Unlogged: a crash may empty it, they come back within seconds';
comment on column servers.id is 'Drawn by a server when it starts';
comment on column servers.heard_at is 'When it was last heard of, by the database''s clock';
