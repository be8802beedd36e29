"""Cases of health guidance.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "care_guidance",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("ask_at", base.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people_person.id"], name=op.f("fk_care_guidance_person")),
        sa.ForeignKeyConstraint(["recipient"], ["consent_recipient.id"], name=op.f("fk_care_guidance_recipient")),
        sa.PrimaryKeyConstraint("person", "id", name=op.f("pk_care_guidance")),
        sa.UniqueConstraint("id", name=op.f("uq_care_guidance_id")),
    )
    with op.batch_alter_table("care_guidance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_guidance_ask_at"), ["ask_at"], unique=False)
        batch_op.create_index("ix_care_guidance_recipient", ["recipient", "is_open"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("care_guidance", schema=None) as batch_op:
        batch_op.drop_index("ix_care_guidance_recipient")
        batch_op.drop_index(batch_op.f("ix_care_guidance_ask_at"))
    op.drop_table("care_guidance")
