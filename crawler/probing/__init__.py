"""What `scrapy probe` finds out about a page and how it says so.

`looking` reads the page in a worker process, `findings` gathers what the walk of its listing brings, `proposing` writes the entry for the
list of portals, `showing` puts all of it into words. Nothing here is stored.
"""
