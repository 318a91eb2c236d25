"""Reports: the records counted by quarter hours and days, counted again when they change, and added up."""
