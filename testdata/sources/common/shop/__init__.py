"""A package: its module name is that of its folder."""
from shop.prices import price

__all__ = ["price", "stock"]
