"""The domain as data: statutory tables, section kinds and the numbers of prose, read once and validated.

>>> from extract.data import templates, sections
>>> templates().tables["form2021_requests"].rows[0].label
'本年新收政府信息公开申请数量'
>>> templates().era_of_year(2020).id
'form2019'
"""

from extract.data.sections import Kind, Metric, NumberingStyle, Sections, sections
from extract.data.templates import Column, Era, Identity, Measure, Row, Template, Templates, templates

__all__ = [
    "Column",
    "Era",
    "Identity",
    "Kind",
    "Measure",
    "Metric",
    "NumberingStyle",
    "Row",
    "Sections",
    "Template",
    "Templates",
    "sections",
    "templates",
]
