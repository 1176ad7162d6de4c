"""The outside world: register, partners, alerts, portal. No Prefect here."""
