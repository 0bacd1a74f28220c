# Runs Robot Framework with the command line's arguments.
import sys

import robot

sys.exit(robot.run_cli(sys.argv[1:], exit=False))
