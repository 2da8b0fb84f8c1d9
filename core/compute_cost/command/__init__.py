"""The command line, with its files, plots, price updates and the shell of the web servers."""
