"""The stages, one family a file. The order in which they run stands in ``pipeline.STAGES``."""
