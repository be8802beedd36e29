"""Learning which reminders help whom: Thompson sampling over what is safe, worlds to try it in, staff figures."""
