"""Between engine and network: which addresses may be asked, and what robots.txt says."""
