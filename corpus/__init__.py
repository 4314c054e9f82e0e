"""The curated corpus: codebook, domain, tables, store, curated files, effect sizes.

Never imports the floors above it: harvest, synthesis, oxysite.
"""
