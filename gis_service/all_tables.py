"""Imports every module that declares tables, so that the MetaData is complete."""

from __future__ import annotations

import addressing.areas
import addressing.attachments
import addressing.counters
import addressing.estate_tables
import addressing.history
import addressing.mergers
import addressing.register
import addressing.register_tables
import addressing.search.index_tables
import addressing.working_days
import gis_service.alerts
import gis_service.client_pages
import gis_service.enquiries
import gis_service.error_reports
import gis_service.idempotency
import gis_service.identity.tables
import gis_service.job_tables
import gis_service.mail.outbox
import gis_service.map_views
import layers.admin_units
import layers.buildings
import layers.coverage.records
import layers.enterprises
import layers.land_files
import layers.plots
import layers.stations
import layers.streets
import layers.zones
import maps.overviews.tables
import maps.tile_tables
from layers.schema import SCHEMA, metadata

__all__ = ["SCHEMA", "metadata"]
