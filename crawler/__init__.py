"""The Scrapy project: finds, fetches and archives annual reports, has them read by `extract` in worker processes and stores the rows.

The way of a report: spiders walk portals (cms reads their listings, titles judges their entries) and yield captures; pipelines drop
what is known, extract, archive and store; extensions open and close what a run needs and tell a person how it went.
"""
