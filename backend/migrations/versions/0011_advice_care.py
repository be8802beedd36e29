"""Cases of health guidance, slots of clinics, visits, institutions, quotes.

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
    op.create_table(
        "advice_slot",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("start", base.UtcDateTime(), nullable=False),
        sa.Column("end", base.UtcDateTime(), nullable=False),
        sa.Column("is_free", sa.Boolean(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("clinic", sa.String(length=120), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("read_at", base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "id", name=op.f("pk_advice_slot")),
    )
    with op.batch_alter_table("advice_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_slot_start"), ["start"], unique=False)
    op.create_table(
        "advice_visit",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people_person.id"], name=op.f("fk_advice_visit_person")),
        sa.PrimaryKeyConstraint("person", "id", name=op.f("pk_advice_visit")),
        sa.UniqueConstraint("id", name=op.f("uq_advice_visit_id")),
    )
    with op.batch_alter_table("advice_visit", schema=None) as batch_op:
        batch_op.create_index("uq_advice_visit_client", ["account", "client_id"], unique=True)
    op.create_table(
        "advice_institution",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=5), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("homepage", sa.String(length=400), nullable=False),
        sa.Column("departments", sa.String(), nullable=False),
        sa.Column("loaded_at", base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_institution")),
    )
    with op.batch_alter_table("advice_institution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_advice_institution_area"), ["area"], unique=False)
    op.create_table(
        "advice_quote",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", base.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people_person.id"], name=op.f("fk_advice_quote_person")),
        sa.PrimaryKeyConstraint("person", "id", name=op.f("pk_advice_quote")),
        sa.UniqueConstraint("id", name=op.f("uq_advice_quote_id")),
    )
    with op.batch_alter_table("advice_quote", schema=None) as batch_op:
        batch_op.create_index("uq_advice_quote_client", ["account", "client_id"], unique=True)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("advice_quote", schema=None) as batch_op:
        batch_op.drop_index("uq_advice_quote_client")
    op.drop_table("advice_quote")
    with op.batch_alter_table("advice_institution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_institution_area"))
    op.drop_table("advice_institution")
    with op.batch_alter_table("advice_visit", schema=None) as batch_op:
        batch_op.drop_index("uq_advice_visit_client")
    op.drop_table("advice_visit")
    with op.batch_alter_table("advice_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_advice_slot_start"))
    op.drop_table("advice_slot")
    with op.batch_alter_table("care_guidance", schema=None) as batch_op:
        batch_op.drop_index("ix_care_guidance_recipient")
        batch_op.drop_index(batch_op.f("ix_care_guidance_ask_at"))
    op.drop_table("care_guidance")
