"""Versions of the catalogues that providers load.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "advice_catalogue",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("dishes", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("listed", sa.String(), nullable=False),
        sa.Column("loaded_at", base.UtcDateTime(), nullable=False),
        sa.Column("published_at", base.UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["people_account.id"], name=op.f("fk_advice_catalogue_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_catalogue")),
        sa.UniqueConstraint("account", "client_id", name=op.f("uq_advice_catalogue_account_client_id")),
        sa.UniqueConstraint("account", "number", name=op.f("uq_advice_catalogue_account_number")),
    )
    with op.batch_alter_table("advice_catalogue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_catalogue_account"), ["account"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    with op.batch_alter_table("advice_catalogue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_catalogue_account"))
    op.drop_table("advice_catalogue")
