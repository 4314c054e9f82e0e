"""Readers of what the sources send and of what databases export: bytes or text in, records out.

Nothing here touches the network, follows a link inside a document, or drops a part without saying so.
"""
