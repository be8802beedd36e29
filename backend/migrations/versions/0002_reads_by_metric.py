"""Reads by others also say which metrics, sealed.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("consent_read", schema=None) as batch_op:
        batch_op.add_column(sa.Column("metrics", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take the column away."""
    with op.batch_alter_table("consent_read", schema=None) as batch_op:
        batch_op.drop_column("metrics")
