"""`python -m backend.cli` is the command `meguri`."""

import sys

from backend.cli import main

sys.exit(main())
