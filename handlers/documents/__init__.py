"""Rows in, bytes out: pictures, workbooks and Word documents. Nothing here reads or writes the storage."""
