"""The estimates as spreadsheet functions: one loop over the registry, one rule for cells, one folder per host."""
