"""The pages of the site, a module each: what is read for it, and what its template is given."""
