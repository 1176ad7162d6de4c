"""The commands of `opschaling`, by what they are for."""
