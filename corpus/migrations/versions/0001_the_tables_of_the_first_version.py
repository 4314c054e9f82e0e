"""The tables of the first version.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('audit_event',
    sa.Column('sequence', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('entity', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_audit_event'))
    )
    op.create_table('bibliographic_source',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_bibliographic_source'))
    )
    op.create_table('missing_value',
    sa.Column('entity', sa.String(length=64), nullable=False),
    sa.Column('entity_key', sa.String(), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('entity', 'entity_key', 'field', name=op.f('pk_missing_value'))
    )
    op.create_table('person',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('orcid', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_person'))
    )
    op.create_table('sample',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sample'))
    )
    op.create_table('text_item',
    sa.Column('entity', sa.String(length=64), nullable=False),
    sa.Column('entity_key', sa.String(), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('entity', 'entity_key', 'field', 'position', name=op.f('pk_text_item'))
    )
    op.create_table('sample_overlap',
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sample', sa.String(length=64), nullable=False),
    sa.Column('certainty', sa.String(length=64), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['owner'], ['sample.key'], name=op.f('fk_sample_overlap_owner')),
    sa.ForeignKeyConstraint(['sample'], ['sample.key'], name=op.f('fk_sample_overlap_sample')),
    sa.PrimaryKeyConstraint('owner', 'position', name=op.f('pk_sample_overlap'))
    )
    op.create_table('study',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('scope', sa.String(length=64), nullable=False),
    sa.Column('sample', sa.String(length=64), nullable=False),
    sa.Column('design', sa.String(length=64), nullable=False),
    sa.Column('design_note', sa.String(), nullable=True),
    sa.Column('blinding', sa.String(length=64), nullable=True),
    sa.Column('allocation_unit', sa.String(length=64), nullable=True),
    sa.Column('country', sa.String(), nullable=True),
    sa.Column('setting', sa.String(), nullable=True),
    sa.Column('registration', sa.String(), nullable=True),
    sa.Column('funding', sa.String(), nullable=True),
    sa.Column('population_diagnosis', sa.String(), nullable=False),
    sa.Column('population_mesh', sa.String(), nullable=True),
    sa.Column('population_age', sa.String(), nullable=True),
    sa.Column('population_percent_female', sa.String(), nullable=True),
    sa.Column('population_percent_female_number', sa.Float(), nullable=True),
    sa.Column('sizes_patients', sa.Integer(), nullable=True),
    sa.Column('sizes_therapists', sa.Integer(), nullable=True),
    sa.Column('sizes_dyads', sa.Integer(), nullable=True),
    sa.Column('sizes_sessions', sa.Integer(), nullable=True),
    sa.Column('sizes_samples', sa.Integer(), nullable=True),
    sa.Column('adverse_events', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['sample'], ['sample.key'], name=op.f('fk_study_sample')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_study'))
    )
    op.create_table('arm',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('n_randomised', sa.Integer(), nullable=True),
    sa.Column('n_analysed', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_arm_study')),
    sa.PrimaryKeyConstraint('study', 'key', name=op.f('pk_arm'))
    )
    op.create_table('coding',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('coded_by', sa.String(length=64), nullable=False),
    sa.Column('coded_on', sa.Date(), nullable=False),
    sa.Column('checked_by', sa.String(length=64), nullable=True),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('settled', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['checked_by'], ['person.key'], name=op.f('fk_coding_checked_by')),
    sa.ForeignKeyConstraint(['coded_by'], ['person.key'], name=op.f('fk_coding_coded_by')),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_coding_study')),
    sa.PrimaryKeyConstraint('study', name=op.f('pk_coding'))
    )
    op.create_table('not_coded',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_not_coded_study')),
    sa.PrimaryKeyConstraint('study', 'position', name=op.f('pk_not_coded'))
    )
    op.create_table('ot_administration',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('route', sa.String(length=64), nullable=True),
    sa.Column('dose_iu', sa.String(), nullable=True),
    sa.Column('doses', sa.String(), nullable=True),
    sa.Column('timing', sa.String(length=64), nullable=True),
    sa.Column('timing_detail', sa.String(), nullable=True),
    sa.Column('receiver', sa.String(length=64), nullable=False),
    sa.Column('comparator', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_ot_administration_study')),
    sa.PrimaryKeyConstraint('study', 'key', name=op.f('pk_ot_administration'))
    )
    op.create_table('ot_measure',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('whose', sa.String(length=64), nullable=False),
    sa.Column('matrix', sa.String(length=64), nullable=True),
    sa.Column('assay', sa.String(length=64), nullable=True),
    sa.Column('extraction', sa.String(length=64), nullable=True),
    sa.Column('kit', sa.String(), nullable=True),
    sa.Column('detection_limit', sa.String(), nullable=True),
    sa.Column('schedule', sa.String(), nullable=True),
    sa.Column('anchor', sa.String(length=64), nullable=True),
    sa.Column('time_of_day', sa.String(), nullable=True),
    sa.Column('n_samples', sa.Integer(), nullable=True),
    sa.Column('units', sa.String(), nullable=True),
    sa.Column('target', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_ot_measure_study')),
    sa.PrimaryKeyConstraint('study', 'key', name=op.f('pk_ot_measure'))
    )
    op.create_table('outcome',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('domain', sa.String(length=64), nullable=False),
    sa.Column('construct', sa.String(), nullable=False),
    sa.Column('instrument', sa.String(), nullable=True),
    sa.Column('rater', sa.String(length=64), nullable=True),
    sa.Column('state_trait', sa.String(length=64), nullable=True),
    sa.Column('higher_is_better', sa.Boolean(), nullable=True),
    sa.Column('direction_basis', sa.String(), nullable=False),
    sa.Column('primary', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_outcome_study')),
    sa.PrimaryKeyConstraint('study', 'key', name=op.f('pk_outcome'))
    )
    op.create_table('report',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('journal', sa.String(), nullable=True),
    sa.Column('volume', sa.String(), nullable=True),
    sa.Column('issue', sa.String(), nullable=True),
    sa.Column('pages', sa.String(), nullable=True),
    sa.Column('doi', sa.String(), nullable=True),
    sa.Column('pmid', sa.String(), nullable=True),
    sa.Column('pmcid', sa.String(), nullable=True),
    sa.Column('nct', sa.String(), nullable=True),
    sa.Column('registration', sa.String(), nullable=True),
    sa.Column('study', sa.String(length=64), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_report_study')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_report'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_doi'), ['doi'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_pmid'), ['pmid'], unique=False)

    op.create_table('therapy',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('family', sa.String(length=64), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('format', sa.String(length=64), nullable=True),
    sa.Column('sessions', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_therapy_study')),
    sa.PrimaryKeyConstraint('study', 'position', name=op.f('pk_therapy'))
    )
    op.create_table('bias_judgement',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('instrument', sa.String(length=64), nullable=False),
    sa.Column('domain', sa.String(length=64), nullable=False),
    sa.Column('level', sa.String(length=64), nullable=True),
    sa.Column('support', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['study', 'outcome'], ['outcome.study', 'outcome.key'], name=op.f('fk_bias_judgement_study_outcome')),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_bias_judgement_study')),
    sa.PrimaryKeyConstraint('study', 'position', name=op.f('pk_bias_judgement'))
    )
    op.create_table('claim',
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('statement', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_claim_report')),
    sa.PrimaryKeyConstraint('report', 'key', name=op.f('pk_claim'))
    )
    op.create_table('database_search',
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('database', sa.String(), nullable=False),
    sa.Column('start', sa.String(), nullable=False),
    sa.Column('end', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_database_search_report')),
    sa.PrimaryKeyConstraint('report', 'position', name=op.f('pk_database_search'))
    )
    op.create_table('effect',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('level', sa.String(length=64), nullable=False),
    sa.Column('tier', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=64), nullable=False),
    sa.Column('phase', sa.String(length=64), nullable=True),
    sa.Column('timepoint', sa.String(), nullable=False),
    sa.Column('direction', sa.String(length=64), nullable=False),
    sa.Column('as_reported', sa.String(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=True),
    sa.Column('predictor', sa.String(), nullable=True),
    sa.Column('ot_given', sa.String(length=64), nullable=True),
    sa.Column('ot_measure', sa.String(length=64), nullable=True),
    sa.Column('ot_index', sa.String(length=64), nullable=True),
    sa.Column('adjustment', sa.String(), nullable=True),
    sa.Column('moderator', sa.String(), nullable=True),
    sa.Column('condition', sa.String(), nullable=True),
    sa.Column('p_relation', sa.String(length=64), nullable=True),
    sa.Column('p_value', sa.String(), nullable=True),
    sa.Column('p_value_number', sa.Float(), nullable=True),
    sa.Column('p_sided', sa.Integer(), nullable=True),
    sa.Column('hold_reason', sa.String(length=64), nullable=True),
    sa.Column('hold_note', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('evidence', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study', 'ot_given'], ['ot_administration.study', 'ot_administration.key'], name=op.f('fk_effect_study_ot_given')),
    sa.ForeignKeyConstraint(['study', 'ot_measure'], ['ot_measure.study', 'ot_measure.key'], name=op.f('fk_effect_study_ot_measure')),
    sa.ForeignKeyConstraint(['study', 'outcome'], ['outcome.study', 'outcome.key'], name=op.f('fk_effect_study_outcome')),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_effect_study')),
    sa.PrimaryKeyConstraint('study', 'key', name=op.f('pk_effect'))
    )
    op.create_table('ot_administration_arm',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('ot_administration', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('arm', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['study', 'arm'], ['arm.study', 'arm.key'], name=op.f('fk_ot_administration_arm_study_arm')),
    sa.ForeignKeyConstraint(['study', 'ot_administration'], ['ot_administration.study', 'ot_administration.key'], name=op.f('fk_ot_administration_arm_study_ot_administration')),
    sa.PrimaryKeyConstraint('study', 'ot_administration', 'position', name=op.f('pk_ot_administration_arm'))
    )
    op.create_table('provenance',
    sa.Column('entity', sa.String(length=64), nullable=False),
    sa.Column('entity_key', sa.String(), nullable=False),
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.Column('locator', sa.String(), nullable=False),
    sa.Column('tier', sa.String(length=64), nullable=False),
    sa.Column('read_at', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_provenance_report')),
    sa.PrimaryKeyConstraint('entity', 'entity_key', name=op.f('pk_provenance'))
    )
    op.create_table('record',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('authors', sa.String(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('doi_as_printed', sa.String(), nullable=True),
    sa.Column('report', sa.String(length=64), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_record_report')),
    sa.ForeignKeyConstraint(['source'], ['bibliographic_source.key'], name=op.f('fk_record_source')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_record'))
    )
    op.create_table('report_link',
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('to', sa.String(length=64), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_report_link_report')),
    sa.ForeignKeyConstraint(['to'], ['report.key'], name=op.f('fk_report_link_to')),
    sa.PrimaryKeyConstraint('report', 'position', name=op.f('pk_report_link'))
    )
    op.create_table('retraction',
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('notice', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('corrected', sa.String(), nullable=True),
    sa.Column('noticed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_retraction_report')),
    sa.PrimaryKeyConstraint('report', name=op.f('pk_retraction'))
    )
    op.create_table('study_report',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['report'], ['report.key'], name=op.f('fk_study_report_report')),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_study_report_study')),
    sa.PrimaryKeyConstraint('study', 'position', name=op.f('pk_study_report'))
    )
    op.create_table('therapy_arm',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('therapy', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('arm', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['study', 'arm'], ['arm.study', 'arm.key'], name=op.f('fk_therapy_arm_study_arm')),
    sa.ForeignKeyConstraint(['study', 'therapy'], ['therapy.study', 'therapy.position'], name=op.f('fk_therapy_arm_study_therapy')),
    sa.PrimaryKeyConstraint('study', 'therapy', 'position', name=op.f('pk_therapy_arm'))
    )
    op.create_table('computation',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('positive_means', sa.String(length=64), nullable=False),
    sa.Column('positive_basis', sa.String(), nullable=False),
    sa.Column('to', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study', 'effect'], ['effect.study', 'effect.key'], name=op.f('fk_computation_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', name=op.f('pk_computation'))
    )
    op.create_table('conflict',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('chosen', sa.String(length=64), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['study', 'chosen'], ['effect.study', 'effect.key'], name=op.f('fk_conflict_study_chosen')),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_conflict_study')),
    sa.PrimaryKeyConstraint('study', 'key', name=op.f('pk_conflict'))
    )
    op.create_table('effect_arm',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('arm', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['study', 'arm'], ['arm.study', 'arm.key'], name=op.f('fk_effect_arm_study_arm')),
    sa.ForeignKeyConstraint(['study', 'effect'], ['effect.study', 'effect.key'], name=op.f('fk_effect_arm_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', 'position', name=op.f('pk_effect_arm'))
    )
    op.create_table('assumed_input',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('value_number', sa.Float(), nullable=False),
    sa.Column('low', sa.String(), nullable=True),
    sa.Column('low_number', sa.Float(), nullable=True),
    sa.Column('high', sa.String(), nullable=True),
    sa.Column('high_number', sa.Float(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['study', 'effect'], ['computation.study', 'computation.effect'], name=op.f('fk_assumed_input_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', 'position', name=op.f('pk_assumed_input'))
    )
    op.create_table('computation_option',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['study', 'effect'], ['computation.study', 'computation.effect'], name=op.f('fk_computation_option_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', 'name', name=op.f('pk_computation_option'))
    )
    op.create_table('conflict_member',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('conflict', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['study', 'conflict'], ['conflict.study', 'conflict.key'], name=op.f('fk_conflict_member_study_conflict')),
    sa.ForeignKeyConstraint(['study', 'effect'], ['effect.study', 'effect.key'], name=op.f('fk_conflict_member_study_effect')),
    sa.PrimaryKeyConstraint('study', 'conflict', 'position', name=op.f('pk_conflict_member'))
    )
    op.create_table('effect_input',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('value_number', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['study', 'effect'], ['computation.study', 'computation.effect'], name=op.f('fk_effect_input_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', 'name', name=op.f('pk_effect_input'))
    )
    op.create_table('estimate',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('measure', sa.String(length=64), nullable=False),
    sa.Column('yi', sa.Float(), nullable=False),
    sa.Column('vi', sa.Float(), nullable=False),
    sa.Column('formula', sa.String(), nullable=False),
    sa.Column('substituted', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('alignment', sa.String(), nullable=False),
    sa.Column('code_version', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['study', 'effect'], ['computation.study', 'computation.effect'], name=op.f('fk_estimate_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', name=op.f('pk_estimate'))
    )
    op.create_table('estimate_input',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('effect', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.ForeignKeyConstraint(['study', 'effect'], ['estimate.study', 'estimate.effect'], name=op.f('fk_estimate_input_study_effect')),
    sa.PrimaryKeyConstraint('study', 'effect', 'name', name=op.f('pk_estimate_input'))
    )


def downgrade():
    op.drop_table('estimate_input')
    op.drop_table('estimate')
    op.drop_table('effect_input')
    op.drop_table('conflict_member')
    op.drop_table('computation_option')
    op.drop_table('assumed_input')
    op.drop_table('effect_arm')
    op.drop_table('conflict')
    op.drop_table('computation')
    op.drop_table('therapy_arm')
    op.drop_table('study_report')
    op.drop_table('retraction')
    op.drop_table('report_link')
    op.drop_table('record')
    op.drop_table('provenance')
    op.drop_table('ot_administration_arm')
    op.drop_table('effect')
    op.drop_table('database_search')
    op.drop_table('claim')
    op.drop_table('bias_judgement')
    op.drop_table('therapy')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_pmid'))
        batch_op.drop_index(batch_op.f('ix_report_doi'))

    op.drop_table('report')
    op.drop_table('outcome')
    op.drop_table('ot_measure')
    op.drop_table('ot_administration')
    op.drop_table('not_coded')
    op.drop_table('coding')
    op.drop_table('arm')
    op.drop_table('study')
    op.drop_table('sample_overlap')
    op.drop_table('text_item')
    op.drop_table('sample')
    op.drop_table('person')
    op.drop_table('missing_value')
    op.drop_table('bibliographic_source')
    op.drop_table('audit_event')
