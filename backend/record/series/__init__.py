"""Series: what devices measure all day, kept as sealed columns by month, summed up by day."""
