"""Results of agencies without accounts: a workbook that goes out, is filled in, and comes back."""
