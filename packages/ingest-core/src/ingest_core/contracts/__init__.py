"""Data contracts: what a table's columns are, of which types and with which key, said in a file of its own.

Contracts are Open Data Contract Standard documents (ODCS v3, https://bitol-io.github.io/open-data-contract-standard).
"""

from ingest_core.contracts.asset_name import AssetName, AssetText, asset_name
from ingest_core.contracts.contract import CONTRACT_KIND, NO_CONTRACT, Column, Contract, Member, Team

__all__ = [
    "CONTRACT_KIND",
    "NO_CONTRACT",
    "AssetName",
    "AssetText",
    "Column",
    "Contract",
    "Member",
    "Team",
    "asset_name",
]
