"""Flat drawings of goods, one function per motif, in units of a sheet of 320 x 240. They draw on the sheet and know nothing else."""
