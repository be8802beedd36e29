"""Devices take notices: push subscriptions, which go with their session.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLE = "people_push_subscription"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("session", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(length=None), nullable=False),
        sa.Column("endpoint_hash", sa.LargeBinary(), nullable=False),
        sa.Column("target", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["people_session.id"], name=op.f(f"fk_{TABLE}_session"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["account"], ["people_account.id"], name=op.f(f"fk_{TABLE}_account")),
        sa.PrimaryKeyConstraint("session", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("endpoint_hash", name=op.f(f"uq_{TABLE}_endpoint_hash")),
    )
    op.create_index(op.f(f"ix_{TABLE}_account"), TABLE, ["account"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table(TABLE)
