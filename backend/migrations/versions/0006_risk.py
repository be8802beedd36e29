"""Children whose growth a parent keeps, sealed with the parent's key.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "risk_child"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", base.UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{TABLE}")),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table(TABLE)
