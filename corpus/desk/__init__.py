"""The desk: where reviewers screen, code, settle and look things up, in a browser.

Never decides anything: a route reads what was asked for, hands it to the floors below, and shows what came of it.
"""
