"""Governance: verdicts as consent reads them.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "consent_verdict",
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("changed_at", base.UtcDateTime(), nullable=False),
        sa.Column("ends_at", base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("use", name=op.f("pk_consent_verdict")),
        sa.UniqueConstraint("recipient", name=op.f("uq_consent_verdict_recipient")),
    )
    op.create_index(op.f("ix_consent_verdict_site"), "consent_verdict", ["site"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("consent_verdict")
