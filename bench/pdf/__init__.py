"""Reading PDFs against pdfium's own extraction of text."""
