"""わたしのこと: what the person says about herself, with date and source."""
