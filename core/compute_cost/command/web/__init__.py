"""One web server for all front ends: who may ask, what is refused, how it runs. Only the servers import this; it knows no front end.

A front end names its part in the entry point group compute_cost.web: a function that takes the Access and gives a Part.
"""
