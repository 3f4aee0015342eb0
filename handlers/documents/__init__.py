"""Make documents: pictures, workbooks and Word files, from rows to bytes. Nothing here uses the storage."""
