"""A person's week: settings for reminders, the week as planned, marks of movement; what was learned; comparisons.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the five tables."""
    op.create_table(
        "advice_settings",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("learns", sa.Boolean(), nullable=False),
        sa.Column("next_at", base.UtcDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(op.f("ix_advice_settings_learns"), "advice_settings", ["learns"])
    op.create_index(op.f("ix_advice_settings_next_at"), "advice_settings", ["next_at"])
    for name in ("advice_plan", "advice_movement"):
        op.create_table(
            name,
            sa.Column("person_id", sa.String(length=26), nullable=False),
            sa.Column("monday", sa.Date(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("person_id", "monday"),
        )
    op.create_table(
        "advice_belief",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("made_at", base.UtcDateTime(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "advice_trial",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("arms", sa.String(), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("planned_people", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", base.UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_advice_trial_site"), "advice_trial", ["site"])


def downgrade() -> None:
    """Drop them."""
    for name in ("advice_trial", "advice_belief", "advice_movement", "advice_plan", "advice_settings"):
        op.drop_table(name)
