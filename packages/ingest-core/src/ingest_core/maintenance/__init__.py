"""Keeps the tables of jobs small and clean. Read :func:`maintain` first."""

from ingest_core.maintenance.maintaining import maintain
from ingest_core.maintenance.options import MaintenanceOptions
from ingest_core.maintenance.tenant import TenantUpkeep, maintain_tenant
from ingest_core.maintenance.upkeep import TableUpkeep

__all__ = ["MaintenanceOptions", "TableUpkeep", "TenantUpkeep", "maintain", "maintain_tenant"]
