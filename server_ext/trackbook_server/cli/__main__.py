"""`python -m trackbook_server.cli`: the command line where no script is installed."""

from trackbook_server.cli.main import main

main(prog_name="trackbook")
