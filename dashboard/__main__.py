"""`python -m dashboard` is `twente-atlas`."""

import sys

from dashboard.cli import main

sys.exit(main())
