"""The way in: uploads, bucket scan, watched folder.

``naming`` and ``manifest`` need no server package, so that the command line can use them alone.
"""
