"""Governance: organisations, applications, reviews, verdicts, programs, questions, results, votes.

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
    op.create_index(op.f("ix_consent_verdict_site"), "consent_verdict", ["site"], unique=False)
    op.create_table(
        "governance_client",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", base.UtcDateTime(), nullable=False),
        sa.Column("used_at", base.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_client")),
    )
    op.create_index(op.f("ix_governance_client_use"), "governance_client", ["use"], unique=False)
    op.create_table(
        "governance_organisation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("security", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("certified_until", base.UtcDateTime(), nullable=True),
        sa.Column("created_at", base.UtcDateTime(), nullable=False),
        sa.Column("decided_at", base.UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_organisation")),
    )
    op.create_index(op.f("ix_governance_organisation_site"), "governance_organisation", ["site"], unique=False)
    op.create_table(
        "governance_question",
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("use", "day", "question", name=op.f("pk_governance_question")),
    )
    op.create_table(
        "governance_result",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_easy", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_result")),
    )
    op.create_index(op.f("ix_governance_result_use"), "governance_result", ["use"], unique=False)
    op.create_table(
        "governance_use_event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_use_event")),
    )
    op.create_index(op.f("ix_governance_use_event_use"), "governance_use_event", ["use"], unique=False)
    op.create_table(
        "governance_application",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", base.UtcDateTime(), nullable=False),
        sa.Column("updated_at", base.UtcDateTime(), nullable=False),
        sa.Column("filed_at", base.UtcDateTime(), nullable=True),
        sa.Column("decided_at", base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["governance_organisation.id"], name=op.f("fk_governance_application_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_application")),
    )
    op.create_index(op.f("ix_governance_application_account"), "governance_application", ["account"], unique=False)
    op.create_index(op.f("ix_governance_application_site"), "governance_application", ["site"], unique=False)
    op.create_index(op.f("ix_governance_application_use"), "governance_application", ["use"], unique=False)
    op.create_index("uq_governance_application_client", "governance_application", ["account", "client_id"], unique=True)
    op.create_table(
        "governance_member",
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["governance_organisation.id"], name=op.f("fk_governance_member_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "account", name=op.f("pk_governance_member")),
    )
    op.create_index(op.f("ix_governance_member_account"), "governance_member", ["account"], unique=False)
    op.create_table(
        "governance_token",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("issued_at", base.UtcDateTime(), nullable=False),
        sa.Column("expires_at", base.UtcDateTime(), nullable=False),
        sa.Column("ended_at", base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["client"], ["governance_client.id"], name=op.f("fk_governance_token_client")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_governance_token")),
    )
    op.create_index(op.f("ix_governance_token_client"), "governance_token", ["client"], unique=False)
    op.create_table(
        "governance_review",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(length=26), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("conflict", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("assigned_at", base.UtcDateTime(), nullable=False),
        sa.Column("decided_at", base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application"], ["governance_application.id"], name=op.f("fk_governance_review_application")
        ),
        sa.PrimaryKeyConstraint("application", "reviewer", name=op.f("pk_governance_review")),
    )
    op.create_index(op.f("ix_governance_review_reviewer"), "governance_review", ["reviewer"], unique=False)
    op.create_table(
        "governance_verdict",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("use", sa.String(length=26), nullable=False),
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application"], ["governance_application.id"], name=op.f("fk_governance_verdict_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_governance_verdict")),
        sa.UniqueConstraint("application", name=op.f("uq_governance_verdict_application")),
    )
    op.create_index(op.f("ix_governance_verdict_site"), "governance_verdict", ["site"], unique=False)
    op.create_index(op.f("ix_governance_verdict_use"), "governance_verdict", ["use"], unique=False)
    op.create_table(
        "governance_vote",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("at", base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application"], ["governance_application.id"], name=op.f("fk_governance_vote_application")
        ),
        sa.PrimaryKeyConstraint("application", "person", name=op.f("pk_governance_vote")),
    )
    op.create_index("ix_governance_vote_person", "governance_vote", ["person"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("governance_vote")
    op.drop_table("governance_verdict")
    op.drop_table("governance_review")
    op.drop_table("governance_token")
    op.drop_table("governance_member")
    op.drop_table("governance_application")
    op.drop_table("governance_use_event")
    op.drop_table("governance_result")
    op.drop_table("governance_question")
    op.drop_table("governance_organisation")
    op.drop_table("governance_client")
    op.drop_table("consent_verdict")
