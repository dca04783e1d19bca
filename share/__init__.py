"""The database in a browser: a Datasette site with pages for agencies and reports, search, charts and canned queries."""
