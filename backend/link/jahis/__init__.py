"""The electronic medicine notebook of JAHIS (お薬手帳): its CSV file and the texts of its QR codes."""

from backend.link.jahis.parts import jahis_join
from backend.link.jahis.source import Notebook, is_notebook

__all__ = ["Notebook", "is_notebook", "jahis_join"]
