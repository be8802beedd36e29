"""What a person says is wrong with a value: her corrections, each with its place in the ledger.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "record_correction"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("person_id", sa.String(length=None), nullable=False),
        sa.Column("id", sa.String(length=None), nullable=False),
        sa.Column("point_id", sa.String(length=None), nullable=False),
        sa.Column("stored_at", base.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", base.UtcDateTime(), nullable=True),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_point", TABLE, ["person_id", "point_id"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table(TABLE)
