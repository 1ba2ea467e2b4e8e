"""The villages' schemas: made, migrated, checked, filled from a file and written into one."""
