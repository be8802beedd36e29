"""The information bank: offers, deliveries, erasures, benefits; what consent remembers beside the switches.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend import base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "bank_delivery",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("asked_at", base.UtcDateTime(), nullable=False),
        sa.Column("finished_at", base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("recipient", "purpose", "version", name=op.f("pk_bank_delivery")),
    )
    op.create_table(
        "bank_entry",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("booking", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.Column("due_at", base.UtcDateTime(), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_bank_entry_moves_something")),
        sa.PrimaryKeyConstraint("person", "id", name=op.f("pk_bank_entry")),
    )
    with op.batch_alter_table("bank_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_entry_booking"), ["booking"], unique=False)

    op.create_table(
        "bank_erasure",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("ordered_at", base.UtcDateTime(), nullable=False),
        sa.Column("due_at", base.UtcDateTime(), nullable=False),
        sa.Column("certified_at", base.UtcDateTime(), nullable=True),
        sa.Column("erased_on", base.UtcDateTime(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("lifted_at", base.UtcDateTime(), nullable=True),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_erasure")),
    )
    with op.batch_alter_table("bank_erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_erasure_recipient"), ["recipient"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_erasure_subject"), ["subject"], unique=False)

    op.create_table(
        "bank_offer",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", base.UtcDateTime(), nullable=False),
        sa.Column("expires_at", base.UtcDateTime(), nullable=False),
        sa.Column("later_until", base.UtcDateTime(), nullable=True),
        sa.Column("answered_at", base.UtcDateTime(), nullable=True),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person", "use", name=op.f("pk_bank_offer")),
    )
    with op.batch_alter_table("bank_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_offer_recipient"), ["recipient"], unique=False)

    op.create_table(
        "bank_programme",
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("opened_at", base.UtcDateTime(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("use", name=op.f("pk_bank_programme")),
        sa.UniqueConstraint("recipient", name=op.f("uq_bank_programme_recipient")),
    )
    with op.batch_alter_table("bank_programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_programme_site"), ["site"], unique=False)

    op.create_table(
        "bank_provision",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("n_values", sa.Integer(), nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", base.UtcDateTime(), nullable=True),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", "recipient", "purpose", "version", name=op.f("pk_bank_provision")),
    )
    with op.batch_alter_table("bank_provision", schema=None) as batch_op:
        batch_op.create_index("ix_bank_provision_by_batch", ["recipient", "purpose", "version"], unique=False)

    op.create_table(
        "base_journal_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_journal_mark")),
    )
    op.create_table(
        "consent_nextgen",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=False),
        sa.Column("noticed_at", base.UtcDateTime(), nullable=False),
        sa.Column("stopped_at", base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_consent_nextgen")),
    )
    op.create_table(
        "consent_understood",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("passed_at", base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_consent_understood")),
    )
    with op.batch_alter_table("consent_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("concerns", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("consent_terms") as batch_op:
        batch_op.drop_column("concerns")
    op.drop_table("consent_understood")
    op.drop_table("consent_nextgen")
    op.drop_table("base_journal_mark")
    op.drop_table("bank_provision")
    op.drop_table("bank_programme")
    op.drop_table("bank_offer")
    op.drop_table("bank_erasure")
    op.drop_table("bank_entry")
    op.drop_table("bank_delivery")
