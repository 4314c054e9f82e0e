"""The pages of the site: each module turns corpus and answers into what one template needs.

Never renders and never writes; see ``oxysite.templating`` and ``oxysite.build``.
"""
