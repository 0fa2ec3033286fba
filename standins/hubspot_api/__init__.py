"""HubSpot's CRM API."""
