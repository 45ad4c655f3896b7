"""What a study compares, without training: every arm built, resized to its budgets, measured and identified."""

from paribus.audit._auditor import Auditor, Built, Order, Outcome, Refused, Unbuilt
from paribus.audit._records import arm_records
from paribus.audit._sizing import first_orders, matches, refusals, sized_study, sizing_orders

__all__ = [
    "Auditor",
    "Built",
    "Order",
    "Outcome",
    "Refused",
    "Unbuilt",
    "arm_records",
    "first_orders",
    "matches",
    "refusals",
    "sized_study",
    "sizing_orders",
]
