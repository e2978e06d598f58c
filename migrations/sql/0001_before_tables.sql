-- Extensions, reference systems, functions that the CHECK constraints call, and the two roles.
-- :storage_srid and the four envelope numbers are filled in from the settings of the deployment.

CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

CREATE SCHEMA IF NOT EXISTS open;
COMMENT ON SCHEMA gis IS 'Tables of the service; for signed-in requests.';
COMMENT ON SCHEMA open IS 'Views of what anyone may see; all that gis_public can read.';

-- The storage CRS, as a constant that constraints may use. Changing it means a new database.
CREATE FUNCTION gis.storage_srid() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN {storage_srid};

-- True when every coordinate is finite and inside the envelope of this deployment, in metres.
-- To PostgreSQL NaN is greater than any number, so a NaN extent fails the <=; a NaN in the middle
-- of a line escapes the extent but makes its length NaN, which fails the < below.
CREATE FUNCTION gis.is_plausible(shape geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(
        NOT ST_IsEmpty(shape)
        AND ST_XMin(shape) >= {x_min} AND ST_XMax(shape) <= {x_max}
        AND ST_YMin(shape) >= {y_min} AND ST_YMax(shape) <= {y_max}
        AND ST_Length(shape) + ST_Perimeter(shape) < 1e9, false);

-- Search key of a Vietnamese text: lower case, without marks, đ as d, single spaces.
CREATE FUNCTION gis.plain(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim(regexp_replace(
        lower(public.unaccent('public.unaccent'::regdictionary, normalize(value, NFC))),
        '\s+', ' ', 'g'));

DO $$
DECLARE
    wanted text;
BEGIN
    -- Roles belong to the whole cluster: another database may have made them, even just now.
    FOREACH wanted IN ARRAY ARRAY['gis_staff', 'gis_public'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', wanted);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', wanted, current_user);
        END IF;
    END LOOP;
END $$;
