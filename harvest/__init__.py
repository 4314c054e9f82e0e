"""The room of the harvesters: Entrez, spiders, export files, linking, retraction watch.

Never imports synthesis or the site. Empty until the first harvester is built.
"""
