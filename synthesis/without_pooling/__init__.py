"""Synthesis where estimates or variances are missing: p-values and directions.

Never yields a pooled effect size.
"""
