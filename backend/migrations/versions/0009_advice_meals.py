"""Tables for meal plans: the plans, the wishes, the work that is going on.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "advice_meal_plan",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("made_at", base.UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_advice_meal_plan")),
    )
    op.create_table(
        "advice_meal_state",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_advice_meal_state")),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("advice_meal_state")
    op.drop_table("advice_meal_plan")
