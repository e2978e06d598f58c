-- How a plot is drawn quickly, and which plots the public sees.

-- 1. How far an outline keeps from itself; NULL where it touches itself after the projection. Exterior rings
--    run clockwise, as vector tiles want them.
CREATE FUNCTION gis.clearance(shape geometry) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN ST_IsValid(shape) THEN ST_MinimumClearance(shape) END
$$;

CREATE FUNCTION gis.project_plot_for_tiles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An implausible shape is left for the CHECK constraint, which names the fault.
    NEW.geom_3857 := CASE WHEN gis.is_plausible(NEW.geom) THEN ST_ForcePolygonCW(ST_Transform(NEW.geom, 3857)) END;
    NEW.clearance_m := gis.clearance(NEW.geom_3857);
    RETURN NEW;
END $$;
DROP TRIGGER project_for_tiles ON gis.plots;
CREATE TRIGGER project_for_tiles BEFORE INSERT OR UPDATE OF geom ON gis.plots
    FOR EACH ROW EXECUTE FUNCTION gis.project_plot_for_tiles();

-- What is on file. No plot changes: neither its version nor its tiles need to know.
ALTER TABLE gis.plots DISABLE TRIGGER USER;
UPDATE gis.plots SET geom_3857 = ST_ForcePolygonCW(geom_3857), clearance_m = gis.clearance(geom_3857);
ALTER TABLE gis.plots ENABLE TRIGGER USER;

-- 2. A plot is public when it is and its zone is. Hidden zones are few and read once a statement; a join
--    would be a look-up for each plot.
CREATE OR REPLACE VIEW open.plots AS
    SELECT p.id, p.zone_id, p.plan_version, p.code, p.status, p.land_use_code, p.land_use_version,
           p.area_m2, p.can_merge, p.ready_on, p.lease_ends_on, p.price_usd_m2_term,
           p.price_quoted_on, p.land_rent_vnd_m2_year, p.infrastructure_fee_usd_m2_year,
           p.management_fee_usd_m2_month, p.deposit_ratio, p.vat_included, p.power_kva,
           p.water_m3_day, p.wastewater_m3_day, p.road_width_m, p.max_coverage_ratio,
           p.max_floor_area_ratio, p.max_floors, p.max_height_m, p.setback_m, p.green_ratio,
           p.ground_note, p.vsic_version, p.industries_allowed, p.source, p.source_date,
           p.is_demo, p.version, p.updated_at, p.geom, p.geom_3857, p.clearance_m
    FROM gis.plots p
    WHERE p.published AND p.zone_id <> ALL (ARRAY(SELECT z.id FROM gis.zones z WHERE NOT z.published));
