#!/bin/sh
# Makes the two roles and the database on a real PostgreSQL: once, by the postgres container or by hand with PGHOST, PGUSER and PGPASSWORD
# of a superuser. The same statements as deploy/embedded/database_roles.py (a test compares them).
set -eu
: "${APPLICATION_PASSWORD:?}" "${OWNER_PASSWORD:?}"
psql -v ON_ERROR_STOP=1 -v application="$APPLICATION_PASSWORD" -v owner="$OWNER_PASSWORD" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE "pasarsama_owner" LOGIN CREATEDB NOSUPERUSER NOCREATEROLE PASSWORD :'owner';
CREATE ROLE "pasarsama" LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOINHERIT PASSWORD :'application';
CREATE DATABASE "pasarsama" OWNER "pasarsama_owner";
\connect pasarsama
REVOKE ALL ON DATABASE "pasarsama" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE "pasarsama" TO "pasarsama";
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
