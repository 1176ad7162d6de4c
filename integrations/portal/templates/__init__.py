"""The pages of the portal, and their style. Written in Dutch; `integrations.portal.english` holds the other language."""
