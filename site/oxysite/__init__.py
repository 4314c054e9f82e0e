"""The static review site: pages, figures, downloads.

Never changes the corpus or an answer; it shows them.
"""
