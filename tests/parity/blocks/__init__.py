"""One module per block of the reference: what is compared, and what is not, with the reason.

A block module has ``compare(name, content)``, which yields a `Compared` for every leaf it answers for, and ``EXCLUDED``,
which maps a glob over the path ("regtest/*/predictor") to the reason why such a leaf is not a number of ours.
"""
